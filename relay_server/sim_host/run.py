"""One prompt at work: its nodes in order, and the messages about them."""

from __future__ import annotations

import time
import traceback
from typing import Any

from .cache import CachedNode
from .graph import Graph, RunOrder, is_link
from .node import NodeCall, NodeClass, NodeResult, Preview
from .outcome import Outcome
from .problems import type_name
from .progress import Progress
from .workshop import Interrupted, Workshop


class Run:
    """One prompt, from start to outcome. On the execution thread."""

    def __init__(
        self, shop: Workshop, prompt_id: str, graph: Graph, extra_data: dict[str, Any]
    ) -> None:
        self._shop = shop
        self._prompt_id = prompt_id
        self._graph = graph
        self._extra_pnginfo = extra_data.get("extra_pnginfo")
        self._progress = Progress(prompt_id, shop.client_id, shop.sockets)
        self._executed: list[str] = []
        self._outcome = Outcome()

    def outcome(self, outputs: list[str]) -> Outcome:
        """Run what the outputs need. Raises KeyError for a node without inputs, as ComfyUI does."""
        self._record("execution_start", {"prompt_id": self._prompt_id})
        cache = self._shop.cache
        cache.start(self._graph, self._changed)
        cached = [node_id for node_id in self._graph if cache.get(node_id) is not None]
        self._record("execution_cached", {"nodes": cached, "prompt_id": self._prompt_id})
        order = RunOrder(self._graph, lambda n: cache.get(n) is not None, self._is_output)
        for node_id in outputs:
            order.add(node_id)
        self._work(order)
        self._collect()
        self._shop.current_node = None
        return self._outcome

    def _work(self, order: RunOrder) -> None:
        while order:
            node_id = order.next()
            inputs: dict[str, Any] = {}
            try:
                self._node(node_id, inputs)
            except Interrupted:
                self._end("execution_interrupted", node_id, {})
                return
            except Exception as error:  # noqa: BLE001  whatever a node raises is its error
                self._end("execution_error", node_id, self._error(error, inputs))
                return
            order.done(node_id)
        self._record("execution_success", {"prompt_id": self._prompt_id})

    def _node(self, node_id: str, inputs: dict[str, Any]) -> None:
        """Run one node; `inputs` is filled on the way, for the error message."""
        kept = self._shop.cache.get(node_id)
        if kept is not None:
            self._tell_executed(node_id, kept.ui)
            self._progress.finish(node_id)
            return
        self._progress.start(node_id)
        inputs |= self._inputs(node_id)
        if self._shop.client_id is not None:
            self._shop.current_node = node_id
            self._post("executing", {"node": node_id, "display_node": node_id})
        result = self._called(node_id, inputs)
        ui = result.ui
        if ui:
            ui = self._shop.seam.shown(self._prompt_id, node_id, ui)
            self._tell_executed(node_id, ui)
        self._shop.cache.keep(node_id, CachedNode(result.outputs, ui))
        self._progress.finish(node_id)
        self._executed.append(node_id)

    def _called(self, node_id: str, inputs: dict[str, Any]) -> NodeResult:
        shop, node_class = self._shop, self._class(node_id)
        shop.interrupt.check()
        shop.seam.node(self._prompt_id, node_id, node_class.name)
        shop.wait(shop.options.node_s)

        def progress(value: float, total: float, preview: Preview | None) -> None:
            shop.interrupt.check()
            shop.seam.step(self._prompt_id, node_id, value, total)
            self._progress.update(node_id, value, total, preview)

        return node_class.run(
            NodeCall(
                node_id=node_id,
                inputs=inputs,
                folders=shop.folders,
                options=shop.options,
                session=shop.session,
                graph=self._graph,
                extra_pnginfo=self._extra_pnginfo,
                progress=progress,
                wait=shop.wait,
            )
        )

    def _inputs(self, node_id: str) -> dict[str, Any]:
        """Constants the class knows, and whatever is linked."""
        node_class = self._class(node_id)
        inputs: dict[str, Any] = {}
        for name, value in self._graph[node_id]["inputs"].items():
            if is_link(value):
                source = self._shop.cache.get(value[0])
                outputs = () if source is None else source.outputs
                inputs[name] = outputs[value[1]] if value[1] < len(outputs) else None
            elif node_class.input(name) is not None:
                inputs[name] = value
        return inputs

    def _changed(self, node_id: str) -> object:
        """What ComfyUI calls IS_CHANGED. It is noted in the graph, and so lands in saved files."""
        node = self._graph[node_id]
        changed = self._class(node_id).changed
        if changed is None:
            return False
        if "is_changed" not in node:
            constants = {k: v for k, v in node["inputs"].items() if not is_link(v)}
            try:
                node["is_changed"] = changed(self._shop.folders, constants)
            except (OSError, KeyError, AttributeError):
                node["is_changed"] = float("nan")
        return node["is_changed"]

    def _end(self, event: str, node_id: str, more: dict[str, Any]) -> None:
        self._outcome.success = False
        data = {
            "prompt_id": self._prompt_id,
            "node_id": node_id,
            "node_type": self._class(node_id).name,
            "executed": list(self._executed),
        }
        self._record(event, data | more, everybody=event == "execution_interrupted")

    def _error(self, error: Exception, inputs: dict[str, Any]) -> dict[str, Any]:
        return {
            "exception_message": f"{error}\n",
            "exception_type": type_name(error),
            "traceback": traceback.format_tb(error.__traceback__),
            "current_inputs": {name: [_shown(value)] for name, value in inputs.items()},
            "current_outputs": list(self._graph),
        }

    def _collect(self) -> None:
        for node_id in self._graph:
            kept = self._shop.cache.get(node_id)
            if kept is not None and kept.ui:
                self._outcome.outputs[node_id] = kept.ui
                self._outcome.meta[node_id] = {
                    "node_id": node_id,
                    "display_node": node_id,
                    "parent_node": None,
                    "real_node_id": node_id,
                }

    def _record(self, event: str, data: dict[str, Any], everybody: bool = False) -> None:
        """Keep a message for the history, and send it."""
        message = data | {"timestamp": int(time.time() * 1000)}
        self._outcome.messages.append((event, message))
        if self._shop.client_id is not None or everybody:
            self._shop.sockets.post(event, message, self._shop.client_id)

    def _tell_executed(self, node_id: str, ui: dict[str, Any] | None) -> None:
        self._post("executed", {"node": node_id, "display_node": node_id, "output": ui})

    def _post(self, event: str, data: dict[str, Any]) -> None:
        if self._shop.client_id is not None:
            message = data | {"prompt_id": self._prompt_id}
            self._shop.sockets.post(event, message, self._shop.client_id)

    def _is_output(self, node_id: str) -> bool:
        return self._class(node_id).is_output

    def _class(self, node_id: str) -> NodeClass:
        return self._shop.classes[self._graph[node_id]["class_type"]]


def _shown(value: object) -> object:
    plain = value is None or isinstance(value, (int, float, str))
    return value if plain else str(value)
