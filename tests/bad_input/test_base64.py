"""Pictures inside JSON that are not what they should be: short ones and long, lifted ones."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from tests.bad_input.asking import INVERT, Refusal, refused
from tests.rig import picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

SHORT = base64.b64encode(png(picture(8, 8))).decode()
LONG = base64.b64encode(png(picture(64, 64))).decode()
assert len(SHORT) < 1024 < len(LONG)


def sent(client: httpx.Client, data: str, **more: str) -> httpx.Response:
    """One picture to the plugins' door."""
    return client.post(INVERT, json={"inputs": {"image": {"data": data, **more}}})


def refusal(client: httpx.Client, data: str, says: str) -> Refusal:
    found = refused(sent(client, data), "invalid_base64", says)
    assert found.details["picture"] == 1
    return found


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("where", ["start", "middle", "end"])
@pytest.mark.parametrize("character", ["!", "-", "_", " ", "\n", "\t", "=", "é", "\0", "\\", "☃"])
def test_a_wrong_character_is_named_with_its_place(
    client: httpx.Client, text: str, where: str, character: str
) -> None:
    at = {"start": 0, "middle": len(text) // 2, "end": len(text.rstrip("=")) - 3}[where]
    found = refusal(client, text[:at] + character + text[at + 1 :], "is not Base64")
    assert abs(found.details["position"] - at) <= 1


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_the_url_safe_alphabet_is_explained(client: httpx.Client, text: str) -> None:
    refusal(client, text.replace("+", "-").replace("/", "_"), "URL-safe")


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_lines_of_76_characters_are_refused(client: httpx.Client, text: str) -> None:
    lines = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    refusal(client, lines, "at position 76")


@pytest.mark.parametrize("size", [50, 3000], ids=["short", "long"])
@pytest.mark.parametrize("cut", [1, 2])
def test_missing_padding_is_refused(client: httpx.Client, size: int, cut: int) -> None:
    text = base64.b64encode(png(picture(8, 8)) + b"x" * size).decode().rstrip("=")
    refusal(client, text[: len(text) - len(text) % 4 - cut], "pad it with =")


def test_several_texts_in_a_row_are_refused(client: httpx.Client) -> None:
    refusal(client, base64.b64encode(b"ab").decode() + SHORT, "not several in a row")
    refusal(client, base64.b64encode(b"ab").decode() + LONG, "not several in a row")


@pytest.mark.parametrize(
    "prefix", ["data:", "data:image/png,", "data:;base64,", "data:image/png;base64;", "file:///"]
)
def test_a_strange_prefix_is_refused(client: httpx.Client, prefix: str) -> None:
    refusal(client, prefix + SHORT, "position")


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_the_second_picture_is_counted(client: httpx.Client, text: str) -> None:
    body = {"inputs": {"image": {"data": text}, "mask": {"data": text[:-4] + "!==="}}}
    answer = client.post(INVERT, json=body)
    code = "invalid_base64" if text == LONG else "invalid_params"  # it has no input `mask`
    refused(answer, code)


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_a_hash_beside_the_data_must_be_theirs(client: httpx.Client, text: str) -> None:
    found = refused(sent(client, text, sha256="0" * 64), "hash_mismatch", "Send them again")
    assert found.details["sha256"] != "0" * 64


@pytest.mark.parametrize("hash_", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "../" * 21 + "a"])
def test_a_hash_that_is_none_is_refused(client: httpx.Client, hash_: str) -> None:
    refused(sent(client, SHORT, sha256=hash_), "invalid_request", "sha256")


@pytest.mark.parametrize("data", ["", "data:image/png;base64,"])
def test_an_empty_picture_is_refused(client: httpx.Client, data: str) -> None:
    refused(sent(client, data), "empty_file", "Export it again")


@pytest.mark.parametrize("marker", ["lifted:0:0", "lifted:" + "0" * 32 + ":0"])
def test_a_forged_marker_is_only_a_wrong_text(client: httpx.Client, marker: str) -> None:
    body = json.dumps({"inputs": {"image": {"data": marker, "name": LONG}}})
    answer = client.post(INVERT, content=body)
    refused(answer, "invalid_request", "name")
    refused(sent(client, marker), "invalid_base64")


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_the_same_picture_twice_under_one_key_is_refused(client: httpx.Client, text: str) -> None:
    body = f'{{"inputs": {{"image": {{"data": "{text}", "data": "{text}"}}}}}}'
    refused(client.post(INVERT, content=body), "invalid_json", "'data' stands twice")


@pytest.mark.parametrize("value", ["7", "null", "{}", '["QUJD"]', "true"])
def test_data_that_is_no_text_is_refused(client: httpx.Client, value: str) -> None:
    body = f'{{"inputs": {{"image": {{"data": {value}}}}}}}'
    refused(client.post(INVERT, content=body), "invalid_request")


def test_a_lifted_picture_elsewhere_is_refused_and_gone(client: httpx.Client) -> None:
    body = {"inputs": {}, "data": LONG}
    refused(client.post(INVERT, json=body), "invalid_request", "data")
    refused(client.post(INVERT, json={"params": {"data": LONG}}), "invalid_params")


def test_two_sources_of_one_input_are_refused(client: httpx.Client) -> None:
    refused(sent(client, SHORT, asset="a"), "invalid_request", "either")
    answer = client.post(INVERT, json={"inputs": {"image": {"name": "a.png"}}})
    refused(answer, "invalid_request", "give `data`")
