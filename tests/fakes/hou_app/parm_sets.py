"""All parms of a node: made from its templates, and made anew when those change.

A parm that fits its new template goes on, with its value; one that is gone is dead.
"""

from __future__ import annotations

from typing import Any

from .errors import OperationFailed
from .parm_groups import FolderParmTemplate, ParmTemplateGroup, everything
from .parm_tuples import ParmTuple


class ParmSet:
    """`built_in` are the templates of the node's type: they can be hidden, not removed."""

    def __init__(self, node: Any, built_in: list[Any]) -> None:
        self.node = node
        self.built_in = ParmTemplateGroup(built_in)
        self.group = self.built_in._copy()
        self.tuples: dict[str, ParmTuple] = {}
        self.parms: dict[str, Any] = {}
        self._build()

    def set_group(self, group: Any, rename: bool) -> None:
        names = [template._text for template in everything(group._entries)]
        double = sorted({name for name in names if names.count(name) > 1})
        if double:
            raise OperationFailed(f"Parameter names that are not unique: {', '.join(double)}")
        self.group = group._copy()
        for template in self.built_in._entries:
            self._keep(template)
        self._build()

    def remove_spare(self) -> None:
        self.group = self.built_in._copy()
        self._build()

    def spare_names(self) -> set[str]:
        own = {template._text for template in everything(self.built_in._entries)}
        return {t._text for t in everything(self.group._entries)} - own

    def _keep(self, template: Any) -> None:
        """A template of the type that was left out stays, hidden."""
        standing = {t._text for t in everything(self.group._entries)}
        if template._text not in standing:
            if isinstance(template, FolderParmTemplate) and not template._is_multiparm():
                for inside in template._entries:
                    self._keep(inside)
                return
            kept = template.clone()
            kept._hidden = True
            self.group._entries.append(kept)
        elif isinstance(template, FolderParmTemplate):
            for inside in template._entries:
                self._keep(inside)

    # Tuples.

    def _build(self) -> None:
        before, self.tuples = self.tuples, {}
        spare = self.spare_names()
        self._add(self.group._entries, (), "", spare, before)
        for parm_tuple in before.values():
            parm_tuple._attached = parm_tuple in self.tuples.values()
        self.parms = {parm._text: parm for t in self.tuples.values() for parm in t._parms}

    def _add(
        self, entries: list[Any], folders: tuple[Any, ...], suffix: str, spare: set[str],
        before: dict[str, ParmTuple],
    ) -> None:  # fmt: skip
        for template in entries:
            if not isinstance(template, FolderParmTemplate):
                self._tuple(template, folders, suffix, spare, before)
            elif template._is_multiparm():
                count = self._tuple(template, folders, suffix, spare, before)
                for number in _numbers(count):
                    self._add(template._entries, folders, str(number), spare, before)
            else:
                self._add(template._entries, (*folders, template), suffix, spare, before)

    def _tuple(
        self, template: Any, folders: tuple[Any, ...], suffix: str, spare: set[str],
        before: dict[str, ParmTuple],
    ) -> ParmTuple:  # fmt: skip
        name = template._text.replace("#", suffix)
        standing = before.get(name)
        is_spare = template._text in spare
        if standing is not None and standing._fits(template, suffix):
            standing._place(template, is_spare, folders, suffix)
            self.tuples[name] = standing
        else:
            self.tuples[name] = ParmTuple(self.node, template, is_spare, folders, suffix)
        return self.tuples[name]

    # Multiparms.

    def grow(self, count: ParmTuple) -> None:
        """As many instances as the count says."""
        self._build()

    def instances(self, count: ParmTuple) -> list[ParmTuple]:
        inside = [t._text for t in everything(count._template._entries)]
        names = [name.replace("#", str(n)) for n in _numbers(count) for name in inside]
        return [self.tuples[name] for name in names if name in self.tuples]

    def insert_instance(self, count: ParmTuple, index: int) -> None:
        self._shift(count, index, 1)

    def remove_instance(self, count: ParmTuple, index: int) -> None:
        self._shift(count, index, -1)

    def _shift(self, count: ParmTuple, index: int, by: int) -> None:
        """Values move to the next number, or back."""
        (parm,) = count._parms
        before = parm._state()
        kept = [
            [p._state() for t in self._one(count, n) for p in t._parms] for n in _numbers(count)
        ]
        if not 0 <= index <= len(kept) - (by < 0):
            raise OperationFailed(f"{count._text} has no instance {index}")
        if by < 0:
            del kept[index]
        parm._raw = len(kept) + (by > 0)
        self._build()
        rest = [n for i, n in enumerate(_numbers(count)) if by < 0 or i != index]
        if by > 0:
            for fresh in self._one(count, _numbers(count)[index]):
                for p in fresh._parms:
                    p._raw = p._default
        for number, states in zip(rest, kept):
            moved = [p for t in self._one(count, number) for p in t._parms]
            for p, state in zip(moved, states):
                p._restore(state)
        self.node._app.changes.parm(parm, before)

    def _one(self, count: ParmTuple, number: int) -> list[ParmTuple]:
        names = [t._text.replace("#", str(number)) for t in everything(count._template._entries)]
        return [self.tuples[name] for name in names]


def _numbers(count: ParmTuple) -> list[int]:
    (parm,) = count._parms
    start = int(count._template._tags.get("multistartoffset", 1))
    return list(range(start, start + int(parm._raw)))


def spare_places(parm_set: ParmSet) -> list[tuple[Any, str]]:
    """Each spare template, those in a spare folder with it, and the type's folder it lies in."""
    spare = parm_set.spare_names()

    def inside(entries: list[Any], folder: str) -> list[tuple[Any, str]]:
        found: list[tuple[Any, str]] = []
        for template in entries:
            if template._text in spare:
                found.append((template, folder))
            elif isinstance(template, FolderParmTemplate):
                found += inside(template._entries, template._text)
        return found

    return inside(parm_set.group._entries, "")


def place_spare(parm_set: ParmSet, places: list[tuple[Any, str]]) -> None:
    """Adds them again. Where the type has a parm of that name now, the type's is the parm."""
    group = parm_set.group._copy()
    taken = {template._text for template in everything(group._entries)}
    for template, folder in places:
        left = _without(template, taken)
        if left is None:
            continue
        if folder and group.find(folder) is not None:
            entries, index = group._place(folder)
            entries[index]._entries.append(left)
        else:
            group._entries.append(left)
    parm_set.set_group(group, False)


def _without(template: Any, taken: set[str]) -> Any:
    if template._text in taken:
        return None
    left = template.clone()
    if isinstance(left, FolderParmTemplate):
        left._entries = [t for e in left._entries if (t := _without(e, taken)) is not None]
    return left
