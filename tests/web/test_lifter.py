"""Pictures are lifted out of a JSON body, whatever it looks like and however it is cut."""

from __future__ import annotations

import asyncio
import base64
import json
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from relay_server.blobs.decoder import decode
from relay_server.blobs.local import LocalBlobs
from relay_server.errors import InvalidRequest, RelayError, TooLarge, Unavailable
from relay_server.settings import Settings
from relay_server.web.lifter import Body, Lifter, lift, parse_json

SETTINGS = Settings(inline_base64=16, max_json=10_000, max_upload=100_000)
LONG = base64.b64encode(bytes(range(60))).decode()  # 80 characters


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    store = LocalBlobs(tmp_path)
    store.prepare()
    return store


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path) -> Iterator[None]:
    """After every test, refused or not."""
    yield
    spool = tmp_path / "spool"
    assert not spool.exists() or list(spool.iterdir()) == []


async def stream(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def cut(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    borders = [0, *sorted(cuts), len(data)]
    return [data[a:b] for a, b in pairwise(borders)]


def one_by_one(data: bytes) -> list[bytes]:
    return cut(data, range(len(data)))


async def lifted(store: LocalBlobs, body: bytes, settings: Settings = SETTINGS) -> Any:
    """The body with the bytes of each lifted picture in its place."""
    async with lift(stream([body]), store, settings) as result:
        return await resolved(result, store, result.json)


async def resolved(body: Body, store: LocalBlobs, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: await resolved(body, store, item) for key, item in value.items()}
    if isinstance(value, list):
        return [await resolved(body, store, item) for item in value]
    if isinstance(value, str) and (spool := body.spool_of(value)):
        return store.path((await spool.keep()).sha256).read_bytes()
    return value


# what is lifted


async def test_a_long_picture_goes_to_a_spool_and_a_short_one_stays(store: LocalBlobs) -> None:
    body = {"a": 1, "inputs": [{"name": "x", "data": LONG}, {"data": "aGVsbG8="}]}
    async with lift(stream([json.dumps(body).encode()]), store, SETTINGS) as result:
        long, short = (item["data"] for item in result.json["inputs"])
        spool = result.spool_of(long)
        assert spool is not None
        assert (await spool.finish()).size == 60
        assert short == "aGVsbG8="
        assert decode(short) == b"hello"
        assert result.spool_of(short) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"data": "L"}', 1),
        ('{ "data"\n\t:\r "L" }', 1),
        ('{"data": ["L", "L"]}', 2),
        ('{"data" : [ 1, null, "L" , true, "short", "L"]}', 2),
        ('{"data": {"data": "L"}}', 1),
        ('{"data": [], "x": "L"}', 0),
        ('{"data": 5, "x": "L"}', 0),
        ('{"data": [{"data": "L"}]}', 1),
        ('{"data": [["L"]]}', 0),
        ('{"x": "data", "y": "L"}', 0),
        ('["data", "L"]', 0),
        ('{"xdata": "L", "datax": "L", "Data": "L"}', 0),
        ('{"da\\u0074a": "L"}', 0),
        ('{"x": "\\"data\\": \\"L"}', 0),
        ('{"x": "\\\\", "data": "L"}', 1),
        ('{"x\\"data": "L"}', 0),
        ('"data"', 0),
    ],
)
async def test_only_values_of_the_key_data_are_lifted(
    store: LocalBlobs, text: str, count: int
) -> None:
    body = text.replace("L", LONG).encode()
    for pieces in ([body], one_by_one(body)):
        async with lift(stream(pieces), store, SETTINGS) as result:
            assert len(result.spools) == count
            assert await resolved(result, store, result.json) == with_bytes(result, text)


def with_bytes(result: Body, text: str) -> Any:
    """What the document must be; lifted pictures are its bytes."""
    marked = json.loads(text.replace("L", LONG))

    def walk(value: Any, skeleton: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(value[key], skeleton[key]) for key in value}
        if isinstance(value, list):
            return [walk(*pair) for pair in zip(value, skeleton, strict=True)]
        return bytes(range(60)) if result.spools.get(str(skeleton)) else value

    return walk(marked, result.json)


async def test_a_string_as_long_as_the_limit_stays(store: LocalBlobs) -> None:
    async with lift(
        stream([b'{"data": ["%b", "%b"]}' % (b"A" * 16, b"A" * 20)]), store, SETTINGS
    ) as r:
        assert r.json["data"][0] == "A" * 16
        assert list(r.spools) == [r.json["data"][1]]


