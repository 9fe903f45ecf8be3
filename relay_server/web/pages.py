"""Pages: the API document, for programs and for people. Nothing on them comes from elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from html import escape
from typing import Any

from aiohttp import web

from relay_server.openapi import document
from relay_server.web.relay import Call

CSS = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #d9730d; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; }
h1 { margin: 0 } h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize }
code { font: 13px/1.4 ui-monospace, monospace }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { cursor: pointer; padding: .5rem .8rem; display: flex; gap: .8rem; flex-wrap: wrap }
summary b { color: var(--accent); min-width: 4.2rem; font: 700 13px/1.7 ui-monospace, monospace }
summary span { opacity: .75 }
.in { padding: .2rem .9rem .9rem; border-top: 1px solid var(--line) }
table { border-collapse: collapse; width: 100%; margin: .3rem 0 .8rem }
td, th { text-align: left; vertical-align: top; padding: .25rem .5rem }
tr { border-bottom: 1px solid var(--line) }
th { background: var(--soft); font-weight: 600 } td:first-child { white-space: nowrap }
a { color: inherit } nav a { margin-right: 1rem } h4 { margin: .8rem 0 .2rem }
"""


async def openapi(call: Call) -> web.Response:
    """`GET /openapi.json`."""
    del call
    return web.Response(body=_openapi(), content_type="application/json")


async def docs(call: Call) -> web.Response:
    """`GET /docs`: one page without scripts, so it works in any browser and offline."""
    del call
    return web.Response(text=_docs(), content_type="text/html")


@cache
def _openapi() -> bytes:
    return json.dumps(document(), indent=2, ensure_ascii=False).encode()


@cache
def _docs() -> str:
    spec = document()
    by_tag: dict[str, list[str]] = defaultdict(list)
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]].append(_operation(method, path, operation))
    schemas = spec["components"]["schemas"]
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Comfy Relay API</title>"
        f"<meta name=viewport content='width=device-width'><style>{CSS}</style>",
        f"<h1>Comfy Relay API</h1><p>Version {escape(spec['info']['version'])}."
        " One queue, typed forms and honest jobs in front of ComfyUI hosts."
        " The same <a href=/openapi.json>as an OpenAPI document</a>.</p>",
        "<nav>"
        + "".join(f"<a href='#{tag}'>{tag}</a>" for tag in by_tag)
        + "<a href='#models'>models</a><a href='#errors'>errors</a></nav>",
    ]
    for tag, operations in by_tag.items():
        parts += [f"<h2 id='{tag}'>{tag}</h2>", *operations]
    parts += ["<h2 id=models>models</h2>", *(_model(n, s) for n, s in schemas.items())]
    parts += ["<h2 id=errors>errors</h2>", _errors(spec["info"]["description"])]
    return "".join(parts)


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    note = _text(operation.get("description", ""))
    rows = [
        (parameter["name"], parameter["in"], _text(parameter.get("description", "")))
        for parameter in operation.get("parameters", ())
    ]
    body = "".join(
        f"<h4>Body</h4><p><code>{kind}</code> {_type(content['schema'])}</p>"
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = [
        (status, _contents(answer), _text(answer["description"]))
        for status, answer in operation["responses"].items()
    ]
    return (
        f"<details id='{operation['operationId']}'><summary><b>{method.upper()}</b>"
        f"<code>{escape(path)}</code><span>{_text(operation['summary'])}</span></summary>"
        f"<div class=in><p>{note}</p>{_table('Parameter In About', rows)}{body}"
        f"<h4>Answers</h4>{_table('Status Content About', answers)}</div></details>"
    )


def _contents(answer: dict[str, Any]) -> str:
    content = answer.get("content", {})
    return " ".join(_type(each["schema"]) for each in content.values()) or "-"


def _model(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (
            f"<code>{escape(field)}</code>{'' if field in required else ' <i>optional</i>'}",
            _type(about),
            _text(about.get("description", "")),
        )
        for field, about in schema.get("properties", {}).items()
    ]
    about = _text(schema.get("description", "").split("\n\n")[0])
    return (
        f"<details id='m-{name}'><summary><code>{name}</code><span>{about}</span></summary>"
        f"<div class=in>{_table('Field Type About', rows)}</div></details>"
    )


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, with links to the models."""
    if ref := schema.get("$ref"):
        name = ref.rsplit("/", 1)[-1]
        return f"<a href='#m-{name}'>{name}</a>"
    if options := schema.get("anyOf"):
        return " or ".join(_type(option) for option in options)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("enum"):
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    return escape(schema.get("format") or schema.get("type") or "any")


def _table(head: str, rows: list[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    heads = "".join(f"<th>{name}</th>" for name in head.split())
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table><tr>{heads}</tr><tr>{'</tr><tr>'.join(lines)}</tr></table>"


def _errors(description: str) -> str:
    rows = []
    for line in description.splitlines():
        if line.startswith("- "):
            code, _, meaning = line[2:].partition(": ")
            rows.append((_text(code), _text(meaning), ""))
    return _table("Code Meaning", rows)


def _text(text: str) -> str:
    """Escaped, with `code` marked."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces)
    )
