"""Run by every Python of a DCC: `probe.py FOLDER imports`, or `probe.py FOLDER CASE PLATE OUT`.

FOLDER is the unpacked plugin's `python`; COMFY_RELAY_URL names the relay. Prints JSON. It imports
nothing of the tests and runs in Python 3.9, which has its own library and no other packages.
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])
OLD = (
    "httpx", "httpcore", "h11", "certifi", "idna", "attr", "attrs", "anyio", "sniffio", "trio",
    "typing_extensions", "h2", "socksio", "brotli", "brotlicffi", "zstandard", "click", "rich",
    "pygments",
)  # fmt: skip
STARTS = ("socket.", "_thread.start_new_thread", "subprocess.", "os.system", "os.exec", "os.fork")


def main() -> None:
    """One case, and what was seen."""
    sys.path.insert(0, str(FOLDER))
    cases: dict[str, Callable[..., Any]] = {
        "imports": imports,
        "old packages": old_packages,
        "asyncio of Houdini": asyncio_of_houdini,
    }
    json.dump(cases[sys.argv[2]](*sys.argv[3:]), sys.stdout)


def imports() -> Any:
    """Import all that is ours, and tell what it started."""
    started: list[str] = []
    sys.dont_write_bytecode = True
    sys.addaudithook(lambda event, args: started.extend(_started(event, args)))
    names = [_module(path) for path in sorted((FOLDER / "comfyrelay").rglob("*.py"))]
    own = [name for name in names if "._vendor" not in name and not name.endswith("__main__")]
    for name in own:
        importlib.import_module(name)
    return {
        "imported": own,
        "started": started[:],
        "threads": threading.active_count(),
        "vendored": _vendored(),
        "asyncio": "asyncio" in sys.modules,
    }


def old_packages(*job: str) -> Any:
    """A job in a DCC that has imported packages of its own: nobody may so much as look at them."""
    touched: list[str] = []

    class Old(types.ModuleType):
        """A package that nothing can be done with."""

        def __getattribute__(self, name: str) -> Any:
            touched.append(f"{object.__getattribute__(self, '__name__')}.{name}")
            raise RuntimeError("an old package was used")

    old = {name: Old(name) for name in OLD}
    sys.modules.update(old)
    done = on_worker(whole_job, *job)
    kept = all(sys.modules.get(name) is module for name, module in old.items())
    seen = {"touched": touched[:], "kept": kept, "asyncio": "asyncio" in sys.modules}
    for name in OLD:
        del sys.modules[name]  # the interpreter looks at them when it ends
    return {**done, **seen}


def asyncio_of_houdini(*job: str) -> Any:
    """A job where asyncio is Houdini's: loops run on the main thread only."""
    import asyncio

    asked: list[str] = []

    class Loop(asyncio.SelectorEventLoop):
        """Refuses as Houdini's does."""

        def run_forever(self) -> None:
            asked.append("run_forever")
            raise RuntimeError("Current thread is not the main thread")

        def get_task_factory(self) -> Any:
            asked.append("get_task_factory")
            raise NotImplementedError

    class Policy(asyncio.DefaultEventLoopPolicy):
        """Gives out such loops."""

        def get_event_loop(self) -> Any:
            asked.append("get_event_loop")
            return super().get_event_loop()

        def new_event_loop(self) -> Any:
            asked.append("new_event_loop")
            return Loop()

    asyncio.set_event_loop_policy(Policy())
    refused = on_worker(run_a_loop)
    asked.clear()
    strangers = Strangers()
    sys.meta_path.append(strangers)
    done = on_worker(whole_job, *job)
    return {**done, "refused": refused, "asked": asked, "strangers": strangers.names}


def run_a_loop() -> str:
    """What anyio would do."""
    import asyncio

    loop = asyncio.new_event_loop()
    try:
        loop.run_forever()
    except RuntimeError as error:
        return str(error)
    finally:
        loop.close()
    return ""


class Strangers:
    """Stands behind all finders, and notes for what of others our files asked."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Find nothing."""
        frame = sys._getframe(1)
        while frame.f_back and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        if path is None and frame.f_code.co_filename.startswith(str(FOLDER)):
            self.names.append(name)


def on_worker(work: Callable[..., Any], *args: str) -> Any:
    """What a function gives on a thread that is not the main one."""
    box: list[Any] = []
    thread = threading.Thread(target=lambda: box.append(work(*args)), name="work")
    thread.start()
    thread.join()
    return box[0]


def whole_job(plate: str, out: str) -> dict[str, Any]:
    """What a node does: ask for the form, submit, wait and download."""
    from comfyrelay.job import OVER
    from comfyrelay.relay import Relay, Submission
    from comfyrelay.settings import read_settings

    early, stop = _vendored(), threading.Event()
    relay = Relay(read_settings())
    inputs = {relay.form("invert").inputs[0].id: Path(plate)}
    job = relay.submit(Submission("invert", inputs=inputs), out, stop)
    while job.status not in OVER:
        job = relay.wait(job.id, job.rev, 5, stop)
    relay.download(job.results[0], Path(out), stop)
    relay.close()
    return {"early": early, "status": job.status, **vendored()}


def vendored() -> dict[str, Any]:
    """What the packages of others found in their new home."""
    from comfyrelay._vendor import certifi, httpx

    return {
        "encodings": sorted(httpx._decoders.SUPPORTED_DECODERS),
        "certificates": str(Path(certifi.where()).relative_to(FOLDER)),
    }


def _started(event: str, args: tuple[Any, ...]) -> list[str]:
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    return [f"{event} {args}"] if writes or event.startswith(STARTS) else []


def _module(path: Path) -> str:
    return ".".join(path.relative_to(FOLDER).with_suffix("").parts).replace(".__init__", "")


def _vendored() -> list[str]:
    return sorted(name for name in sys.modules if name.startswith("comfyrelay._vendor"))


if __name__ == "__main__":
    main()
