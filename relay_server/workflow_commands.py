"""`comfy-relay workflows ...`: publish, inspect, list, show, compare and withdraw."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generated.comfyrelay_client.api.workflows import (
    diff_workflow,
    get_workflow,
    inspect_workflow,
    list_workflow_versions,
    list_workflows,
    publish_workflow,
    withdraw_workflow,
)
from generated.comfyrelay_client.models import (
    FormInput,
    FormOutput,
    FormParam,
    HostFit,
    Problem,
    WorkflowPublish,
)
from generated.comfyrelay_client.types import UNSET
from relay_server.cli_relay import table
from relay_server.relay_client import AnyClient, Refused, answered
from relay_server.strict_json import parsed_json
from relay_server.workflows.names import FORM_SUFFIX, catalog_name
from relay_server.workflows.problems import Unreadable
from relay_server.workflows.saved.embedded import SUFFIXES, embedded

Echo = Callable[[str], None]
ANY_NAME = "*"
LARGEST_SENT = 8 * 1024 * 1024  # bytes of a picture that is sent whole
LONGEST = 60  # characters of a value in a table


@dataclass(frozen=True)
class WorkflowToSend:
    """A file on this machine, and what to say of it."""

    path: Path
    form: Path | None = None  # by default NAME.form.json beside it
    name: str | None = None  # by default made of the file's
    title: str | None = None
    description: str | None = None


def publish(client: AnyClient, file: WorkflowToSend, echo: Echo) -> None:
    """Into the catalog. Raises Refused after every problem was printed."""
    name = file.name or catalog_name(file.path.name.removesuffix(file.path.suffix))
    if not name:
        raise Refused("invalid_name", f"No name can be made of {file.path.name}. Give --name.")
    body = _body(file)
    try:
        done = answered(publish_workflow.sync_detailed(name, client=client, body=body))
    except Refused as error:
        for each in (error.details or {}).get("problems", []):
            echo(f"  problem: {each['message']}")
        raise
    for note in done.notes:
        echo(f"  note: {note.message}")
    before = "is in use again" if done.restored else "was published before"
    echo(f"{done.name} version {done.version} {'published' if done.new else before}")
    if done.newest != done.version:
        echo(f"jobs still get version {done.newest}; withdraw it to go back to {done.version}")
    _echo_lines(_hosts(done.hosts), echo)


def inspect(client: AnyClient, file: WorkflowToSend, echo: Echo, *, as_form: bool = False) -> bool:
    """Everything but publishing; with `as_form` only the form, as a form file to begin with.
    Whether it could be published."""
    found = answered(inspect_workflow.sync_detailed(client=client, body=_body(file)))
    form = found.form
    if form is not None and as_form:
        echo(json.dumps(_as_file(form), indent=2, ensure_ascii=False))
        return True
    if form is not None:
        _echo_lines(_form(form), echo)
        echo(f"needs: {', '.join(found.needs)}")
        for model in found.models:
            echo(f"model: {model.kind}/{model.name}")
        _echo_lines(_hosts(found.hosts), echo)
    _echo_lines((f"  note: {each.message}" for each in found.notes), echo)
    _echo_lines((f"  problem: {each.message}" for each in found.problems), echo)
    return bool(found.publishable)


def listing(client: AnyClient, echo: Echo) -> None:
    """One line for each workflow, and the files that could not be published."""
    found = answered(list_workflows.sync_detailed(client=client))
    rows = [(each.name, f"v{each.version}", each.title, _why(each)) for each in found.workflows]
    _echo_lines(table(rows), echo)
    for file in found.refused:
        echo(f"not published: {file.file}")
        _echo_lines(_problems(file.problems), echo)


def show(client: AnyClient, name: str, version: int | None, echo: Echo) -> None:
    """A workflow's form, versions and hosts."""
    asked = UNSET if version is None else version
    found = answered(get_workflow.sync_detailed(name, client=client, version=asked))
    withdrawn = ", withdrawn" if found.withdrawn else ""
    echo(f"{found.name} version {found.version}{withdrawn}, by {found.published_by}")
    if found.reason:
        echo(f"cannot run now: {found.reason}")
    _echo_lines(_form(found.form), echo)
    _echo_lines(_hosts(found.hosts), echo)
    versions = answered(list_workflow_versions.sync_detailed(name, client=client)).versions
    rows = [
        (f"v{each.version}", each.published_at.strftime("%Y-%m-%d %H:%M"), each.published_by,
         "withdrawn" if each.withdrawn else "")
        for each in versions
    ]  # fmt: skip
    _echo_lines(table(rows), echo)


