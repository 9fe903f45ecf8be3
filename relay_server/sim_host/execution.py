"""The execution thread: takes one prompt after another from the queue."""

from __future__ import annotations

import logging
import threading

from .cache import NodeCache
from .prompt_queue import Item, PromptQueue
from .run import Run
from .workshop import HostStopped, Workshop

log = logging.getLogger(__name__)


class Executor:
    """Runs prompts one at a time, off the loop."""

    def __init__(self, queue: PromptQueue, shop: Workshop) -> None:
        self._queue = queue
        self._shop = shop
        self._thread = threading.Thread(target=self._loop, name="execution", daemon=True)

    def start(self) -> None:
        """Begin to take prompts."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at the next step. Blocks until the thread has ended."""
        self._shop.stopping.set()
        self._queue.close()
        if self._thread.ident is not None:
            self._thread.join()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread to end by itself."""
        self._thread.join(timeout_s)

    def _loop(self) -> None:
        while not self._shop.stopping.is_set():
            try:
                self._next()
            except HostStopped:
                return
            except Exception:  # as in ComfyUI, the host then runs nothing until it is restarted
                log.exception("The execution thread has ended.")
                return

    def _next(self) -> None:
        taken = self._queue.take()
        if taken is not None:
            self._run(*taken)
        flags = self._queue.take_flags()
        if flags.get("free_memory"):
            self._shop.cache = NodeCache()

    def _run(self, ticket: int, item: Item) -> None:
        number, prompt_id, graph, extra_data, outputs = item
        shop = self._shop
        run = shop.runs.begin(prompt_id, number)
        shop.seam.prompt(prompt_id)
        shop.interrupt.want(False)
        shop.client_id = extra_data.get("client_id")
        outcome = Run(shop, prompt_id, graph, extra_data).outcome(outputs)
        shop.seam.outcome(prompt_id, outcome)
        if shop.stopping.is_set():
            raise HostStopped
        shop.runs.end(run, outcome.how)
        self._queue.done(ticket, outcome.result, outcome.status)
        shop.seam.ended(prompt_id)
        if shop.client_id is not None:
            over = {"node": None, "prompt_id": prompt_id}
            shop.sockets.post("executing", over, shop.client_id)
