"""What can be wrong with one input of a prompt, in ComfyUI's words."""

from __future__ import annotations

from typing import Any

Problem = dict[str, Any]
"""{"type", "message", "details", "extra_info"}, as the client gets it."""

_LONGEST_LIST = 20
_CONVERSIONS: dict[str, type] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


class Invalid(Exception):
    """One input cannot be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem["message"])
        self.problem = problem


def fits(received: str, wanted: object) -> bool:
    """Whether an output of one type may feed an input of another; "*" takes all."""
    if "*" in (received, wanted) or received == wanted:
        return True
    if not isinstance(wanted, str):
        return False
    return bool({t.strip() for t in received.split(",")} & {t.strip() for t in wanted.split(",")})


def type_name(error: BaseException) -> str:
    """The type of an exception as ComfyUI writes it."""
    kind = type(error)
    prefix = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return prefix + kind.__qualname__


def converted(value: Any, config: tuple[Any, Any], about: dict[str, Any]) -> Any:
    """The value as its type wants it. Raises Invalid."""
    kind = config[0]
    convert = _CONVERSIONS.get(kind) if isinstance(kind, str) else None
    if convert is None:
        return value
    try:
        return convert(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid(
            problem(
                "invalid_input_type",
                f"Failed to convert an input value to a {kind} value",
                f"{about['input_name']}, {value}, {error}",
                **about,
                received_value=value,
                exception_message=str(error),
            )
        ) from error


def check_bounds(value: Any, config: tuple[Any, Any], about: dict[str, Any]) -> None:
    """Raises Invalid if the value is out of bounds."""
    low, high = config[1].get("min"), config[1].get("max")
    if low is not None and value < low:
        kind, message = "value_smaller_than_min", f"Value {value} smaller than min of {low}"
    elif high is not None and value > high:
        kind, message = "value_bigger_than_max", f"Value {value} bigger than max of {high}"
    else:
        return
    raise Invalid(problem(kind, message, about["input_name"], **about, received_value=value))


def check_menu(value: Any, config: tuple[Any, Any], about: dict[str, Any]) -> None:
    """Raises Invalid if the value is not on the menu."""
    menu = config[0]
    if not isinstance(menu, list) or value in menu:
        return
    shown = str(menu)
    if len(menu) > _LONGEST_LIST:
        shown, about = f"(list of length {len(menu)})", about | {"input_config": None}
    details = f"{about['input_name']}: '{value}' not in {shown}"
    raise Invalid(
        problem("value_not_in_list", "Value not in list", details, **about, received_value=value)
    )


def missing(name: str) -> Problem:
    """A required input that is not there."""
    return problem("required_input_missing", "Required input is missing", name, input_name=name)


def problem(kind: str, message: str, details: str = "", /, **extra_info: Any) -> Problem:
    """As the client gets it."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra_info}
