"""Workflows of a test's own on the shared relay, gone when it ends."""

from __future__ import annotations

from typing import Any

from comfyrelay.state import State
from tests.rig import Rig, invert_graph, slow_graph

Graph = dict[str, Any]


class Shelf:
    """Publishes as a TD does, and takes it away again."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self._names: set[str] = set()

    def publish(self, name: str, graph: Graph, form: dict[str, Any]) -> int:
        """One more version; its number."""
        body = {"workflow": graph, "form": {"title": name, **form}}
        answer = self.rig.client.put(f"/relay/v1/workflows/{name}", json=body)
        assert answer.status_code in (200, 201), answer.text
        self._names.add(name)
        return int(answer.json()["version"])

    def withdraw(self, name: str) -> None:
        """All of its versions."""
        answer = self.rig.client.delete(f"/relay/v1/workflows/{name}")
        assert answer.status_code == 200, answer.text
        self._names.discard(name)

    def close(self) -> None:
        """Leave the relay as it was."""
        for name in tuple(self._names):
            self.withdraw(name)

    def sent(self, kept: State) -> dict[str, Any]:
        """The values of the job that a node sent last, as the relay has them."""
        values: dict[str, Any] = self._job(kept)["values"]
        return values

    def executed(self, kept: State) -> Graph:
        """The graph of that job, as its host got it."""
        graph: Graph = self._job(kept, "/workflow")["workflow"]
        return graph

    def _job(self, kept: State, more: str = "") -> Any:
        job = [*kept.job_ids.values()][-1]
        user = {"X-Comfy-Relay-User": "ada"}  # as `at_home` says
        return self.rig.client.get(f"/api/v2/jobs/{job}{more}", headers=user).json()


def param(id: str, node: str, field: str = "value", **about: Any) -> dict[str, Any]:  # noqa: A002
    """A param that sets one field."""
    return {"id": id, "targets": [{"node": node, "field": field}], **about}


def picture_input(id: str, node: str, **about: Any) -> dict[str, Any]:  # noqa: A002
    """An input for a LoadImage."""
    return {"id": id, "targets": [{"node": node, "field": "image"}], **about}


def value_node(kind: str, value: Any) -> Graph:
    """A node that holds a value."""
    return {"class_type": f"Primitive{kind}", "inputs": {"value": value}}


def shown(node: str) -> Graph:
    """A node that says a value."""
    return {"class_type": "PreviewAny", "inputs": {"source": [node, 0]}}


def everything_graph() -> Graph:
    """A picture from noise, and a node for a value of each type."""
    values = {
        "10": value_node("StringMultiline", "hills"),
        "11": value_node("String", "a name"),
        "12": value_node("Int", 5_000_000_000),
        "13": value_node("Int", 20),
        "14": value_node("Float", 0.5),
        "15": value_node("Boolean", True),
        "16": value_node("String", "fast"),
    }
    says = {f"{int(name) + 10}": shown(name) for name in values}
    return {**slow_graph(steps=1), **values, **says}


def everything_form(**changes: Any) -> dict[str, Any]:
    """A param of each type."""
    loras = {"id": "loras", "label": "LoRAs", "type": "loras", "models": "loras", "group": "Model",
             "targets": [{"node": "4", "field": ""}]}  # fmt: skip
    params = [
        param("prompt", "10", label="Prompt", help="What is seen.", group="Text", multiline=True),
        param("name", "11", label="Name", group="Text"),
        param("big", "12", label="Big number"),
        param("steps", "13", label="Steps", min=1, max=50),
        param("strength", "14", label="Strength", help="How much.", min=0, max=2),
        param("hires", "15", label="High resolution"),
        param("mode", "16", label="Mode", type="menu", menu=["fast", "good [slow]", "b{st"]),
        param("seed", "3", "seed", label="Seed", type="seed"),
        loras,
        param("checkpoint", "4", "ckpt_name", label="Checkpoint", group="Model"),
    ]
    return {"params": params, "outputs": [{"id": "image", "node": "9"}], **changes}


def two_pictures() -> tuple[Graph, dict[str, Any]]:
    """Inverts a plate; the plate itself is the second output."""
    graph = invert_graph()
    graph["4"] = {
        "class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "same"},
    }  # fmt: skip
    outputs = [
        {"id": "inverted", "label": "Inverted", "node": "3"},
        {"id": "copy", "label": "As it was", "node": "4"},
    ]
    return graph, {"inputs": [picture_input("plate", "1", label="Plate")], "outputs": outputs}


def blended(*extra: dict[str, Any]) -> tuple[Graph, dict[str, Any]]:
    """Two pictures into one, and what else the form asks for."""
    graph = invert_graph()
    graph["4"] = {"class_type": "LoadImage", "inputs": {"image": "b.png"}}
    graph["2"] = {
        "class_type": "ImageBlend",
        "inputs": {
            "image1": ["1", 0], "image2": ["4", 0], "blend_factor": 0.25, "blend_mode": "normal",
        },
    }  # fmt: skip
    inputs = [picture_input("under", "1", label="Under"), picture_input("over", "4", label="Over")]
    params = [param("mix", "2", "blend_factor", label="Mix", min=0, max=1), *extra]
    return graph, {"inputs": inputs, "params": params, "outputs": [{"id": "image", "node": "3"}]}


def loader_of_nothing() -> tuple[Graph, dict[str, Any]]:
    """Needs a checkpoint that no host has."""
    graph = slow_graph(steps=1)
    graph["4"]["inputs"]["ckpt_name"] = "nowhere.safetensors"
    return graph, {"params": [], "outputs": [{"id": "image", "node": "9"}]}
