"""What menu scripts answer."""

from __future__ import annotations

from typing import Any

from comfyrelay_houdini.menus import Memory, version_menu, workflow_menu


class Kept:
    """A node with these strings."""

    def __init__(self, **strings: str) -> None:
        self._strings = strings

    def parm(self, name: str) -> Any:
        """As `hou.Node.parm`: None if there is none."""
        text = self._strings.get(name)
        return None if text is None else Text(text)


class Text:
    """A string parm."""

    def __init__(self, text: str) -> None:
        self._text = text

    def unexpandedString(self) -> str:  # noqa: N802  Houdini's name
        return self._text


def test_a_menu_has_what_is_known_and_what_the_node_has_chosen() -> None:
    memory = Memory()
    memory.workflows = ("blur", "upscale")
    assert workflow_menu(Kept(relay_workflow="gone"), memory)[::2] == [
        "",
        "gone",
        "blur",
        "upscale",
    ]
    assert workflow_menu(Kept(relay_workflow="blur"), memory)[::2] == ["", "blur", "upscale"]
    assert workflow_menu(Kept(), Memory()) == ["", "(choose)"]


def test_versions_are_those_of_the_node() -> None:
    memory = Memory()
    memory.versions = {"a": ("v002", "v001"), "b": ("v009",)}
    assert version_menu(Kept(relay_uid="a", relay_result="v001"), memory)[::2] == [
        "", "v002", "v001",
    ]  # fmt: skip
    assert version_menu(Kept(relay_uid="c"), memory) == ["", "(none)"]
