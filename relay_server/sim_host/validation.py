"""Whether a prompt can run, in ComfyUI's words."""

from __future__ import annotations

import os
import traceback
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .graph import Graph, is_link, upstream_first
from .node import Input, NodeClass, Offered
from .problems import (
    Invalid,
    Problem,
    check_bounds,
    check_menu,
    converted,
    fits,
    missing,
    problem,
    type_name,
)


@dataclass
class Verdict:
    """What came of validating: either `error`, or some outputs that can run."""

    outputs: list[str] = field(default_factory=list)
    error: Problem | None = None
    node_errors: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Checked:
    """One node: whether it and all above it are valid, and what is wrong with itself."""

    valid: bool
    problems: list[Problem] = field(default_factory=list)


def validate(
    graph: Graph,
    classes: dict[str, NodeClass],
    offered: Offered,
    targets: Container[str] | None = None,
) -> Verdict:
    """Check what the outputs need, and convert constants in place. None means all outputs.

    Raises whatever a malformed graph provokes; the server answers 500 then.
    """
    outputs = []
    for node_id in graph:
        error = _class_error(node_id, graph[node_id], classes)
        if error is not None:
            return Verdict(error=error)
        is_output = classes[graph[node_id]["class_type"]].is_output
        if is_output and (targets is None or node_id in targets):
            outputs.append(node_id)
    if not outputs:
        return Verdict(error=problem("prompt_no_outputs", "Prompt has no outputs"))
    return _Validator(graph, classes, offered).verdict(outputs)


