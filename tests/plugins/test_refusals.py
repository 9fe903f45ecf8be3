"""What an artist reads of a relay that says no."""

from __future__ import annotations

import pytest

from comfyrelay.refusals import refusal


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (
            "There is no host 'gpu.9'. `GET /relay/v1/hosts` lists them.",
            "There is no host 'gpu.9'.",
        ),
        (
            "No host has it. Did you mean 'a.safetensors'? `GET /relay/v1/models/vae` lists all.",
            "No host has it. Did you mean 'a.safetensors'?",
        ),
        ("`DELETE /relay/v1/jobs/1` it.", "`DELETE /relay/v1/jobs/1` it."),
        ("Tensor is 3 x 4.\n  It should be 4 x 4.", "Tensor is 3 x 4.\n  It should be 4 x 4."),
    ],
)
def test_no_call_for_programs(said: str, read: str) -> None:
    assert str(refusal("not_found", said, None)) == read
