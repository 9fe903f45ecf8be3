from enum import Enum


class ListJobsStatusType0(str, Enum):
    CANCELED = "canceled"
    CANCELING = "canceling"
    EXPIRED = "expired"
    FAILED = "failed"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"

    def __str__(self) -> str:
        return str(self.value)
