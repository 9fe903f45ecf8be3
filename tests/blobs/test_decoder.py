"""Base64 as the relay reads it."""

from __future__ import annotations

import base64
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from relay_server.blobs.decoder import Base64Stream, decode
from relay_server.errors import InvalidRequest


@given(data=st.binary(max_size=2000), cuts=st.lists(st.integers(0, 3000), max_size=8))
def test_any_bytes_come_back_however_the_text_is_cut(data: bytes, cuts: list[int]) -> None:
    text = b"data:image/png;base64," + base64.b64encode(data)
    borders = [0, *sorted(cuts), len(text)]
    stream = Base64Stream(1)
    pieces = [stream.feed(text[a:b]) for a, b in pairwise(borders)]
    assert b"".join(pieces) + stream.finish() == data


@given(text=st.text(alphabet="AQg=+/-\n", max_size=400), cuts=st.lists(st.integers(0, 400)))
def test_a_stream_accepts_what_the_standard_library_accepts(text: str, cuts: list[int]) -> None:
    borders = [0, *sorted(cuts), len(text)]
    try:
        expected = base64.b64decode(text, validate=True)
    except ValueError:
        with pytest.raises(InvalidRequest):
            _streamed(text, borders)
    else:
        assert _streamed(text, borders) == decode(text) == expected


def _streamed(text: str, borders: list[int]) -> bytes:
    stream = Base64Stream(1)
    pieces = [stream.feed(text[a:b].encode()) for a, b in pairwise(borders)]
    return b"".join(pieces) + stream.finish()


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "data:image/png;base64,",
        "DATA:image/svg+xml;charset=utf-8;base64,",
        "data:application/vnd.foo;base64,",
    ],
)
def test_a_data_url_is_the_same_as_its_base64(prefix: str) -> None:
    assert decode(prefix + "aGVsbG8=") == b"hello"


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("AAAA AAA", 4, "white space at position 4; send it as one line"),
        ("AAAAAAAA\n", 8, "white space at position 8"),
        ("AA-_", 2, "'-' at position 2, of the URL-safe alphabet; use the standard one"),
        ("AAAA_AAA", 4, "URL-safe"),
        ("AAAAé", 4, "'é' at position 4, which Base64 does not have"),
        ("AAA\\u002b", 3, "JSON escape other than"),
        ("AAAAAA", 6, "after 6 characters; pad it with ="),
        ("AAAAAA=", 7, "after 7 characters; pad it"),
        ("AA==AAAA", 2, "'=' at position 2, padding before its end"),
        ("AAAA====", 4, "padding before its end"),
        ("=", 1, "after 1 characters"),
        ("data:image/png,AAAA", 4, "':' at position 4"),
        ("data:image/png;base64,AA!A", 24, "'!' at position 24"),
        ("A" * 1000 + "*AAA", 1000, "'\\*' at position 1000"),
        ("A" * 998 + "==AAAA", 998, "padding before its end"),
    ],
)
def test_a_refusal_names_the_picture_and_the_place(text: str, position: int, sentence: str) -> None:
    with pytest.raises(InvalidRequest, match=sentence) as caught:
        decode(text, picture=3)
    assert caught.value.code == "invalid_base64"
    assert caught.value.message.startswith("Picture 3 is not Base64: it ")
    assert caught.value.details == {"picture": 3, "position": position}
