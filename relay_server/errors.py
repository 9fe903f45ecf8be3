"""Every error that leaves the relay, in one shape: `{"error": {"code", "message", "details"}}`.

RelayError
  x InvalidRequest        the request cannot be understood             400
  x Unauthorized          no key, or not one of ours                   401
  x Forbidden             the key may not do this                      403
  x NotFound              nothing here under that name, for this user  404
  x MethodNotAllowed      this path does not take that method          405
  x Conflict              what is asked contradicts what is there      409
  x RangeNotSatisfiable   the bytes asked for are not in the file      416
  x TooLarge              over a limit                                 413
  x UnsupportedEncoding   the body is compressed                       415
  x Unprocessable         understood, but it cannot run as it is       422
  x Upgrade               plugin and relay are too far apart           426
  x TooMany               come back later                              429
  x Unavailable           Redis or the store is away; maybe stored     503
  x StartupError          the relay or a worker cannot start           (command line)

A message is one sentence for the person, and says what to do next.
"""

from __future__ import annotations

from typing import Any, ClassVar


class RelayError(Exception):
    """Something a caller can do something about. `code` is stable, `message` is for people."""

    status: ClassVar[int] = 500

    def __init__(
        self,
        code: str,
        message: str,
        details: dict[str, Any] | None = None,
        *,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.retry_after_s = retry_after_s


class InvalidRequest(RelayError):
    """The request cannot be understood."""

    status = 400


class Unauthorized(RelayError):
    """No key, or not one of ours."""

    status = 401


class Forbidden(RelayError):
    """The key may not do this."""

    status = 403


class NotFound(RelayError):
    """Nothing here under that name, for this user."""

    status = 404


class MethodNotAllowed(RelayError):
    """This path does not take that method."""

    status = 405


class Conflict(RelayError):
    """What is asked contradicts what is there."""

    status = 409


class TooLarge(RelayError):
    """Over a limit."""

    status = 413


class UnsupportedEncoding(RelayError):
    """The body is compressed, and nothing here inflates what a stranger sends."""

    status = 415


class RangeNotSatisfiable(RelayError):
    """The bytes asked for are not in the file."""

    status = 416


class Unprocessable(RelayError):
    """Understood, but it cannot run as it is."""

    status = 422


class Upgrade(RelayError):
    """Plugin and relay are too far apart; one of them needs an update."""

    status = 426


class TooMany(RelayError):
    """Come back later."""

    status = 429


class Unavailable(RelayError):
    """Redis or the store is away; the request was maybe stored."""

    status = 503


class StartupError(RelayError):
    """The relay or a worker cannot start; shown on the command line as one sentence."""


CODES: dict[str, tuple[type[RelayError] | None, str]] = {
    # requests
    "invalid_json": (InvalidRequest, "The body is not JSON as the relay reads it."),
    "invalid_request": (InvalidRequest, "A field is missing, unknown or wrong."),
    "truncated_body": (InvalidRequest, "The body ended early."),
    "invalid_base64": (InvalidRequest, "A picture in the body is not Base64."),
    "invalid_name": (InvalidRequest, "A name contains a path or a strange character."),
    "unsupported_encoding": (UnsupportedEncoding, "The body is compressed."),
    "too_large": (TooLarge, "The body is over the limit."),
    "cross_origin": (Forbidden, "A web page of another site asked."),
    "method_not_allowed": (MethodNotAllowed, "This path does not take that method."),
    # who asks
    "unauthorized": (Unauthorized, "The API key is missing or unknown."),
    "forbidden": (Forbidden, "The API key lacks a scope."),
    "client_too_old": (Upgrade, "The plugin is older than the relay can serve."),
    "relay_too_old": (Upgrade, "The relay is older than the plugin needs."),
    # assets and blobs
    "not_found": (NotFound, "There is nothing under that id for this user."),
    "blob_not_found": (NotFound, "No blob of this user has that hash."),
    "hash_mismatch": (Conflict, "The bytes do not have the hash that was promised."),
    "asset_in_use": (Conflict, "A job still needs the asset."),
    "empty_file": (Unprocessable, "The file has no bytes."),
    "invalid_picture": (Unprocessable, "The file is not a picture that can be read."),
    "picture_too_large": (Unprocessable, "The picture has more pixels than the limit."),
    "range_not_satisfiable": (RangeNotSatisfiable, "The range lies outside the file."),
    # jobs
    "workflow_format_ui": (Unprocessable, "The graph is ComfyUI's UI format."),
    "invalid_workflow": (Unprocessable, "The graph cannot run as it is."),
    "missing_asset": (Unprocessable, "An asset that the graph names is not there."),
    "workflow_not_found": (NotFound, "No published workflow has that name or version."),
    "unreadable_workflow": (Unprocessable, "The workflow cannot be read or published."),
    "invalid_params": (Unprocessable, "A param of the form is wrong, unknown or missing."),
    "missing_input": (Unprocessable, "An input that the form requires is missing."),
    "invalid_patch": (Unprocessable, "A patch does not fit the graph."),
    "unknown_host": (Unprocessable, "No host has that name."),
    "host_unable": (Unprocessable, "The host that the job names lacks what the job needs."),
    "unknown_model": (Unprocessable, "A model that the job names is on no host."),
    "metadata_invalid": (Unprocessable, "The metadata is over its limits or no map of strings."),
    "invalid_metadata_filter": (InvalidRequest, "A filter on metadata is malformed."),
    "invalid_cursor": (InvalidRequest, "The cursor is not one that this relay gave out."),
    "unsupported_field": (Unprocessable, "A field that the contract reserves for later."),
    "job_over": (Conflict, "The job is over, so that cannot be changed any more."),
    "job_not_over": (Conflict, "The job is not over yet."),
    "idempotency_key_reuse": (Unprocessable, "The idempotency key was used before."),
    "queue_full": (TooMany, "Too many jobs are waiting."),
    "too_many_waiting": (TooMany, "Too many jobs of this user are waiting."),
    "quarantined": (Unprocessable, "The graph brought hosts down; an admin must release it."),
    "too_many_streams": (TooMany, "Too many event streams are open."),
    "host_in_use": (Conflict, "A worker still speaks for the host."),
    # the relay
    "store_unavailable": (Unavailable, "The blob store takes no file; its disk is full or away."),
    "redis_unavailable": (Unavailable, "Redis does not answer; the request was maybe stored."),
    "version_skew": (Unavailable, "Redis holds records of a newer relay."),
    "upstream_error": (RelayError, "Something unexpected failed inside the relay."),
    # what a failed job says, in `job.error.code`
    "prompt_rejected": (None, "The host refused the prompt."),
    "node_execution_error": (None, "A node failed while it ran."),
    "out_of_memory": (None, "The host ran out of memory."),
    "interrupted": (None, "Somebody interrupted the prompt on its host."),
    "output_not_recoverable": (None, "Outputs sent only over the websocket were lost."),
    "output_missing": (None, "The host has no file for an output that it named."),
    "input_missing": (None, "A file that the job needs is no longer in the blob store."),
    "host_gone": (None, "The host disappeared, and so did the others that were tried."),
    "poison_suspected": (None, "Two hosts died while they executed the job."),
    "waited_too_long": (None, "No host took the job within its `max_wait`."),
    "time_limit": (None, "The job ran longer than its workflow may."),
    "worker_error": (None, "The worker failed in a way that it did not expect."),
}
"""Every code there is: the error it comes with (None: only inside a job), and its meaning."""
