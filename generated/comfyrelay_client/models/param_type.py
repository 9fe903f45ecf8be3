from enum import Enum


class ParamType(str, Enum):
    BOOL = "bool"
    FLOAT = "float"
    INT = "int"
    LORAS = "loras"
    MENU = "menu"
    SEED = "seed"
    TEXT = "text"

    def __str__(self) -> str:
        return str(self.value)
