"""What is known of all hosts together: node classes, menus and models. Pure.

A host whose `models` is empty has not told them yet: it is taken to have every model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from relay_server.workflows.host_models import Spelled, is_model_file, spelled
from relay_server.workflows.model_files import ModelFiles, canonical, kind_of
from relay_server.workflows.object_info import COMBO, Field, ObjectInfo, merged

NO_CHOICE = frozenset({"", "none"})
"""What loaders offer beside the models, in lower case."""


@dataclass(frozen=True)
class HostSaid:
    """One host in its own words: its `/object_info`, and its models as it spells them."""

    name: str
    info: Mapping[str, Any]
    models: Mapping[str, Iterable[str]]
    up: bool = True


@dataclass(frozen=True)
class HostKnowledge:
    """One host."""

    name: str
    info: ObjectInfo
    models: Spelled
    up: bool

    def lacks(self, kind: str, name: str) -> bool:
        """Whether it does not have a model, however its name is written."""
        return bool(self.models) and canonical(name) not in self.models.get(kind, {})

    def kind_by_menu(self, each: Field) -> str | None:
        """The one kind whose models are this field's menu."""
        names = frozenset(_names(each))
        kinds = self._kinds_by_names.get(names, []) if names else []
        return kinds[0] if len(kinds) == 1 else None

    @cached_property
    def _kinds_by_names(self) -> dict[frozenset[str], list[str]]:
        found: dict[frozenset[str], list[str]] = {}
        for kind, names in self.models.items():
            found.setdefault(frozenset(names), []).append(kind)
        return found


@dataclass(frozen=True)
class Menu:
    """What a field offers, canonical, and the kind of model that it names."""

    kind: str | None
    choices: frozenset[str]


@dataclass(frozen=True)
class Known:
    """All hosts. `digest` changes when anything of it does; empty: no host was ever seen."""

    info: ObjectInfo = field(default_factory=lambda: ObjectInfo({}))
    models: ModelFiles = field(default_factory=ModelFiles)
    hosts: tuple[HostKnowledge, ...] = ()  # by name
    digest: str = ""
    menus: dict[tuple[str, str], Menu] = field(default_factory=dict, repr=False, compare=False)

    def kind_of_field(self, class_type: str, name: str) -> str | None:
        """The kind of model that a field names: by ComfyUI's own names, else by its menu."""
        menu = self._menu(class_type, name)
        if menu is None:
            return kind_of(class_type, name) if class_type not in self.info else None
        return menu.kind

    def menu(self, class_type: str, name: str) -> Set[str] | None:
        """All that any host offers for a field, canonical; None if there is no such field."""
        menu = self._menu(class_type, name)
        return menu.choices if menu else None

    def lacks(self, kind: str, name: str) -> bool:
        """Whether no host has a model. Never where no host was seen or one has not told yet."""
        return bool(self.hosts) and all(host.lacks(kind, name) for host in self.hosts)

    def _menu(self, class_type: str, name: str) -> Menu | None:
        """Kept once it was asked for; only of fields that exist, so they are not too many."""
        asked = (class_type, name)
        if asked not in self.menus:
            each = self.info.field(class_type, name)
            if each is None:
                return None
            choices = frozenset(canonical(text) for text in each.menu if isinstance(text, str))
            self.menus[asked] = Menu(self._kind(class_type, each), choices)
        return self.menus[asked]

    def _kind(self, class_type: str, each: Field) -> str | None:
        if each.type != COMBO or each.upload:
            return None
        name = each.name
        by_name = kind_of(class_type, name)
        models = self.models.by_kind.get(by_name) if by_name else None
        files = {choice for choice in _names(each) if is_model_file(choice)}
        if by_name and (models is None or not files or files & models.keys()):
            return by_name
        # Custom nodes reuse ComfyUI's names: for other folders, or for models that they fetch.
        return self._kind_by_menu(class_type, name)

    def _kind_by_menu(self, class_type: str, name: str) -> str | None:
        for host in self.hosts:
            each = host.info.field(class_type, name)
            if each is not None and (kind := host.kind_by_menu(each)):
                return kind
        return None


def together(said: Sequence[HostSaid], digest: str, info: ObjectInfo | None = None) -> Known:
    """What several hosts said, as one. `info` is their union, where it was made before."""
    hosts = tuple(
        HostKnowledge(each.name, ObjectInfo(each.info), spelled(each.models), each.up)
        for each in sorted(said, key=lambda each: each.name)
    )
    return Known(info or union(said), _models(hosts), hosts, digest)


def union(said: Iterable[HostSaid]) -> ObjectInfo:
    """The node classes of all; hosts that say the very same are read once."""
    different = {id(each.info): each.info for each in said}
    return ObjectInfo(merged(different.values()))


def _models(hosts: Iterable[HostKnowledge]) -> ModelFiles:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for host in hosts:
        for kind, names in host.models.items():
            having = found.setdefault(kind, {})
            for name in names:
                having[name] = (*having.get(name, ()), host.name)
    return ModelFiles(found)


def _names(each: Field) -> Iterable[str]:
    """The names on a menu, without what stands for no model."""
    texts = (choice for choice in each.menu if isinstance(choice, str))
    return (canonical(text) for text in texts if text.lower() not in NO_CHOICE)
