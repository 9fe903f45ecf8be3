"""What an artist can do about a refusal, by the relay's code. The sentence is the relay's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import PluginError, RelayRefused, RelayUnreachable

HINTS: Mapping[str, str] = {
    # who asks
    "unauthorized": "Ask whoever runs the relay for a key, and put it in COMFY_RELAY_KEY or in"
    " ~/.comfyrelay/key. `python -m comfyrelay doctor` says which key is used.",
    "forbidden": "Ask whoever runs the relay for a key with that scope.",
    "cross_origin": "Give this relay a key, or name it by 127.0.0.1.",
    "client_too_old": "Install the newer plugin that the relay asks for.",
    "relay_too_old": "Ask whoever runs the relay to update it, or use the older plugin.",
    # limits
    "queue_full": "Wait until some jobs are done, then press Generate again.",
    "too_many_waiting": "Wait until some of your jobs are done, or cancel some.",
    "too_many_streams": "Close a queue panel, or wait a moment.",
    "too_large": "Send fewer frames or smaller pictures, or ask for a higher limit.",
    "picture_too_large": "Send a smaller picture, or ask for a higher limit.",
    "unsupported_encoding": "Something between here and the relay compresses what is sent.",
    # workflows
    "workflow_not_found": "Choose another workflow or version from the menu, or have it published.",
    "invalid_workflow": "Tell whoever published the workflow; its graph does not run here.",
    "workflow_format_ui": "Tell whoever published the workflow; its graph does not run here.",
    "missing_asset": "Tell whoever published the workflow: a file of its own is gone.",
    "unknown_model": "Choose another model from the menu, or have it put on a host.",
    "unknown_host": "Choose another host, or none.",
    "host_unable": "Choose another host, or none.",
    "quarantined": "Ask whoever runs the relay to look at it; it brought hosts down.",
    # what was sent
    "invalid_params": "Correct the value and press Generate again.",
    "missing_input": "Connect the input, then press Generate again.",
    "invalid_picture": "Look at what is connected: the relay cannot read that picture.",
    "empty_file": "Look at what is connected: its file is empty.",
    "invalid_name": "Rename the file, or correct the user name in the settings.",
    "metadata_invalid": "Use fewer or shorter notes on the job.",
    "hash_mismatch": "A file changed while it was sent. Press Generate again.",
    "truncated_body": "The connection broke. Press Generate again.",
    "blob_not_found": "Press Generate again, so that the file is sent again.",
    # jobs
    "not_found": "The relay keeps jobs and results only for a while. Generate again.",
    "job_over": "The job is over already.",
    "idempotency_key_reuse": "Press Generate again.",
    # the relay
    "store_unavailable": "Tell whoever runs the relay: its disk is full or away.",
    "redis_unavailable": "Wait a moment; the relay is being started again, or tell who runs it.",
    "version_skew": "Tell whoever runs the relay: two versions of it share one database.",
    "upstream_error": "Try again; if it stays, tell whoever runs the relay to read its log.",
    # what a failed job says
    "prompt_rejected": "Tell whoever published the workflow; a host refuses it.",
    "node_execution_error": "Look at the values and inputs; then tell who published the workflow.",
    "out_of_memory": "Use a smaller picture, fewer frames or a smaller model.",
    "interrupted": "Somebody stopped it on its host. Press Generate again.",
    "output_not_recoverable": "Press Generate again.",
    "output_missing": "Press Generate again; if it stays, tell whoever published the workflow.",
    "input_missing": "Press Generate again, so that the inputs are sent again.",
    "host_gone": "Press Generate again, or ask whoever runs the hosts.",
    "poison_suspected": "Hosts died of it. Use a smaller picture, or ask who runs the hosts.",
    "waited_too_long": "No host had time for it. Press Generate again, or wait longer.",
    "time_limit": "Use fewer steps or a smaller picture, or ask for a longer limit.",
    "worker_error": "Press Generate again; if it stays, tell whoever runs the relay.",
}

_CALL = re.compile(r"`(?:GET|POST|PUT|PATCH|DELETE) /")  # of the API, as a sentence names it
_BETWEEN = re.compile(r"(?<=[.?!])\s+")  # two sentences

PASSING = frozenset({"redis_unavailable", "store_unavailable", "version_skew"})
"""The relay answers, but cannot say whether it did what was asked: as good as no answer."""


def hint_of(code: str) -> str:
    """What to do about a code; empty if there is nothing to say."""
    return HINTS.get(code, "")


def for_artists(message: str) -> str:
    """What the relay says, without what only a program could do about it."""
    if not _CALL.search(message):
        return message
    return " ".join(each for each in _BETWEEN.split(message) if not _CALL.search(each)) or message


def refusal(
    code: str, message: str, details: Any, labels: Mapping[str, str] | None = None
) -> PluginError:
    """The relay's error as ours. `labels` are those of the form's params and inputs, by id."""
    facts: Mapping[str, Any] = details if isinstance(details, dict) else {}
    message = for_artists(message)
    if code in PASSING:
        return RelayUnreachable(message, hint_of(code), code)
    if code == "invalid_params":
        message = _of_params(facts, labels or {}) or message
    if code == "missing_input" and (labels or {}).get(str(facts.get("input"))):
        message = f"Nothing is connected to {(labels or {})[facts['input']]!r}."
    return RelayRefused(message, hint_of(code), code, str(facts.get("job_id") or ""))


def _of_params(facts: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """The first wrong param by its label; empty if the relay does not name it."""
    problems = facts.get("params")
    if not isinstance(problems, list) or not problems or not isinstance(problems[0], dict):
        return ""
    name, reason = str(problems[0].get("param", "")), str(problems[0].get("reason", ""))
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{labels.get(name) or name}: {reason}{more}." if reason else ""
