from enum import Enum


class InputKind(str, Enum):
    DATA = "data"
    IMAGE = "image"
    MASK = "mask"

    def __str__(self) -> str:
        return str(self.value)
