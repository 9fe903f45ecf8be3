"""A graph of TOP nodes: generating their items, cooking those that are not cooked, canceling."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.fakes.hou_app.kinds import IndirectInput
from tests.fakes.hou_app.main_loop import PATIENCE_S
from tests.fakes.hou_app.session import NotModelled, breach

from . import items
from .items import CookError, File, Holder, Partition, WorkItem, workItemState
from .nodes import Node, Scheduler


class Graph:
    """pdg.GraphContext, of one session. `slots` is how many items cook at once."""

    def __init__(self, app: Any, slots: int) -> None:
        self.app = app
        self.scheduler = Scheduler("inprocess", slots)
        self.cooking, self.canceling = False, False
        self._nodes: dict[int, Node] = {}  # by the TOP node's session id
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._last_id = 0

    # What hou.TopNode asks.

    def node(self, top: Any) -> Node:
        top = processor(top)
        return self._nodes.setdefault(top._id, Node(self, top, self.scheduler))

    def cook(self, top: Any, block: bool, generate_only: bool) -> None:
        """Begins a cook on a thread of its own, and waits for its end if it should."""
        if self.cooking:
            raise CookError("The graph cooks already")
        chain = self._chain(processor(top))
        for node in chain:
            node._read_parms()
        self.cooking, self.canceling = True, False
        run = threading.Thread(target=self._run, args=(chain, generate_only), name="pdg")
        self._thread = run
        run.start()
        if block:
            run.join()

    def cancelCook(self) -> None:
        """What waits is canceled; what cooks goes on until it sees `canceling`."""
        self.canceling = self.cooking

    def join(self, timeout_s: float = PATIENCE_S) -> None:
        if self._thread is not None:
            self._thread.join(timeout_s)

    def dirty(self) -> None:
        """Forgets all items of all nodes."""
        self._nodes.clear()

    def forget(self, top: Any) -> None:
        """Those of one node, and so of those below it. While it cooks that is undefined."""
        if self.cooking:
            raise breach(CookError("Work items were dirtied while the graph cooks"))
        gone = {self.node(top)}
        for node in [*self._nodes.values()]:
            if gone & {*self._chain(node._top)}:
                node.workItems.clear()

    # The cook's own thread.

    def _run(self, chain: list[Node], generate_only: bool) -> None:
        try:
            for node, above in zip(chain, [None, *chain[:-1]]):
                if not node.workItems:
                    self._generate(node, above.workItems if above is not None else [])
                if not generate_only:
                    self._cook_items(node)
        finally:
            self.cooking, self.canceling = False, False

    def _generate(self, node: Node, upstream: list[WorkItem]) -> None:
        if node._is_partitioner():
            node.workItems.append(Partition(node, self._next_id(), upstream))
            return
        holder = Holder(node, node.workItems.append)
        names = {"self": node, "item_holder": holder, "upstream_items": upstream,
                 "generation_type": 0}  # fmt: skip
        try:
            self._code(node, "generate", names)
        except Exception:  # noqa: BLE001  told on the node, as PDG does
            node.addError(traceback.format_exc())
        for item in node.workItems:
            item._writers.clear()

    def _cook_items(self, node: Node) -> None:
        waiting = [item for item in node.workItems if not item.isSuccessful]
        for item in waiting:
            item.state, item._canceled = workItemState.Waiting, False
        with ThreadPoolExecutor(self.scheduler.slots, thread_name_prefix="pdg item") as pool:
            list(pool.map(self._cook_item, waiting))

    def _cook_item(self, item: WorkItem) -> None:
        if self.canceling or item._canceled:
            item.state = workItemState.CookedCancel
        elif not all(each.isSuccessful for each in item._above()):
            item.state = workItemState.CookedFail
        elif not item.isInProcess:
            item.state = workItemState.CookedSuccess  # nothing to run
        else:
            item.state = workItemState.Cooking
            item.state = self._cooked(item)

    def _cooked(self, item: WorkItem) -> workItemState:
        failed = False
        with item._writable():
            try:
                self._code(item.node, "cooktask", {"self": item.node, "work_item": item})
            except Exception:  # noqa: BLE001  told on the item, as PDG does
                item.logs.append(items.Log("error", traceback.format_exc()))
                failed = True
        if self.canceling or item._canceled:
            return workItemState.CookedCancel
        return workItemState.CookedFail if failed else workItemState.CookedSuccess

    def _code(self, node: Node, name: str, names: dict[str, Any]) -> Any:
        source = node._parameters[name].evaluateString()
        names = {**names, "pdg": self.module, "hou": self.app.module}
        return self.app.run_body(source or "pass", names, f"<{name} of {node.name}>")

    # The order.

    def _chain(self, top: Any) -> list[Node]:
        """The nodes above it, the first first. More than one input is not modelled."""
        chain = [self.node(top)]
        above = _above(top)
        while above is not None:
            chain.insert(0, self.node(above))
            above = _above(above)
        return chain

    def _next_id(self) -> int:
        with self._lock:
            self._last_id += 1
            return self._last_id

    @property
    def module(self) -> ModuleType:
        """`pdg`."""
        made = ModuleType("pdg", "A fake.")
        vars(made).update(
            CookError=CookError,
            File=File,
            WorkItem=WorkItem,
            Node=Node,
            workItemState=workItemState,
            workItemCookType=items.workItemCookType,
            result=SimpleNamespace(Success=0, Failed=1),
        )
        return made


def processor(top: Any) -> Any:
    """The node that has the items: of an asset, the one that its output is wired to."""
    if not top._children:
        return top
    ends = [child for child in top._children if child._type._text == "output"]
    source = ends[0]._input(0) if ends else None
    if source is None or isinstance(source, IndirectInput):
        raise NotModelled(f"{top._path()} as work items")
    return processor(source)


def _above(top: Any) -> Any:
    """The processor that it is wired to, also from inside an asset."""
    if len(top._wires) > 1:
        raise NotModelled(f"{top._path()}: more than one input")
    source = top._input(0)
    if isinstance(source, IndirectInput):
        return _above_asset(source)
    return processor(source) if source is not None else None


def _above_asset(source: IndirectInput) -> Any:
    outside = source._subnet._input(source._index)
    return processor(outside) if outside is not None else None
