"""`comfy-relay submit` says what is wrong before it sends anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from relay_server.cli import cli

NOWHERE = {"COMFY_RELAY_URL": "http://127.0.0.1:9", "COMFY_RELAY_KEY": ""}


def refused(*arguments: str, **variables: str) -> str:
    """The one sentence."""
    given = {**NOWHERE, **variables}
    result = CliRunner().invoke(cli, ["submit", "blur", *arguments], env=given)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: ")
    return result.output


def test_a_folder_is_no_input(tmp_path: Path) -> None:
    said = refused("--input", f"image={tmp_path}", "--out", str(tmp_path))
    assert f"{tmp_path} is a folder" in said


def test_results_that_have_no_place_are_told_first(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written" in refused("--out", str(tmp_path / "file" / "results"))


@pytest.mark.parametrize("key", ["\u00fc", "crk_1_\u2026"])
def test_a_key_that_cannot_be_sent_is_told(tmp_path: Path, key: str) -> None:
    said = refused("--out", str(tmp_path), COMFY_RELAY_KEY=key)
    assert "COMFY_RELAY_KEY" in said
    assert key not in said