class _Validator:
    def __init__(self, graph: Graph, classes: dict[str, NodeClass], offered: Offered) -> None:
        self._graph = graph
        self._classes = classes
        self._offered = offered
        self._checked: dict[str, _Checked] = {}
        self._open: set[str] = set()

    def verdict(self, outputs: list[str]) -> Verdict:
        good: list[str] = []
        details: list[str] = []
        node_errors: dict[str, Any] = {}
        for output in outputs:
            checked = self._checked_output(output)
            if checked.valid:
                good.append(output)
                continue
            details += [f"{p['message']}: {p['details']}" for p in checked.problems]
            self._blame(output, node_errors)
        if good:
            return Verdict(good, None, node_errors)
        message = "Prompt outputs failed validation"
        error = problem("prompt_outputs_failed_validation", message, "\n".join(details))
        return Verdict([], error, node_errors)

    def _checked_output(self, output: str) -> _Checked:
        try:
            for node_id in upstream_first(output, self._sources)[:-1]:
                with suppress(Exception):  # it is raised again where it can be told
                    self._node(node_id)
            return self._node(output)
        except Exception as error:  # noqa: BLE001  any failure is the client's answer
            reason = problem(
                "exception_during_validation",
                "Exception when validating node",
                str(error),
                exception_type=type_name(error),
                traceback=traceback.format_tb(error.__traceback__),
            )
            self._checked[output] = _Checked(False, [reason])
            return self._checked[output]

    def _blame(self, output: str, node_errors: dict[str, Any]) -> None:
        for node_id, checked in self._checked.items():
            if checked.valid or not checked.problems:
                continue
            entry = {
                "errors": checked.problems,
                "dependent_outputs": [],
                "class_type": self._graph[node_id]["class_type"],
            }
            node_errors.setdefault(node_id, entry)["dependent_outputs"].append(output)

    def _node(self, node_id: str) -> _Checked:
        if node_id in self._checked:
            return self._checked[node_id]
        if node_id in self._open:
            return _Checked(False)
        self._open.add(node_id)
        try:
            self._checked[node_id] = self._fresh(node_id)
        finally:
            self._open.discard(node_id)
        return self._checked[node_id]

    def _fresh(self, node_id: str) -> _Checked:
        inputs = self._graph[node_id]["inputs"]
        node_class = self._classes[self._graph[node_id]["class_type"]]
        problems: list[Problem] = []
        valid = True
        for wanted in node_class.inputs:
            try:
                if wanted.name in inputs:
                    valid = self._input(node_class, wanted, inputs) and valid
                elif not wanted.optional:
                    raise Invalid(missing(wanted.name))
            except Invalid as invalid:
                problems.append(invalid.problem)
        problems += self._file_problems(node_class, inputs)
        return _Checked(valid and not problems, problems)

    def _input(self, node_class: NodeClass, wanted: Input, inputs: dict[str, Any]) -> bool:
        """Whether what is above is valid. Raises Invalid if this input itself is not."""
        value = inputs[wanted.name]
        config = wanted.config(self._offered)
        about = {"input_name": wanted.name, "input_config": config}
        if isinstance(value, list):
            return self._link(value, config, about)
        if isinstance(value, dict) and "__value__" in value:
            value = value["__value__"]
        inputs[wanted.name] = value = converted(value, config, about)
        if wanted.name != node_class.checks_file:
            check_bounds(value, config, about)
            check_menu(value, config, about)
        return True

    def _link(self, link: list[Any], config: tuple[Any, Any], about: dict[str, Any]) -> bool:
        name = about["input_name"]
        if len(link) != 2:  # noqa: PLR2004  [node, slot]
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            raise Invalid(problem("bad_linked_input", message, name, **about, received_value=link))
        source, slot = link
        received = self._classes[self._graph[source]["class_type"]].outputs[slot]
        if not fits(received, config[0]):
            raise Invalid(
                problem(
                    "return_type_mismatch",
                    "Return type mismatch between linked nodes",
                    f"{name}, received_type({received}) mismatch input_type({config[0]})",
                    **about,
                    received_type=received,
                    linked_node=link,
                )
            )
        return self._source(source, link, about)

    def _sources(self, node_id: str) -> list[str]:
        """The nodes behind those links that are good in themselves."""
        node = self._graph[node_id]
        inputs = node.get("inputs")
        if not isinstance(inputs, dict):
            return []
        wanted = {i.name: i.type for i in self._classes[node["class_type"]].inputs}
        found = []
        for name, link in inputs.items():
            with suppress(KeyError, IndexError, TypeError, ValueError):
                source, slot = link
                received = self._classes[self._graph[source]["class_type"]].outputs[slot]
                if isinstance(link, list) and fits(received, wanted[name]):
                    found.append(source)
        return found

    def _source(self, source: str, link: list[Any], about: dict[str, Any]) -> bool:
        try:
            return self._node(source).valid
        except Exception as error:  # noqa: BLE001  any failure is the client's answer
            reason = problem(
                "exception_during_inner_validation",
                "Exception when validating inner node",
                str(error),
                **about,
                exception_message=str(error),
                exception_type=type_name(error),
                traceback=traceback.format_tb(error.__traceback__),
                linked_node=link,
            )
            self._checked[source] = _Checked(False, [reason])
            return False

    def _file_problems(self, node_class: NodeClass, inputs: dict[str, Any]) -> list[Problem]:
        name = node_class.checks_file
        if name is None:
            return []
        if name not in inputs:
            signature = f"{node_class.name}.VALIDATE_INPUTS()"
            raise TypeError(f"{signature} missing 1 required positional argument: '{name}'")
        value: Any = None if is_link(inputs[name]) else inputs[name]
        if os.path.exists(self._offered.folders.input_file(value)):
            return []
        message = "Custom validation failed for node"
        details = f"{name} - Invalid image file: {value}"
        return [problem("custom_validation_failed", message, details, input_name=name)]


def _class_error(node_id: str, node: Any, classes: dict[str, NodeClass]) -> Problem | None:
    details = f"Node ID '#{node_id}'"
    if "class_type" not in node:
        message = "Cannot execute because a node is missing the class_type property."
        return problem("invalid_prompt", message, details)
    if node["class_type"] not in classes:
        message = f"Cannot execute because node {node['class_type']} does not exist."
        return problem("invalid_prompt", message, details)
    return None
