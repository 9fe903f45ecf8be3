"""Values that stand on a subgraph's node for widgets inside it. Pure.

Three generations of ComfyUI's page save them in three ways; read from files of each:
- linked: an input of the subgraph leads to a widget. The node's values are those of such inputs, in
  the order of the definition, or only of those that the node's own list of inputs shows. The
  newest write the inputs' names beside them;
- proxied: `properties.proxyWidgets` lists (inner node, widget), and the values, where there are
  any, stand in the same order with null for "as inside". Node -1 means an input by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from relay_server.workflows.saved.positions import Misfit
from relay_server.workflows.saved.ui_graph import INPUT_NODE, Scope, UiNode

PROXIES = "proxyWidgets"
BY_NAME = "-1"
PAIR = 2


@dataclass(frozen=True)
class Promoted:
    """What a subgraph's node sets inside."""

    inputs: Mapping[str, Any] = field(default_factory=dict)  # by the input's name
    widgets: Mapping[tuple[str, str], Any] = field(default_factory=dict)  # (inner node, widget)


def promoted_values(host: UiNode, scope: Scope) -> Promoted:
    """Raises Misfit if it cannot be told which value belongs where."""
    values = host.values
    if isinstance(values, Mapping):
        return Promoted(inputs=dict(values))
    if all(value is None for value in values):
        return Promoted()
    proxies = list(proxied(host))
    if proxies:
        return _proxied(values, proxies)
    if host.names:
        return Promoted(inputs=_named(host.names, values, scope))
    return Promoted(inputs=_linked(values, host, scope))


def proxied(host: UiNode) -> Iterator[tuple[str, str]]:
    """The (inner node, widget) pairs that a subgraph's node shows as its own."""
    found = host.properties.get(PROXIES)
    for each in found if isinstance(found, list) else []:
        if isinstance(each, list) and len(each) >= PAIR:
            yield str(each[0]), _plain(str(each[1]))


def _plain(name: str) -> str:
    """Some files repeat the inner node before the widget's name: `461: seed`."""
    while (parts := name.partition(": "))[1] and parts[0].strip().isdigit():
        name = parts[2]
    return name


def _proxied(values: list[Any], proxies: list[tuple[str, str]]) -> Promoted:
    inputs: dict[str, Any] = {}
    widgets: dict[tuple[str, str], Any] = {}
    for (node, widget), value in zip(proxies, values, strict=False):
        if value is None:
            continue
        if node == BY_NAME:
            inputs[widget] = value
        else:
            widgets[node, widget] = value
    return Promoted(inputs, widgets)


def _named(names: tuple[str, ...], values: list[Any], scope: Scope) -> dict[str, Any]:
    """As the newest pages save them: with the names of the subgraph's inputs."""
    known = {slot.name for slot in scope.inputs}
    if lost := [name for name in names if name not in known]:
        raise Misfit(f"a value was saved for {lost[0]!r:.60}, which the subgraph does not show")
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _linked(values: list[Any], host: UiNode, scope: Scope) -> dict[str, Any]:
    defined = list(widget_inputs(scope))
    shown = [slot.name for slot in host.inputs if slot.widget]
    for names in (defined, shown):
        if len(names) == len(values):
            pairs = zip(names, values, strict=True)
            return {name: value for name, value in pairs if value is not None}
    raise Misfit(
        f"{len(values)} values were saved for the {len(defined)} widgets that the subgraph shows"
    )


def widget_inputs(scope: Scope) -> Iterator[str]:
    """The inputs of a subgraph that lead to a widget inside."""
    leading: set[int] = set()
    for link in scope.links.values():
        target = scope.nodes.get(link.target) if link.origin == INPUT_NODE else None
        slots = target.inputs[link.target_slot : link.target_slot + 1] if target else ()
        if any(slot.widget for slot in slots):
            leading.add(link.origin_slot)
    for number, slot in enumerate(scope.inputs):
        if number in leading:
            yield slot.name
