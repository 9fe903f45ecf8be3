"""Parm templates: what a parm is, before any node has it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .enums import EnumValue, value
from .session import breach, model, models, refuse_other_thread

SUFFIXES = {"XYZW": "xyzw", "RGBA": "rgba", "UVW": "uvw", "MinMax": ("min", "max")}


@model("ParmTemplate")
class ParmTemplate:
    _kind = ""
    _data = "Int"

    def __init__(self, name: str, label: str = "", components: int = 1, **options: Any) -> None:
        self._refuse_unknown(options)
        self._text, self._label, self._components = name, label, components
        self._scheme = "Base1"
        self._hidden = bool(options.get("is_hidden", False))
        self._label_hidden = bool(options.get("is_label_hidden", False))
        self._joined = bool(options.get("join_with_next", False))
        self._help = options.get("help") or ""
        self._tags: dict[str, str] = dict(options.get("tags") or {})
        self._conditions: dict[str, str] = {}
        self._expressions: dict[int, tuple[str, str]] = {}
        self._items: list[str] = []
        self._labels: list[str] = []
        self._generator, self._generator_language, self._menu_kind = "", "hscript", "Normal"
        if options.get("naming_scheme"):
            self.setNamingScheme(options["naming_scheme"])
        for kind, text in (options.get("conditionals") or {}).items():
            self._conditions[kind.name()] = text
        if options.get("disable_when"):
            self._conditions["DisableWhen"] = options["disable_when"]
        self._callback(options.get("script_callback"), options.get("script_callback_language"))

    def _refuse_unknown(self, options: Mapping[str, Any]) -> None:
        made = type(self).__name__
        refuse_other_thread(f"hou.{made}")
        signatures = models.stubs.signatures(made, "__init__") or []
        unknown = set(options) - {name for known in signatures for name in known.parameters}
        if unknown:
            raise breach(TypeError(f"hou.{made} takes no {', '.join(sorted(unknown))}"))

    def _callback(self, code: str | None, language: EnumValue | None) -> None:
        if code:
            self._tags["script_callback"] = code
        if language is not None:
            self._tags["script_callback_language"] = language.name().lower()

    def _component_names(self) -> list[str]:
        if self._components == 1:
            return [self._text]
        suffixes = SUFFIXES.get(self._scheme) or [str(n + 1) for n in range(self._components)]
        return [f"{self._text}{suffix}" for suffix in suffixes[: self._components]]

    def _defaults(self) -> list[Any]:
        """The value of each component of a new parm."""
        return [0] * self._components

    def _set_default_texts(self, texts: list[str]) -> None:
        """As a DialogScript has them."""

    def clone(self) -> Any:
        return copy.deepcopy(self)

    def name(self) -> str:
        return self._text

    def setName(self, name: str) -> None:
        self._text = name

    def label(self) -> str:
        return self._label

    def setLabel(self, label: str) -> None:
        self._label = label

    def type(self) -> EnumValue:
        return value("parmTemplateType", self._kind)

    def dataType(self) -> EnumValue:
        return value("parmData", self._data)

    def numComponents(self) -> int:
        return self._components

    def namingScheme(self) -> EnumValue:
        return value("parmNamingScheme", self._scheme)

    def setNamingScheme(self, naming_scheme: EnumValue) -> None:
        self._scheme = naming_scheme.name()

    def isHidden(self) -> bool:
        return self._hidden

    def hide(self, on: bool) -> None:
        self._hidden = on

    def isLabelHidden(self) -> bool:
        return self._label_hidden

    def hideLabel(self, on: bool) -> None:
        self._label_hidden = on

    def joinsWithNext(self) -> bool:
        return self._joined

    def setJoinWithNext(self, on: bool) -> None:
        self._joined = on

    def help(self) -> str:
        return self._help

    def setHelp(self, help: str) -> None:
        self._help = help

    def tags(self) -> dict[str, str]:
        return dict(self._tags)

    def setTags(self, tags: Mapping[str, str]) -> None:
        self._tags = dict(tags)

    def conditionals(self) -> dict[EnumValue, str]:
        return {value("parmCondType", kind): text for kind, text in self._conditions.items()}

    def setConditional(self, cond_type: EnumValue, conditional: str) -> None:
        self._conditions[cond_type.name()] = conditional

    def disableWhen(self) -> str:
        return self._conditions.get("DisableWhen", "")

    def setDisableWhen(self, disable_when: str) -> None:
        self._conditions["DisableWhen"] = disable_when

    def scriptCallback(self) -> str:
        return self._tags.get("script_callback", "")

    def setScriptCallback(self, script_callback: str) -> None:
        self._tags["script_callback"] = script_callback

    def scriptCallbackLanguage(self) -> EnumValue:
        python = self._tags.get("script_callback_language") == "python"
        return value("scriptLanguage", "Python" if python else "Hscript")

    def setScriptCallbackLanguage(self, script_callback_language: EnumValue) -> None:
        self._tags["script_callback_language"] = script_callback_language.name().lower()
