"""A form file's JSON, read; what is wrong with it in itself, in its author's words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from relay_server.models.forms import ID
from relay_server.models.workflows import Problem
from relay_server.workflows.filled.values import did_you_mean
from relay_server.workflows.forms.file import (
    FileInput,
    FileOutput,
    FileParam,
    FileTarget,
    FormFile,
)
from relay_server.workflows.forms.sentences import ordinal, sentence
from relay_server.workflows.problems import cut, problem

Loc = tuple[int | str, ...]

MOST_PROBLEMS = 100
ENTRIES: dict[str, type[BaseModel]] = {
    "inputs": FileInput, "params": FileParam, "outputs": FileOutput,
}  # fmt: skip
TARGETS = "targets"
NEEDED = ("id", TARGETS)
LIST, PLACE, KEY = 1, 2, 3  # how deep in the file: `params`, its third, that one's `min`
TARGET = 4

NUMBER, WHOLE, YES_NO = "a number", "a whole number", "true or false"
MUST_BE = {
    "string_type": "text", "list_type": "a list", "model_type": "an object",
    "bool_type": YES_NO, "bool_parsing": YES_NO, "finite_number": NUMBER,
    "float_type": NUMBER, "float_parsing": NUMBER, "int_type": WHOLE, "int_parsing": WHOLE,
    "int_parsing_size": WHOLE, "int_from_float": WHOLE, "enum": "{expected}",
    "literal_error": "{expected}", "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more", "too_short": "a list of at least one",
    "too_long": "a list of at most {max_length}",
}  # fmt: skip


def read_form_file(raw: Mapping[str, Any]) -> tuple[FormFile, list[Problem]]:
    """What of it can be used, and what is wrong with the rest."""
    problems: list[Problem] = []
    try:
        found = FormFile.model_validate(raw)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        problems = [_problem(raw, each) for each in errors[:MOST_PROBLEMS]]
        found = FormFile.model_validate(_without(raw, {_part(each["loc"]) for each in errors}))
    return found, [*problems, *_twice(found)]


def _part(loc: Loc) -> Loc:
    """What has to go for an error: a key, or the whole entry if it cannot do without."""
    if loc[0] not in ENTRIES or len(loc) == LIST:
        return loc[:LIST]
    is_spare = len(loc) == KEY and loc[-1] not in NEEDED
    return loc if is_spare else loc[:PLACE]


def _without(raw: Mapping[str, Any], gone: set[Loc]) -> dict[str, Any]:
    return {
        key: [
            {name: each for name, each in entry.items() if (key, at, name) not in gone}
            for at, entry in enumerate(value)
            if (key, at) not in gone
        ]
        if key in ENTRIES
        else value
        for key, value in raw.items()
        if (key,) not in gone
    }


def _problem(raw: Mapping[str, Any], error: Mapping[str, Any]) -> Problem:
    loc: Loc = error["loc"]
    where, inner = _where(raw, loc)
    reason = _reason(loc, inner, error)
    return problem("form_file", sentence(f"The form file{where}: {reason}"))


def _where(raw: Mapping[str, Any], loc: Loc) -> tuple[str, Loc]:
    """In words, and what of the place these words leave out."""
    if loc[0] not in ENTRIES or len(loc) == LIST:
        return "", loc
    name, at, *inner = loc
    assert isinstance(at, int), "entries are in a list"
    entry = raw[str(name)][at]
    id_ = entry.get("id") if isinstance(entry, dict) else None
    known = isinstance(id_, str) and re.match(ID, id_)
    where = f", {name} {id_!r}" if known else f", the {ordinal(at + 1)} of {name}"
    if inner[:1] == [TARGETS] and len(inner) > 1 and isinstance(inner[1], int):
        return f"{where}, its {ordinal(inner[1] + 1)} target", tuple(inner[2:])
    return where, tuple(inner)


def _reason(loc: Loc, inner: Loc, error: Mapping[str, Any]) -> str:
    kind, name = error["type"], cut(inner[-1] if inner else "")
    if kind == "extra_forbidden":
        return f"there is no key {name!r}{did_you_mean(name, _keys(loc))}"
    if kind == "missing":
        return f"the key {name!r} is missing"
    if kind == "string_pattern_mismatch":
        return (
            f"the id {cut(error['input'])!r} may have small letters, digits and underscores, begins"
            " with a letter, and has at most 64 of them"
        )
    must = MUST_BE.get(kind, "something else").format_map(error.get("ctx", {}))
    return f"{_subject(inner)} must be {must}"


def _subject(inner: Loc) -> str:
    if not inner:
        return "it"
    last = inner[-1]
    if isinstance(last, int) and len(inner) > 1:
        return f"the {ordinal(last + 1)} of {cut(inner[-2])!r}"
    return repr(cut(inner[0]))


def _keys(loc: Loc) -> Sequence[str]:
    """Those that there are in such a place."""
    model: type[BaseModel] = FormFile
    if loc[0] in ENTRIES and len(loc) >= KEY:
        model = FileTarget if len(loc) > TARGET else ENTRIES[str(loc[0])]
    return [each.alias or name for name, each in model.model_fields.items()]


def _twice(form: FormFile) -> list[Problem]:
    found = []
    for name in ENTRIES:
        ids = [item.id for item in getattr(form, name)]
        found += [
            problem("duplicate_id", f"The form file uses the id {each!r} twice in its {name}.")
            for each in dict.fromkeys(ids)
            if ids.count(each) > 1
        ]
    return found