def diff(client: AnyClient, name: str, before: int | None, after: int | None, echo: Echo) -> None:
    """What changed, one line each."""
    found = answered(
        diff_workflow.sync_detailed(
            name,
            client=client,
            before=UNSET if before is None else before,
            after=UNSET if after is None else after,
        )
    )
    echo(f"{found.name}: version {found.before} to {found.after}")
    for part, changes in (("form", found.form), ("graph", found.graph)):
        for each in changes:
            old, new = (_short(value) for value in (each.before, each.after))
            echo(f"  {part}  {each.where}: {old} -> {new}")
    if not found.form and not found.graph:
        echo("  nothing changed")


def withdraw(client: AnyClient, name: str, version: int | None, echo: Echo) -> None:
    """Out of use; jobs that ran stay readable."""
    asked = UNSET if version is None else version
    done = answered(withdraw_workflow.sync_detailed(name, client=client, version=asked))
    shown = ", ".join(f"version {each}" for each in done.withdrawn)
    echo(f"{name}: {shown} withdrawn" if shown else f"{name} was withdrawn before")


def _body(file: WorkflowToSend) -> WorkflowPublish:
    """What the file holds. Raises Refused."""
    beside = file.path.with_name(f"{file.path.name.removesuffix(file.path.suffix)}{FORM_SUFFIX}")
    form = file.form or (beside if beside.is_file() else None)
    fields: dict[str, Any] = {"title": file.title, "description": file.description}
    try:
        data = file.path.read_bytes()
        fields["form"] = None if form is None else _json(form.read_bytes(), form)
    except OSError as error:
        raise Refused("not_found", f"{error.filename} cannot be read: {error.strerror}.") from error
    if file.path.suffix.lower() not in SUFFIXES:
        fields["workflow"] = _json(data, file.path)
    elif len(data) <= LARGEST_SENT:
        fields["picture"] = base64.b64encode(data).decode()
    else:
        fields["workflow"] = _inside(data)
    return WorkflowPublish(**{key: value for key, value in fields.items() if value is not None})


def _inside(data: bytes) -> Any:
    try:
        return embedded(data)[0]
    except Unreadable as error:
        raise Refused("unreadable_workflow", error.problems[0].message) from error


def _json(data: bytes, path: Path) -> Any:
    try:
        found = parsed_json(data)
    except ValueError as error:
        raise Refused("invalid_json", f"{path} is no JSON, nor a PNG or WEBP: {error}.") from error
    if not isinstance(found, dict):
        raise Refused("invalid_json", f"{path} holds no JSON object.")
    return found


def _as_file(form: Any) -> dict[str, Any]:
    """The form without what the graph tells of itself, which no form file says."""
    found: dict[str, Any] = form.to_dict()
    for name, told in (("inputs", "loader"), ("outputs", "saver")):
        found[name] = [{k: v for k, v in each.items() if k != told} for each in found[name]]
    return found


def _form(form: Any) -> Iterator[str]:
    yield form.title
    rows: list[tuple[str, ...]] = []
    rows += [("input", each.id, _input(each), *_words(each, each.group)) for each in form.inputs]
    rows += [("param", each.id, _param(each), *_words(each, each.group)) for each in form.params]
    rows += [("output", each.id, _output(each), *_words(each)) for each in form.outputs]
    yield from table(rows)


def _words(each: FormInput | FormParam | FormOutput, group: str = "") -> tuple[str, str]:
    """What a person reads."""
    return f"{group} / {each.label}" if group else each.label, each.help_


def _input(each: FormInput) -> str:
    frames = ", numbered frames" if each.frames else ""
    return f"{each.kind}{frames}{'' if each.required else ', optional'}"


def _output(each: FormOutput) -> str:
    return f"{each.kind}{'' if each.required else ', optional'}"


def _param(each: FormParam) -> str:
    kind = f"menu of {each.models}" if each.models else each.type_
    low, high = each.min_, each.max_
    bounds = "" if low is None and high is None else f" {_number(low)}..{_number(high)}"
    saved = _short(json.dumps(each.default, ensure_ascii=False))
    default = ", required" if each.required else f" = {saved}"
    return f"{kind}{bounds}{default}"


def _number(value: Any) -> str:
    return "" if value is None else f"{value:g}"


def _hosts(hosts: Iterable[HostFit]) -> Iterator[str]:
    for each in hosts:
        lacks = [f"the node {name}" for name in each.missing_classes]
        lacks += [
            f"any of {model.kind}" if model.name == ANY_NAME else f"{model.kind}/{model.name}"
            for model in each.missing_models
        ]
        yield f"host {each.host}: " + (
            "can run it" if each.can_run else f"lacks {', '.join(lacks)}"
        )


def _problems(problems: Iterable[Problem]) -> Iterator[str]:
    return (f"  problem: {each.message}" for each in problems)


def _why(each: Any) -> str:
    return "" if each.available else f"cannot run: {each.reason}"


def _short(text: str | None) -> str:
    if text is None:
        return "none"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _echo_lines(lines: Iterable[str], echo: Echo) -> None:
    for line in lines:
        echo(line)
