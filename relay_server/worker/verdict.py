"""What the history of a prompt means for its job. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from relay_server.jobs.reasons import Reason
from relay_server.jobs.record import StoredOutput
from relay_server.models.jobs import Status
from relay_server.workflows.model_files import SUFFIXES, kind_of

MAX_TEXT = 8000  # characters kept of a traceback
OUT_OF_MEMORY = ("OutOfMemoryError", "out of memory")
NOT_IN_LIST = "value_not_in_list"


_ENDS = ("execution_success", "execution_error", "execution_interrupted")


class JobFailed(Exception):
    """The job is over without success; `error` is what its user reads."""

    def __init__(self, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.error: dict[str, Any] = {"code": code, "message": message, **fields}
        self.outputs: list[StoredOutput] = []

    @classmethod
    def rejected(cls, body: dict[str, Any], graph: dict[str, Any]) -> JobFailed:
        """From the body of a refused `POST /prompt`, or of one that was accepted in part."""
        nodes = body.get("node_errors") or {}
        for node, found in nodes.items() if isinstance(nodes, dict) else ():
            class_type = found.get("class_type") or graph.get(node, {}).get("class_type")
            for problem in found.get("errors", ()):
                text = problem.get("message", "")
                if details := problem.get("details"):
                    text += f" ({_first_line(details)})"
                return cls(
                    "prompt_rejected",
                    f"The host refused node {node} ({class_type}): {text}.",
                    node_id=node,
                    class_type=class_type,
                    details={"node_errors": _without_paths(nodes)},
                )
        said = body.get("error")
        text = said.get("message", "") if isinstance(said, dict) else str(said or "no reason given")
        return cls("prompt_rejected", f"The host refused the prompt: {text}")


def is_unlike_known(body: dict[str, Any]) -> bool:
    """Whether a refused prompt means that the host has other nodes or menus than is known."""
    return _lacks_node(body) or any(
        problem.get("type") == NOT_IN_LIST for _, problem in _problems(body)
    )


def missing_here(body: dict[str, Any], prompt: dict[str, Any]) -> Reason | None:
    """What a host that refused a prompt lacks, if another host may have it."""
    if _lacks_node(body):
        return Reason.NODE_MISSING
    for node, problem in _problems(body):
        name = str((problem.get("extra_info") or {}).get("input_name"))
        spec = prompt.get(node) or {}
        if problem.get("type") == NOT_IN_LIST and _is_model(spec, name):
            return Reason.MODEL_MISSING
    return None


def _lacks_node(body: dict[str, Any]) -> bool:
    said = body.get("error")
    kind, text = (said.get("type"), said.get("message")) if isinstance(said, dict) else ("", "")
    return kind == "missing_node_type" or (kind == "invalid_prompt" and "not exist" in str(text))


def _problems(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(node, problem) for each that the host found."""
    nodes = body.get("node_errors")
    for node, found in nodes.items() if isinstance(nodes, dict) else ():
        for problem in found.get("errors", ()):
            yield node, problem


def _is_model(spec: dict[str, Any], name: str) -> bool:
    """Whether a field of a node names a model."""
    value = str((spec.get("inputs") or {}).get(name, ""))
    known = kind_of(str(spec.get("class_type")), name) is not None
    return known or value.rpartition(".")[2].lower() in SUFFIXES


class Asked(Protocol):
    """What was asked of the job meanwhile; a lease."""

    cancel_asked: bool
    timed_out: bool
    time_limit_s: float


def verdict(entry: dict[str, Any], asked: Asked) -> tuple[Status, dict[str, Any] | None]:
    """The end that the host's messages tell. `status_str` alone does not: it may be left over."""
    messages = dict(entry.get("status", {}).get("messages", ()))
    if "execution_error" in messages:
        return Status.FAILED, _node_error(messages["execution_error"])
    if "execution_interrupted" in messages:
        if asked.timed_out:
            return Status.FAILED, over_time(asked.time_limit_s)
        if asked.cancel_asked:
            return Status.CANCELED, None
        return Status.FAILED, {
            "code": "interrupted",
            "message": "Somebody interrupted the prompt on its host. Submit the job again.",
            "node_id": _text(messages["execution_interrupted"].get("node_id")),
        }
    if "execution_success" in messages:
        return Status.SUCCEEDED, None
    return Status.FAILED, {
        "code": "worker_error",
        "message": "The host ended the prompt without saying how. Its log has the reason;"
        " submit the job again.",
    }


def over_time(limit_s: float) -> dict[str, Any]:
    """Why a job failed that was stopped for its length."""
    return {
        "code": "time_limit",
        "message": f"The job ran longer than {limit_s:g} s and was stopped."
        " Make it smaller, or raise the workflow's time limit.",
    }


def host_times(entry: dict[str, Any]) -> dict[str, int] | None:
    """When the host began and ended, in ms by its own clock; None if it does not say."""
    stamps = {
        kind: said.get("timestamp") for kind, said in entry.get("status", {}).get("messages", ())
    }
    start = stamps.get("execution_start")
    ends = [stamps[kind] for kind in _ENDS if isinstance(stamps.get(kind), int)]
    if not isinstance(start, int) or not ends:
        return None
    return {"start": start, "end": max(start, *ends)}


def _node_error(said: dict[str, Any]) -> dict[str, Any]:
    kind = str(said.get("exception_type", ""))
    text = str(said.get("exception_message", "")).strip()
    node, class_type = _text(said.get("node_id")), _text(said.get("node_type"))
    memory = any(word in kind or word in text for word in OUT_OF_MEMORY)
    advice = (
        "The host ran out of memory: try a smaller picture or batch."
        if memory
        else f"Node {node} ({class_type}) failed: {_first_line(text) or kind}."
    )
    return {
        "code": "out_of_memory" if memory else "node_execution_error",
        "message": advice,
        "node_id": node,
        "class_type": class_type,
        "traceback": "".join(map(str, said.get("traceback", ())))[-MAX_TEXT:] or None,
    }


def _without_paths(nodes: dict[str, Any]) -> dict[str, Any]:
    """Without the tracebacks that some refusals carry in `extra_info`."""
    return {
        node: {
            "class_type": found.get("class_type"),
            "errors": [
                {
                    "type": problem.get("type"),
                    "message": problem.get("message"),
                    "details": _first_line(problem.get("details", "")),
                    "input": (problem.get("extra_info") or {}).get("input_name"),
                }
                for problem in found.get("errors", ())
            ],
        }
        for node, found in nodes.items()
    }


def _first_line(text: Any) -> str:
    lines = str(text).strip().splitlines()
    return lines[0][:500] if lines else ""


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
