"""Errors that an artist may see: one sentence each, and what to do next.

PluginError
  x SettingsError      the settings name no relay, or something that cannot be
  x RelayUnreachable   no answer from the relay, or none that is a relay's
  x RelayRefused       the relay answered with an error; `code` is its own
  x InputMissing       a required input has nothing connected
  x ExportFailed       the DCC could not write an input's file
  x PixelsUnreadable   a picture that is not what it should be
  x JobFailed          the job ended without a result
  x JobCanceled        the job was canceled
  x ResultUnwritable   a result could not be put where it belongs
  x NodeChanged        the node is gone, or no longer what it was
  x Stopped            the person, or the closing application, stopped it
"""

from __future__ import annotations


class PluginError(Exception):
    """Something went wrong. `str()` is the sentence; `hint` says what to do next, or is empty."""

    code = "plugin_error"
    detail = ""  # for a log: a traceback of the host's

    def __init__(self, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code or type(self).code


class SettingsError(PluginError):
    """The settings name no relay, or something that cannot be."""

    code = "settings"


class RelayUnreachable(PluginError):
    """No answer from the relay, or none that is a relay's. What was asked may have happened."""

    code = "relay_unreachable"


class RelayRefused(PluginError):
    """The relay answered with an error. `code` is its own, `job_id` the job it speaks of."""

    code = "relay_refused"

    def __init__(self, message: str, hint: str = "", code: str = "", job_id: str = "") -> None:
        super().__init__(message, hint, code)
        self.job_id = job_id


class InputMissing(PluginError):
    """A required input has nothing connected."""

    code = "input_missing"


class ExportFailed(PluginError):
    """The DCC could not write an input's file."""

    code = "export_failed"


class PixelsUnreadable(PluginError):
    """A picture that is not what it should be."""

    code = "pixels_unreadable"


class JobFailed(PluginError):
    """The job ended without a result; `code` is the relay's."""

    code = "job_failed"

    def __init__(self, message: str, hint: str = "", code: str = "", detail: str = "") -> None:
        super().__init__(message, hint, code)
        self.detail = detail


class JobCanceled(PluginError):
    """The job was canceled, by whomever."""

    code = "canceled"


class ResultUnwritable(PluginError):
    """A result could not be put where it belongs; it is still on the relay."""

    code = "result_unwritable"


class NodeChanged(PluginError):
    """The node is gone, or no longer what it was when the work began."""

    code = "node_changed"


class Stopped(PluginError):
    """The person, or the closing application, stopped it."""

    code = "stopped"
