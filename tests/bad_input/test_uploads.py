"""Forms with strange fields, and names that lead elsewhere."""

from __future__ import annotations

import base64
from urllib.parse import quote

import httpx
import pytest

from tests.bad_input.asking import ASSETS, FROM_HASH, INVERT, NOBODY, Refusal, refused, shaped
from tests.rig import picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

PLATE = png(picture(8, 8))
ESCAPING = [
    "/etc/passwd", "~/a.png", "C:\\a.png", "c:a.png", "a\\b.png", "\\\\server\\a.png", "..",
    "../a.png", "a/../../b.png", "a\0.png", "a\nb.png", "a\rb.png", "a\x7f.png", "a\x85.png",
    "n" * 256, "n" * 10_000,
]  # fmt: skip


def refusal(answer: httpx.Response) -> Refusal:
    return refused(answer, "invalid_name", "Send a plain name")


@pytest.mark.parametrize("name", [name for name in ESCAPING if len(name) < 4096])
def test_a_file_path_that_leaves_its_folder_is_refused(client: httpx.Client, name: str) -> None:
    refusal(client.post(ASSETS, files={"file": PLATE}, data={"file_path": name}))


# what parses the header takes a leading slash off
IN_HEADERS = [name for name in ESCAPING if len(name) < 4096 and not name.startswith("/")]


@pytest.mark.parametrize("name", [name for name in IN_HEADERS if not set(name) & set("\0\n\r\x7f")])
def test_a_file_name_that_leaves_its_folder_is_refused(client: httpx.Client, name: str) -> None:
    escaped = name.replace("\\", "\\\\").encode()
    refusal(posted(client, b'filename="' + escaped + b'"'))


@pytest.mark.parametrize("name", IN_HEADERS)
def test_a_file_name_in_percents_is_checked_too(client: httpx.Client, name: str) -> None:
    refusal(posted(client, f"filename*=utf-8''{quote(name, safe='')}".encode()))


def posted(client: httpx.Client, filename: bytes, *more: bytes) -> httpx.Response:
    """A form with one file under a raw header, and more parts behind it."""
    first = b'Content-Disposition: form-data; name="file"; ' + filename + b"\r\n\r\n" + PLATE
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in (first, *more)) + b"--edge--\r\n"
    return client.post(
        ASSETS, content=body, headers={"Content-Type": "multipart/form-data; boundary=edge"}
    )


def test_a_file_name_that_is_no_text_is_refused(client: httpx.Client) -> None:
    refusal(posted(client, b'filename="\xff\xfe.png"'))


@pytest.mark.parametrize("name", ESCAPING)
def test_a_name_for_known_bytes_is_checked_too(
    client: httpx.Client, asset: dict[str, str], name: str
) -> None:
    refusal(client.post(FROM_HASH, json={"hash": asset["hash"], "file_path": name}))


@pytest.mark.parametrize("name", [*ESCAPING, "folder/a.png", ""])
def test_the_name_of_an_input_is_checked(client: httpx.Client, name: str) -> None:
    data = base64.b64encode(PLATE).decode()
    answer = client.post(INVERT, json={"inputs": {"image": {"data": data, "name": name}}})
    if len(name) > 255:
        refused(answer, "invalid_request", "inputs.image.name")
    else:
        refusal(answer)


@pytest.mark.parametrize(
    "kind",
    [
        "text/html\r\nX-Evil: yes", "text", "text/", "/html", "a b/c", "text/html;", "é/é",
        "t/" + "x" * 300, "image/png\0",
    ],
)  # fmt: skip
def test_a_content_type_that_is_none_is_refused(client: httpx.Client, kind: str) -> None:
    answer = client.post(ASSETS, files={"file": PLATE}, data={"content_type": kind})
    refused(answer, "invalid_request", "content_type")


@pytest.mark.parametrize("seconds", ["59", "604801", "-1", "1.5", "soon", "", "NaN", "1e3"])
def test_a_time_out_of_range_is_refused(client: httpx.Client, seconds: str) -> None:
    answer = client.post(ASSETS, files={"file": PLATE}, data={"expires_in": seconds})
    refused(answer, "invalid_request", "expires_in")


def test_a_form_without_a_file_is_refused(client: httpx.Client) -> None:
    answer = client.post(
        ASSETS,
        content=b'--edge\r\nContent-Disposition: form-data; name="tags"\r\n\r\na\r\n--edge--\r\n',
        headers={"Content-Type": "multipart/form-data; boundary=edge"},
    )
    refused(answer, "invalid_request", "no field `file`")