async def test_a_data_url_with_escaped_slashes_is_lifted(store: LocalBlobs) -> None:
    data = b"\xff" * 60
    text = ("data:image/png;base64," + base64.b64encode(data).decode()).replace("/", "\\/")
    body = b'{"data": "%b"}' % text.encode()
    for pieces in ([body], one_by_one(body)):
        async with lift(stream(pieces), store, SETTINGS) as result:
            assert await resolved(result, store, result.json) == {"data": data}


pictures = st.binary(max_size=600).map(lambda data: base64.b64encode(data).decode())
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from(["data", '"data":', "\\"]),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.text(max_size=5).filter(lambda name: name != "data"), children, max_size=4
        )
        | st.fixed_dictionaries({"data": pictures | st.lists(pictures, max_size=3)})
    ),
    max_leaves=20,
)


@hypothesis_settings(deadline=None)
@given(
    document=documents,
    cuts=st.lists(st.integers(0, 4000), max_size=20),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_any_document_cut_anywhere_gives_what_json_and_base64_give(
    document: Any, cuts: list[int], ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()

    async def act(folder: Path) -> None:
        store = LocalBlobs(folder)
        store.prepare()
        async with lift(
            stream(cut(text, cuts)), store, SETTINGS.model_copy(update={"max_json": 10**6})
        ) as body:
            assert all_decoded(await resolved(body, store, body.json)) == all_decoded(
                json.loads(text)
            )
            assert len(body.spools) == sum(1 for item in data_strings(document) if len(item) > 16)
        assert list((folder / "spool").iterdir()) == []

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(act(Path(folder)))


def all_decoded(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: all_decoded(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [all_decoded(item, key) for item in value]
    return (
        base64.b64decode(value, validate=True)
        if key == "data" and isinstance(value, str)
        else value
    )


def data_strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from data_strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "data":
                yield from [item] if isinstance(item, str) else item
            else:
                yield from data_strings(item)


@given(junk=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=10))
def test_junk_is_refused_or_read_but_never_breaks(junk: bytes, cuts: list[int]) -> None:
    body = b'{"data": "' + junk

    async def act(folder: Path) -> None:
        store = LocalBlobs(folder)
        store.prepare()
        try:
            async with lift(stream(cut(body, cuts)), store, SETTINGS) as result:
                assert result.json
        except InvalidRequest:
            pass
        assert list((folder / "spool").iterdir()) == []

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(act(Path(folder)))


# what is kept


async def test_a_marker_cannot_be_forged(store: LocalBlobs) -> None:
    forged = ["lifted:0:0", "lifted::0", f"lifted:{'0' * 32}:0"]
    body = json.dumps({"forged": forged, "data": LONG}).encode()
    markers = set()
    for _ in range(2):
        async with lift(stream([body]), store, SETTINGS) as result:
            assert [result.spool_of(text) for text in result.json["forged"]] == [None] * 3
            markers.add(result.json["data"])
    assert len(markers) == 2


async def test_only_what_is_kept_stays(store: LocalBlobs) -> None:
    other = base64.b64encode(b"other" * 20).decode()
    body = json.dumps({"data": [LONG, other]}).encode()
    async with lift(stream([body]), store, SETTINGS) as result:
        first, second = result.spools.values()
        kept, gone = await first.keep(), await second.finish()
    assert store.exists(kept.sha256)
    assert not store.exists(gone.sha256)


async def test_two_bodies_with_the_same_picture_make_one_blob(store: LocalBlobs) -> None:
    body = json.dumps({"data": LONG}).encode()
    first, second = await asyncio.gather(lifted(store, body), lifted(store, body))
    assert first == second == {"data": bytes(range(60))}


async def test_a_picture_of_many_batches_comes_whole(store: LocalBlobs) -> None:
    data = bytes(range(256)) * 20_000
    body = b'{"data":"%b"}' % base64.b64encode(data)
    settings = Settings()
    async with lift(stream(cut(body, range(0, len(body), 65_536))), store, settings) as result:
        assert await resolved(result, store, result.json) == {"data": data}


async def test_a_cancelled_request_leaves_nothing(store: LocalBlobs) -> None:
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"data": "' + b"A" * 400
        begun.set()
        await asyncio.Event().wait()

    async def request() -> None:
        async with lift(slow(), store, SETTINGS):
            pass

    task = asyncio.create_task(request())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_lifter_can_be_fed_by_hand(store: LocalBlobs) -> None:
    async with Lifter(store, SETTINGS) as lifter:
        await lifter.feed(b'{"data": "%b"}' % LONG.encode())
        body = lifter.finish()
        assert lifter.lifted == list(body.spools.values())


# what is refused


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (f'{{"data": "{LONG}!"}}', "invalid_base64", "Picture 1 .* '!' at position 80"),
        (f'{{"data": ["aGVsbG8=", "{LONG}A"]}}', "invalid_base64", "Picture 2 .* pad it"),
        (f'{{"data": "{LONG}\\nAAAA"}}', "invalid_base64", "JSON escape"),
        (f'{{"data": "{LONG}\nAAAA"}}', "invalid_base64", "white space at position 80"),
        (f'{{"data": "{LONG}\\u002bAAA"}}', "invalid_base64", "JSON escape"),
        (f'{{"data": "{LONG}\\"AAA"}}', "invalid_base64", "JSON escape"),
        (f'{{"data": "{LONG}\\\\/AA"}}', "invalid_base64", "JSON escape"),
        (f'{{"data": "{LONG}-AAA"}}', "invalid_base64", "URL-safe"),
        (f'{{"data": "{LONG}é"}}', "invalid_base64", "'é'"),
        (f'{{"data": "{LONG}', "truncated_body", "inside a string"),
        (f'{{"data": "{LONG}\\', "truncated_body", "inside a string"),
        ('{"data": "AAAA', "truncated_body", "inside a string"),
        ('{"x": "abc', "truncated_body", "inside a string"),
        ('{"x": "abc\\', "truncated_body", "inside a string"),
        ('{"x": "da', "truncated_body", "inside a string"),
        ('"da', "truncated_body", "inside a string"),
        (f'{{"data": "{LONG}"', "truncated_body", "ended early"),
        ('{"data"', "truncated_body", "ended early"),
        (f'{{"data": "{LONG}"}} x', "invalid_json", "trailing characters"),
        ("", "invalid_json", "body is empty"),
        (' {"x": NaN}', "invalid_json", "is not JSON: expected value"),
    ],
)
async def test_a_wrong_body_is_refused(
    store: LocalBlobs, text: str, code: str, sentence: str
) -> None:
    for pieces in ([text.encode()], one_by_one(text.encode())):
        with pytest.raises(InvalidRequest, match=sentence) as caught:
            async with lift(stream(pieces), store, SETTINGS) as body:
                assert body.json
        assert caught.value.code == code


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": "' + b"A" * 100_000 + b'"}',
        b'{"x": "' + b"x" * 10_000 + b'"}',
        b'{"data": ["%b", ' % LONG.encode() + b"1," * 5_000 + b"1]}",
    ],
    ids=["body", "string", "numbers"],
)
async def test_a_body_over_a_limit_is_refused(store: LocalBlobs, body: bytes) -> None:
    with pytest.raises(TooLarge, match="over the limit of") as caught:
        await lifted(store, body)
    assert caught.value.code == "too_large"


