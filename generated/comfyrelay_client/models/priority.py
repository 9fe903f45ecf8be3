from enum import Enum


class Priority(str, Enum):
    BATCH = "batch"
    INTERACTIVE = "interactive"
    SHOT = "shot"

    def __str__(self) -> str:
        return str(self.value)
