"""What the documents say is what there is. `python -m tests.test_docs` rewrites the settings."""

from __future__ import annotations

import json
import re
from pathlib import Path

from relay_server.errors import CODES, RelayError
from relay_server.operations import OPERATIONS
from relay_server.settings import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- settings:[^\n]*-->\n).*(<!-- end of settings -->)", re.DOTALL)


def settings_table() -> str:
    """The table of the README."""
    lines = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `COMFY_RELAY_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def test_every_setting_is_in_the_readme() -> None:
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    assert found
    assert settings_table() in found.group(0)


def test_the_workflow_of_the_readmes_script_is_there() -> None:
    found = re.findall(r'workflows.from_file\("([^"]+)"\)', README.read_text(encoding="utf-8"))
    assert found
    assert all((ROOT / name).is_file() for name in found)


def test_every_error_code_is_in_the_api_document() -> None:
    document = json.loads((ROOT / "schemas/openapi.json").read_text(encoding="utf-8"))
    for code in CODES:
        assert f"`{code}`" in document["info"]["description"]


def test_every_operation_names_known_codes() -> None:
    for operation in OPERATIONS:
        for code in operation.errors:
            kind = CODES[code][0]
            assert kind is not None
            assert issubclass(kind, RelayError)


def test_errors_are_raised_with_the_class_of_their_code() -> None:
    raised = re.compile(r"\b(\w+)\(\s*\"([a-z_0-9]+)\",\s")
    for file in (ROOT / "relay_server").rglob("*.py"):
        for name, code in raised.findall(file.read_text(encoding="utf-8")):
            kind = CODES.get(code, (None,))[0]
            if kind is not None and name in RAISED:
                assert name == kind.__name__, f"{file.name}: {name} with {code}"


RAISED = {cls.__name__ for cls, _ in CODES.values() if cls}


def test_the_documents_name_no_machine_and_no_registry() -> None:
    shared = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "requirements.lock"]
    for file in shared:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"/(root|work|home/\w+)/|pypi\.org|files\.pythonhosted", text), file


def test_what_the_documents_link_to_is_there() -> None:
    for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        text = file.read_text(encoding="utf-8")
        for link, heading in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", text):
            there = file.parent / link if link else file
            assert there.exists(), f"{file.name}: {link}"
            assert not heading or heading in headings(there), f"{file.name}: {link}#{heading}"


def headings(file: Path) -> set[str]:
    """As a link names them."""
    found = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in found}


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(
        BLOCK.sub(lambda found: found[1] + settings_table() + found[2], text), encoding="utf-8"
    )
