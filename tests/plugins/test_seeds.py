"""Seeds."""

from __future__ import annotations

import pytest

from comfyrelay.seeds import FIXED, NEW, PER_FRAME, at_frame, checked, drawn, for_generate

LAST = str(2**64 - 1)


def test_a_seed_has_64_bits_and_no_other_spelling() -> None:
    assert checked(f" {LAST} ") == LAST
    assert checked("007") == "7"
    for text in ("", "-1", "1.0", "1e3", "x", str(2**64), "٣", "9" * 5000):
        with pytest.raises(ValueError, match="is no seed"):
            checked(text)


def test_new_seeds_are_new() -> None:
    found = {for_generate(NEW, "5") for _ in range(20)}
    assert len(found) == 20
    assert all(0 <= int(seed) < 2**64 for seed in found | {drawn()})
    assert for_generate(FIXED, "5") == for_generate(PER_FRAME, "05") == "5"
    with pytest.raises(ValueError, match="no way to seed"):
        for_generate("wild", "5")


def test_every_frame_has_its_seed() -> None:
    assert at_frame(FIXED, "5", 1001) == at_frame(NEW, "5", 1001) == 5
    assert at_frame(PER_FRAME, "5", 1001) == 1006
    assert at_frame(PER_FRAME, LAST, 2) == 1
    assert at_frame(PER_FRAME, "0", -1) == 2**64 - 1
