"""Assets: a user's named records over blobs."""

from __future__ import annotations

from pydantic import Field

from relay_server.models.common import Answer, Moment, Request

EXPIRES_IN = Field(None, ge=60, le=604_800, description="Keep it this many seconds.")
BLAKE3 = r"^blake3:[0-9a-f]{64}$"
SHA256 = r"^[0-9a-f]{64}$"
MEDIA_TYPE = (
    r"^([A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; *[A-Za-z0-9_.+-]+=[A-Za-z0-9_.+-]+)*)?$"
)


class Asset(Answer):
    """One asset. Fetch its bytes at `url`."""

    id: str
    hash: str | None = Field(description="`blake3:<hex>`.")
    sha256: str
    size_bytes: int
    content_type: str
    file_path: str | None
    created_new: bool = Field(True, description="False if the relay already had these bytes.")
    created_at: Moment
    url: str
    url_expires_at: Moment
    expires_at: Moment | None
    job_id: str | None = Field(None, description="The job that made it; none for an upload.")


class AssetFromHash(Request):
    """Make an asset over bytes that this user uploaded or received before."""

    hash: str = Field(pattern=BLAKE3)
    file_path: str | None = None
    tags: list[str] | None = None
    expires_in: int | None = EXPIRES_IN


class AssetUpload(Request):
    """The fields of a multipart upload, beside the file."""

    content_type: str | None = Field(None, pattern=MEDIA_TYPE, max_length=255)
    file_path: str | None = None
    expected_hash: str | None = Field(None, pattern=BLAKE3)
    tags: list[str] = Field(default_factory=list)
    expires_in: int | None = EXPIRES_IN


class Blob(Answer):
    """Bytes, named by their sha256."""

    sha256: str
    hash: str = Field(description="`blake3:<hex>`.")
    size_bytes: int
    created_new: bool
