"""Workflows: how long it takes to read one, to make its form, and to list the catalog."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

from bench.running import relay
from bench.table import Table, median, milliseconds, percentile
from bench.wire import Wire
from relay_server.garbage import collect_rarely
from relay_server.workflows.forms.making import made_form
from relay_server.workflows.object_info import ObjectInfo
from relay_server.workflows.saved.reading import ReadWorkflow, read

NODES = 300  # of the workflow that is converted
INNER = 10  # nodes of each of its subgraphs
PARAMS = 200
PUBLISHED = 500
MAX_NODES = 5000


def measure(quick: bool = False) -> Table:
    """All three."""
    rounds = 20 if quick else 200
    collect_rarely()  # as the relay does
    count = 50 if quick else PUBLISHED
    with relay(hosts=1) as running:
        with urlopen(f"{running.host_urls[0]}/object_info") as answer:
            info = ObjectInfo(json.load(answer))
        rows = [
            _row(f"UI format, {NODES} nodes, to API format", _conversion(info), rounds),
            _row(f"a form of {PARAMS} params", _form(info), rounds),
            _row(f"`GET workflows`, {count} published", _listing(running.url, count), rounds),
            _row("`GET workflows/{name}`, its form", _one(running.url), rounds),
        ]
    return Table(
        "Workflows",
        f"{rounds} times each, after one that does not count. The UI-format workflow is"
        f" {NODES // INNER} uses of a subgraph of {INNER} nodes; the form is made of {PARAMS}"
        " titled primitives. The catalog is asked for over a kept connection, from the first byte"
        " sent to the last byte of the answer.",
        ["", "p50 ms", "p95 ms", "max ms"],
        rows,
        [
            "conversion at most 100 ms", "a form at most 20 ms", "`GET workflows` at most 50 ms",
        ],
    )  # fmt: skip


def _row(name: str, work: Callable[[], object], rounds: int) -> list[str]:
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    figures = (median(times), percentile(times, 0.95), max(times))
    return [name, *map(milliseconds, figures)]


def _conversion(info: ObjectInfo) -> Callable[[], object]:
    raw = json.loads(json.dumps(ui_workflow()))

    def work() -> None:
        found = read(raw, info, MAX_NODES)
        assert len(found.graph) == NODES + 2, len(found.graph)

    return work


def _form(info: ObjectInfo) -> Callable[[], object]:
    found = titled_primitives()

    def work() -> None:
        made = made_form(found, info, None, "Bench")
        assert made.form is not None
        assert len(made.form.params) == PARAMS

    return work


def _listing(url: str, count: int) -> Callable[[], object]:
    wire = Wire(url)
    for number in range(count):
        body = json.dumps({"workflow": small_graph(number)}).encode()
        path = f"/relay/v1/workflows/bench-{number}"
        status, answer = wire.send(wire.head("PUT", path, len(body)), body)
        assert status == 201, answer
    return _asking(wire, "/relay/v1/workflows")


def _one(url: str) -> Callable[[], object]:
    return _asking(Wire(url), "/relay/v1/workflows/text-to-image")


def _asking(wire: Wire, path: str) -> Callable[[], object]:
    head = wire.head("GET", path)

    def work() -> None:
        status, _ = wire.send(head)
        assert status == 200

    return work


def ui_workflow() -> dict[str, Any]:
    """LoadImage, a row of subgraphs of blurs, SaveImage."""
    uses = NODES // INNER
    nodes = [_node(1, "LoadImage", None, ["plate.png", "image"])]
    nodes += [_node(2 + use, "blurs", 1 + use, []) for use in range(uses)]
    nodes.append(_node(2 + uses, "SaveImage", 1 + uses, ["bench"], name="images"))
    links = [[1 + at, 1 + at, 0, 2 + at, 0, "IMAGE"] for at in range(uses + 1)]
    inner = [_node(1 + at, "ImageBlur", 1 + at, [3, 2.0]) for at in range(INNER)]
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
    ends = [-10, *range(1, INNER + 1), -20]
    blurs = {
        "id": "blurs",
        "name": "Blurs",
        "nodes": inner,
        "links": [
            dict(zip(names, (1 + at, ends[at], 0, ends[at + 1], 0), strict=True))
            for at in range(INNER + 1)
        ],
        "inputs": [{"name": "image", "type": "IMAGE"}],
        "outputs": [{"name": "image", "type": "IMAGE"}],
    }
    return {
        "version": 0.4, "nodes": nodes, "links": links, "definitions": {"subgraphs": [blurs]},
    }  # fmt: skip


def _node(
    node_id: int, kind: str, link: int | None, values: list[Any], name: str = "image"
) -> dict[str, Any]:
    return {
        "id": node_id,
        "type": kind,
        "mode": 0,
        "inputs": [] if link is None else [{"name": name, "type": "IMAGE", "link": link}],
        "outputs": [{"name": "IMAGE", "type": "IMAGE"}],
        "widgets_values": values,
    }


def titled_primitives() -> ReadWorkflow:
    """A graph whose every number is a titled node of its own."""
    graph: dict[str, Any] = {"image": _api("EmptyImage", "Start", width=64, height=64)}
    last = "image"
    for number in range(PARAMS):
        value, blur = f"value{number}", f"blur{number}"
        graph[value] = _api("PrimitiveInt", f"Group {number % 9}/Softness {number}", value=3)
        graph[blur] = _api("ImageBlur", "", image=[last, 0], blur_radius=[value, 0], sigma=1.0)
        last = blur
    graph["save"] = _api("SaveImage", "", images=[last, 0], filename_prefix="bench")
    titled = frozenset(node for node, spec in graph.items() if spec["_meta"]["title"])
    return ReadWorkflow(format="api", graph=graph, titled=titled)


def small_graph(number: int) -> dict[str, Any]:
    """A workflow to fill the catalog with."""
    return {
        "1": _api("LoadImage", "Plate", image="plate.png"),
        "2": _api("ImageBlur", "", image=["1", 0], blur_radius=1 + number % 31, sigma=1.0),
        "3": _api("SaveImage", "", images=["2", 0], filename_prefix="bench"),
    }


def _api(kind: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": title}}
