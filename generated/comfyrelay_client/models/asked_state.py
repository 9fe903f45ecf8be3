from enum import Enum


class AskedState(str, Enum):
    DRAINING = "draining"
    PAUSED = "paused"
    UP = "up"

    def __str__(self) -> str:
        return str(self.value)