@pytest.mark.parametrize("name", ["file", "file_path", "content_type"])
def test_a_field_twice_is_refused(client: httpx.Client, name: str) -> None:
    part = f'Content-Disposition: form-data; name="{name}"\r\n\r\na.png'.encode()
    refused(posted(client, b'filename="a.png"', part, part), "invalid_request", "twice")


@pytest.mark.parametrize("name", ["fil", "", "Ä", "x" * 4000, "__class__"])
def test_an_unknown_field_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.post(ASSETS, files={"file": PLATE}, data={name: "x"})
    refused(answer, "invalid_request", "cannot be read")


@pytest.mark.parametrize("name", ["file_path", "content_type", "tags", "unknown"])
def test_a_long_field_is_refused_and_not_cut(client: httpx.Client, name: str) -> None:
    answer = client.post(ASSETS, files={"file": PLATE}, data={name: "a" * 10_000})
    refused(answer, "too_large", "4,096")


def test_a_field_that_is_no_text_is_refused(client: httpx.Client) -> None:
    part = b'Content-Disposition: form-data; name="tags"\r\n\r\n\xff\xfe'
    refused(posted(client, b'filename="a.png"', part), "invalid_request", "UTF-8")


@pytest.mark.parametrize(
    "part",
    [
        b"No colon\r\n\r\nabc",
        b"\r\nabc",
        b"Content-Disposition: form-data\r\n\r\nabc",
        b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\n\r\na\r\n--inner--",
        b'Content-Disposition: form-data; name="\xff"\r\n\r\nabc',
        b"X: " + b"a" * 20_000 + b"\r\n\r\nabc",
        b"X: a\r\n" * 2000 + b"\r\nabc",
    ],
)
def test_a_malformed_part_is_refused(client: httpx.Client, part: bytes) -> None:
    answer = posted(client, b'filename="a.png"', part)
    assert shaped(answer).code in {"invalid_request", "truncated_body"}
    refused(answer, shaped(answer).code)


@pytest.mark.parametrize(
    "kind",
    [
        "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 71, "multipart/form-data; boundary=other", "x",
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(client: httpx.Client, kind: str) -> None:
    answer = client.post(ASSETS, content=b"--edge\r\n\r\n--edge--", headers={"Content-Type": kind})
    assert shaped(answer).code in {"invalid_request", "truncated_body"}


# ids and hashes in paths

IDS = [
    NOBODY, "x", "..%2f..%2fetc%2fpasswd", "%00", "%FF", "a:b", "*", "0", "%20", "a" * 5000,
    "%0d%0aX-Evil:%20yes", "1%2F2",
]  # fmt: skip


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/assets/{}"),
        ("DELETE", "/api/v2/assets/{}"),
        ("GET", "/api/v2/assets/{}/content"),
        ("GET", "/api/v2/jobs/{}"),
        ("GET", "/api/v2/jobs/{}?after=0&wait=5"),
        ("GET", "/api/v2/jobs/{}/workflow"),
        ("GET", "/api/v2/jobs/{}/events"),
        ("GET", "/relay/v1/jobs/{}/events"),
        ("POST", "/api/v2/jobs/{}/cancel"),
    ],
)
def test_an_unknown_id_is_not_found(client: httpx.Client, method: str, path: str, id_: str) -> None:
    answer = client.request(method, path.format(id_))
    refused(answer, "not_found", "Check the id")
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize(
    "hash_", ["0" * 64, "blake3:" + "0" * 64, "x", "..%2f..%2fetc", "%00", "A" * 64, "0" * 5000]
)
@pytest.mark.parametrize("path", ["/api/v2/assets/by-hash/{}", "/relay/v1/blobs/{}"])
def test_an_unknown_hash_is_not_found(client: httpx.Client, path: str, hash_: str) -> None:
    answer = client.head(path.format(hash_))
    assert answer.status_code == 404
    assert answer.content == b""


@pytest.mark.parametrize("hash_", ["blake3:" + "0" * 64])
def test_an_asset_over_unknown_bytes_is_refused(client: httpx.Client, hash_: str) -> None:
    refused(client.post(FROM_HASH, json={"hash": hash_}), "blob_not_found", "Upload them")


@pytest.mark.parametrize("hash_", ["", "0" * 64, "blake3:" + "G" * 64, "../../etc", 7, None])
def test_an_asset_over_no_hash_is_refused(client: httpx.Client, hash_: object) -> None:
    refused(client.post(FROM_HASH, json={"hash": hash_}), "invalid_request", "hash")
