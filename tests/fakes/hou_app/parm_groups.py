"""Folders of parm templates, and the group of all templates of a node."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .enums import EnumValue, value
from .errors import OperationFailed
from .session import model
from .templates import ParmTemplate


@model("FolderParmTemplate")
class FolderParmTemplate(ParmTemplate):
    _kind = "Folder"

    def __init__(
        self, name: str, label: str, parm_templates: Sequence[Any] = (), folder_type: Any = None,
        default_value: int = 0, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, label, 1, **options)
        self._entries: list[Any] = [template.clone() for template in parm_templates]
        self._folder = folder_type.name() if folder_type is not None else "Tabs"
        self._value = default_value

    def _is_multiparm(self) -> bool:
        return "Multiparm" in self._folder

    def _defaults(self) -> list[Any]:
        return [self._value]

    def folderType(self) -> EnumValue:
        return value("folderType", self._folder)

    def setFolderType(self, folder_type: EnumValue) -> None:
        self._folder = folder_type.name()

    def isActualFolder(self) -> bool:
        return not self._is_multiparm()

    def defaultValue(self) -> int:
        return self._value

    def setDefaultValue(self, default_value: int) -> None:
        self._value = default_value

    def parmTemplates(self) -> tuple[Any, ...]:
        return tuple(template.clone() for template in self._entries)

    def setParmTemplates(self, parm_templates: Sequence[Any]) -> None:
        self._entries = [template.clone() for template in parm_templates]

    def addParmTemplate(self, parm_template: Any) -> None:
        self._entries.append(parm_template.clone())


def everything(entries: Iterable[Any]) -> Iterator[Any]:
    """Each template, those in folders after their folder."""
    for template in entries:
        yield template
        if isinstance(template, FolderParmTemplate):
            yield from everything(template._entries)


@model("ParmTemplateGroup")
class ParmTemplateGroup:
    """Templates by name, in their folders. What it gives out are copies."""

    def __init__(self, parm_templates: Sequence[Any] = ()) -> None:
        self._entries: list[Any] = [template.clone() for template in parm_templates]

    def _copy(self) -> Any:
        return copy.deepcopy(self)

    def _place(self, wanted: Any) -> tuple[list[Any], int]:
        """The list that has it, and where. By name, template or indices."""
        if isinstance(wanted, (tuple, list)) and wanted and isinstance(wanted[0], int):
            entries = self._entries
            for index in wanted[:-1]:
                entries = entries[index]._entries
            return entries, wanted[-1]
        name = wanted if isinstance(wanted, str) else wanted.name()
        for entries in _lists(self._entries):
            for index, template in enumerate(entries):
                if template._text == name:
                    return entries, index
        raise OperationFailed(f"No parm template {name!r} in the group")

    def _folder(self, labels: Any) -> Any:
        """A folder by its label, or by those of the folders around it too."""
        entries, found = self._entries, None
        for label in [labels] if isinstance(labels, str) else labels:
            folders = [f for f in entries if isinstance(f, FolderParmTemplate)]
            found = next((f for f in folders if f._label == label), None)
            if found is None:
                return None
            entries = found._entries
        return found

    def _refuse_double(self, template: Any) -> None:
        taken = {t._text for t in everything(self._entries)}
        for new in everything([template]):
            if new._text in taken:
                raise OperationFailed(
                    f"A parm template named {new._text!r} is in the group already"
                )

    def setToDialogScript(self, dialog_script: str) -> None:
        from . import dialog_script as scripts
        from .ds_text import DialogScriptError

        try:
            self._entries = scripts.read(dialog_script).entries
        except DialogScriptError as error:
            raise OperationFailed(f"Invalid dialog script: {error}") from error

    def find(self, name: str) -> Any:
        for template in everything(self._entries):
            if template._text == name:
                return template.clone()
        return None

    def findFolder(self, label_or_labels: Any) -> Any:
        found = self._folder(label_or_labels)
        return found.clone() if found is not None else None

    def findIndices(self, name_or_parm_template: Any) -> tuple[int, ...]:
        entries, index = self._place(name_or_parm_template)
        return (*_way(self._entries, entries), index)

    def containingFolder(self, name_or_parm_template: Any) -> Any:
        entries, _index = self._place(name_or_parm_template)
        for folder in everything(self._entries):
            if isinstance(folder, FolderParmTemplate) and folder._entries is entries:
                return folder.clone()
        raise OperationFailed("It is in no folder")

    def entries(self) -> tuple[Any, ...]:
        return tuple(template.clone() for template in self._entries)

    def parmTemplates(self) -> tuple[Any, ...]:
        return self.entries()

    def entriesWithoutFolders(self) -> tuple[Any, ...]:
        found = everything(self._entries)
        return tuple(t.clone() for t in found if not isinstance(t, FolderParmTemplate))

    def append(self, parm_template: Any) -> None:
        self._refuse_double(parm_template)
        self._entries.append(parm_template.clone())

    def addParmTemplate(self, parm_template: Any) -> None:
        self.append(parm_template)

    def appendToFolder(
        self, label_or_labels_or_parm_template_or_indices: Any, parm_template: Any
    ) -> None:
        self._refuse_double(parm_template)
        wanted = label_or_labels_or_parm_template_or_indices
        folder = wanted
        if isinstance(wanted, str) or (
            isinstance(wanted, (tuple, list)) and isinstance(wanted[0], str)
        ):
            folder = self._folder(wanted)
        else:
            entries, index = self._place(wanted)
            folder = entries[index]
        if folder is None:
            raise OperationFailed(f"No folder {wanted!r} in the group")
        folder._entries.append(parm_template.clone())

    def insertBefore(self, name_or_parm_template_or_indices: Any, parm_template: Any) -> None:
        self._refuse_double(parm_template)
        entries, index = self._place(name_or_parm_template_or_indices)
        entries.insert(index, parm_template.clone())

    def insertAfter(self, name_or_parm_template_or_indices: Any, parm_template: Any) -> None:
        self._refuse_double(parm_template)
        entries, index = self._place(name_or_parm_template_or_indices)
        entries.insert(index + 1, parm_template.clone())

    def replace(self, name_or_parm_template_or_indices: Any, parm_template: Any) -> None:
        entries, index = self._place(name_or_parm_template_or_indices)
        entries[index] = parm_template.clone()

    def remove(self, name_or_parm_template_or_indices: Any) -> None:
        entries, index = self._place(name_or_parm_template_or_indices)
        del entries[index]

    def hide(self, name_or_parm_template_or_indices: Any, on: bool) -> None:
        entries, index = self._place(name_or_parm_template_or_indices)
        entries[index]._hidden = on

    def isHidden(self, name_or_parm_template_or_indices: Any) -> bool:
        entries, index = self._place(name_or_parm_template_or_indices)
        return bool(entries[index]._hidden)

    def clear(self) -> None:
        self._entries = []


def _lists(entries: list[Any]) -> Iterator[list[Any]]:
    """The list, and that of each folder in it."""
    yield entries
    for template in entries:
        if isinstance(template, FolderParmTemplate):
            yield from _lists(template._entries)


def _way(entries: list[Any], wanted: list[Any]) -> tuple[int, ...]:
    """Indices of the folders that lead to a list."""
    for index, template in enumerate(entries):
        if isinstance(template, FolderParmTemplate):
            if template._entries is wanted:
                return (index,)
            inside = _way(template._entries, wanted)
            if inside:
                return (index, *inside)
    return ()
