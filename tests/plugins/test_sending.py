"""Which file goes for an input is told before Generate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comfyrelay.form import Form, Input, Output
from comfyrelay.sending import RGB, RGBA, Reading, Sending, reading, sending

LOADER, SAVER = "ComfyRelayLoadEXR", "ComfyRelaySaveEXR"
PLATE = Input("plate", loader=LOADER)
FLOAT = Form("float", 1, "hash", inputs=(PLATE,), outputs=(Output("image", saver=SAVER),))
STOCK = replace(
    FLOAT,
    inputs=(Input("plate", loader="LoadImage"), Input("mask", kind="mask", loader="LoadImageMask")),
    outputs=(Output("image", saver="SaveImage"),),
)
UNKNOWN = replace(FLOAT, inputs=(Input("plate"),), outputs=(Output("image"),))


def test_float_goes_where_loader_and_saver_leave_values_alone() -> None:
    assert sending(FLOAT, PLATE) == Sending(
        "exr", "32f", "raw", RGBA, False, "sends 32-bit EXR, raw"
    )
    half = sending(FLOAT, PLATE, "16f")
    assert (half.depth, half.words, half.suffix) == ("16f", "sends 16-bit EXR, raw", ".exr")
    assert reading(FLOAT, FLOAT.outputs[0]) == Reading("raw", premultiply=False)


@pytest.mark.parametrize("form", [STOCK, UNKNOWN])
def test_a_stock_host_gets_eight_bits(form: Form) -> None:
    assert sending(form, form.inputs[0]) == Sending(
        "png", "8", "sRGB", RGB, False, "sends 8-bit PNG, sRGB"
    )
    assert reading(form, form.outputs[0]) == Reading("sRGB", premultiply=False)


def test_alpha_that_is_sent_for_a_mask_is_divided_out_and_multiplied_in_again() -> None:
    sent = sending(STOCK, STOCK.inputs[0], alpha=True)
    assert (sent.channels, sent.unpremultiply) == (RGBA, True)
    assert reading(STOCK, STOCK.outputs[0], alpha=True).premultiply


def test_a_mask_is_grey_in_all_colours() -> None:
    assert sending(STOCK, STOCK.inputs[1]) == Sending(
        "png", "8", "raw", RGB, False, "sends 8-bit PNG, mask, white changes"
    )
    mask = Input("mask", kind="mask", loader=LOADER)
    sent = sending(replace(STOCK, inputs=(mask,)), mask)
    assert (sent.format, sent.colour, sent.words) == (
        "exr", "raw", "sends 32-bit EXR, mask, white changes",
    )  # fmt: skip


def test_an_exr_loader_before_eight_bits_gets_what_is_shown() -> None:
    form = replace(FLOAT, outputs=STOCK.outputs)
    sent = sending(form, PLATE)
    assert (sent.format, sent.depth, sent.colour, sent.channels) == ("exr", "16f", "sRGB", RGB)
    assert reading(form, form.outputs[0]).colour == "sRGB"


@pytest.mark.parametrize(
    "form",
    [
        replace(FLOAT, available=False),
        replace(FLOAT, inputs=(PLATE, Input("other", loader="LoadImage"))),
        replace(FLOAT, outputs=(*FLOAT.outputs, Output("other", saver="SaveImage"))),
        replace(FLOAT, inputs=()),
        replace(FLOAT, outputs=()),
    ],
)
def test_one_part_that_cuts_values_or_is_missing_is_enough_against_float(form: Form) -> None:
    assert sending(form, PLATE).colour == "sRGB"
    assert reading(form, Output("image", saver=SAVER)).colour == "sRGB"


def test_other_files_go_as_they_are() -> None:
    sent = sending(STOCK, Input("clip", kind="data"))
    assert (sent.format, sent.suffix, sent.words) == ("file", "", "sends the file as it is")
