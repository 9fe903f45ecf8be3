"""Ways in which an attempt ends without a result; the job goes on elsewhere, or later.

NoResult
  x HostGone            its process is gone
  x HostSilentTooLong   it may still run the job
  x PromptLost          it is there and knows nothing of the prompt
  x HandedBack          the job only waited there and is better off in the queue
  x HostUnable          the job needs another kind of host
  x OutOfMemory         the same host may try once more
"""

from __future__ import annotations

from relay_server.jobs.reasons import Reason
from relay_server.jobs.record import Needs


class NoResult(Exception):
    """The attempt is over, the job is not. `executing`: whether the host was executing it; None is
    what the record says."""

    reason: Reason
    avoid = True  # this host, if there are others
    twice = False  # it may run twice
    needs: Needs | None = None  # the job's new ones
    executing: bool | None = None


class HostGone(NoResult):
    """The host refused or reset every connection for too long: its process is gone."""

    reason = Reason.HOST_GONE


class HostSilentTooLong(NoResult):
    """The host did not answer for so long that its jobs move; it may still be running them."""

    reason = Reason.HOST_SILENT
    twice = True


class PromptLost(NoResult):
    """The host is there and knows nothing of the prompt: it was restarted, or forgot it."""

    reason = Reason.HOST_FORGOT


class HandedBack(NoResult):
    """The prompt is out of the host's queue and did not start."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.avoid = reason is Reason.HOST_STUCK


class HostUnable(NoResult):
    """The host cannot run the job, and another could."""

    def __init__(self, reason: Reason, needs: Needs) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.needs = needs


class OutOfMemory(NoResult):
    """The host ran out of memory, and may try once more with all of it free."""

    reason = Reason.OUT_OF_MEMORY
