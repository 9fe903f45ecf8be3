"""The jobs of the matrix: what they are, and the pictures that must come of them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
from PIL import Image

from tests.rig import PATIENCE_S, Pixels, picture, png, slow_graph

from .parts import Parts

SMALL, LARGE = (256, 192), (640, 480)
PAINTED, TURNED = "9", "10"
"""The two nodes that save a picture."""


@dataclass
class Work:
    """One job: a picture painted by steps, and an uploaded one turned into its negative."""

    seed: int
    steps: int
    size: tuple[int, int] = SMALL
    id: str = ""
    key: str = ""
    cancel_asked: bool = False
    answers: list[str] = field(default_factory=list)

    @property
    def plate(self) -> Pixels:
        """The picture that is uploaded."""
        return picture(*self.size, seed=self.seed)

    def graph(self, image: Any) -> dict[str, Any]:
        """The graph, with the uploaded picture under a name or as an asset."""
        return {
            **slow_graph(self.seed, self.steps),
            "1": {"class_type": "LoadImage", "inputs": {"image": image}},
            "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
            TURNED: {
                "class_type": "SaveImage",
                "inputs": {"images": ["2", 0], "filename_prefix": "turned"},
            },
        }


def submit(parts: Parts, work: Work, cell: str) -> None:
    """Upload and submit, with a key so that asking again makes no second job."""
    files = {"file": ("plate.png", png(work.plate))}
    form = {"content_type": "image/png"}
    asset = parts.ask("POST", "/api/v2/assets", files=files, data=form)
    assert asset.status_code in (200, 201), asset.text
    reference = {"__type": "core/ASSET", "info": {"id": asset.json()["id"]}}
    work.key = parts.new_key()
    body = {"workflow": work.graph(reference), "metadata": {"cell": cell}}
    answer = parts.ask("POST", "/api/v2/jobs", json=body, headers={"Idempotency-Key": work.key})
    found = answer.json()
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        assert found["error"]["code"] == "idempotency_key_reuse", answer.text
        work.id = found["error"]["details"]["job_id"]
    else:
        assert answer.status_code == httpx.codes.CREATED, answer.text
        work.id = found["id"]


class Reference:
    """What a host that nothing disturbs makes of the same graph: the pictures to expect."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._painted: dict[tuple[int, int], Pixels] = {}

    def expected(self, work: Work) -> dict[str, Pixels]:
        """The picture of each node that saves one."""
        key = (work.seed, work.steps)
        if key not in self._painted:
            self._painted[key] = self._run(work)
        return {PAINTED: self._painted[key], TURNED: np.uint8(255) - work.plate}

    def _run(self, work: Work) -> Pixels:
        graph = slow_graph(work.seed, work.steps)
        with httpx.Client(base_url=self._url, timeout=PATIENCE_S, trust_env=False) as client:
            body = {"prompt": graph, "client_id": "reference"}
            prompt_id = client.post("/prompt", json=body).json()["prompt_id"]
            entry: dict[str, Any] = {}
            while prompt_id not in entry:
                entry = client.get(f"/history/{prompt_id}").json()
            (file,) = entry[prompt_id]["outputs"][PAINTED]["images"]
            return pixels(client.get("/view", params=file).content)


def pixels(data: bytes) -> Pixels:
    """The code values of a picture, (height, width, 3)."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))