async def test_a_body_of_too_many_pictures_is_refused(
    store: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay_server.web.lifter.MOST_PICTURES", 2)
    with pytest.raises(TooLarge, match="more than 2 pictures"):
        await lifted(store, json.dumps({"data": [LONG] * 3}).encode())


async def test_the_limit_holds_for_a_head_that_is_still_read(store: LocalBlobs) -> None:
    settings = SETTINGS.model_copy(update={"inline_base64": 50_000})
    with pytest.raises(TooLarge):
        await lifted(store, b'{"data": "' + b"A" * 20_000, settings)


async def test_a_full_disk_is_told(tmp_path: Path) -> None:
    store = LocalBlobs(tmp_path / "missing")
    with pytest.raises(Unavailable, match="cannot write"):
        await lifted(store, b'{"data": "%b"}' % LONG.encode())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * 300 + b"]" * 300, "invalid_json"),
        (b'{"x": Infinity}', "invalid_json"),
        (b'"\xff"', "invalid_json"),
        (b"{'x': 1}", "invalid_json"),
        (b"{", "truncated_body"),
        (b" \n", "invalid_json"),
    ],
)
def test_json_that_is_none_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(RelayError) as caught:
        parse_json(data)
    assert caught.value.code == code


def test_json_of_two_hundred_levels_is_read() -> None:
    assert parse_json(b"[" * 200 + b"]" * 200)
