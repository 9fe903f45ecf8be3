"""What lies in each zip, and that the same sources give the same zip."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import comfyrelay
from plugins.shipping.archive import write_zip
from plugins.shipping.contents import PINS
from plugins.shipping.vendored import VendorError, read_wheels
from tests.plugins.built.conftest import PYTHON, ROOT, Built, found

PACKAGES = ("attr", "attrs", "certifi", "comfyrelay_client", "h11", "httpcore", "httpx", "idna")
NODES = f"comfyrelay_nodes-{comfyrelay.VERSION}.zip"
SHARED = ("plugins", "generated", "LICENSE")


@pytest.fixture(params=PYTHON)
def built(request: pytest.FixtureRequest, dist: Path) -> Built:
    """The plugin of each DCC."""
    return found(dist, request.param)


def build(root: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "plugins.shipping", "--out", out],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def sources(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """Our own modules, by their path in the plugin."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if "/_vendor/" not in name:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def at_import(tree: ast.AST) -> Iterator[str]:
    """What a module imports while it is imported itself, by dotted name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        elif not isinstance(node, ast.FunctionDef):
            yield from at_import(node)


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == comfyrelay.VERSION


def test_the_zip_is_one_folder_with_all_that_is_needed(built: Built) -> None:
    with zipfile.ZipFile(built.archive) as archive:
        names = archive.namelist()

    assert built.archive.name == f"comfyrelay-{built.dcc}-{comfyrelay.VERSION}.zip"
    assert {name.partition("/")[0] for name in names} == {f"comfyrelay-{built.dcc}"}
    assert (built.folder / "README.txt").is_file()
    assert (built.folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert {path.name for path in built.python.iterdir()} == {
        "comfyrelay", "comfyrelay_qt", f"comfyrelay_{built.dcc}",
    }  # fmt: skip


def test_nothing_of_the_plugin_is_left_behind(built: Built) -> None:
    skin = ROOT / "plugins" / built.dcc
    there = [path.as_posix() for path in built.folder.rglob("*") if path.is_file()]
    for path in skin.rglob("*"):
        if path.is_file() and not {"__pycache__", "py.typed"} & set(path.parts):
            name = f"/{path.relative_to(skin).as_posix()}"
            assert [each for each in there if each.endswith(name)], name


def test_houdini_finds_the_folder_beside_its_package_file(built_for_houdini: Built) -> None:
    packages = built_for_houdini.folder / "packages"
    said = json.loads((packages / "comfyrelay.json").read_text(encoding="utf-8"))
    home = Path(said["hpath"].replace("$HOUDINI_PACKAGE_PATH", str(packages)))

    assert {path.name for path in packages.iterdir()} == {"comfyrelay.json", home.name}
    assert {path.name for path in home.iterdir()} == {
        "examples",
        "otls",
        "python_panels",
        "scripts",
    }
    assert home / "scripts" / "python" == built_for_houdini.python


def test_the_packages_of_others_are_there_with_their_licenses(built: Built) -> None:
    vendor = built.python / "comfyrelay" / "_vendor"
    told = (built.folder / "licenses" / "README.txt").read_text(encoding="utf-8")
    pins = PINS.read_text(encoding="utf-8").splitlines()
    pinned = [line.split()[0].split("==") for line in pins if "==" in line]

    assert {path.name for path in vendor.iterdir()} == {*PACKAGES, "__init__.py"}
    assert {path.name for path in (built.folder / "licenses").iterdir()} == {
        "README.txt", *(name for name, _ in pinned),
    }  # fmt: skip
    for name, version in pinned:
        assert f"{name} {version}: " in told
        (text,) = (built.folder / "licenses" / name).iterdir()
        assert text.stat().st_size > 500


def test_it_is_small_and_only_what_a_dcc_reads(built: Built) -> None:
    files = [path for path in built.folder.rglob("*") if path.is_file()]

    assert built.archive.stat().st_size < 3_000_000
    assert [f for f in files if f.suffix in {".so", ".pyd", ".dll", ".pyc", ".pyi", ".whl"}] == []
    assert [f for f in files if {"__pycache__", "tests", ".git"} & set(f.parts)] == []
    assert [f for f in files if f.name in {"METADATA", "RECORD", "WHEEL", "py.typed"}] == []


def test_what_is_vendored_is_never_loaded_by_an_import(built: Built) -> None:
    early = [
        (name, module)
        for name, tree in sources(built.folder)
        for module in at_import(tree)
        if "_vendor" in module or module.partition(".")[0] in {"generated", *PACKAGES}
    ]

    assert early == []


def test_the_same_sources_give_the_same_zips(dist: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in SHARED:
        put = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        (copy / name).parent.mkdir(exist_ok=True)
        put(ROOT / name, copy / name)
    package = copy / "plugins" / "common" / "comfyrelay"
    os.utime(package / "errors.py", (1e9, 1e9))
    (package / "__pycache__").mkdir(exist_ok=True)
    for left in (".DS_Store", "errors.py~", "__pycache__/errors.cpython-39.pyc"):
        (package / left).write_bytes(b"left by a tool")

    done = build(copy, tmp_path / "out", PYTHONHASHSEED="1", TZ="Pacific/Apia", LC_ALL="C")

    assert done.returncode == 0, done.stderr
    assert _zips(tmp_path / "out") == _zips(dist)


def _zips(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.zip")}


def test_the_nodes_for_a_host_are_a_zip_of_their_own(dist: Path) -> None:
    with zipfile.ZipFile(dist / NODES) as archive:
        names = archive.namelist()

    assert {"comfyrelay_nodes/__init__.py", "comfyrelay_nodes/LICENSE"} < {*names}
    assert {name.partition("/")[0] for name in names} == {"comfyrelay_nodes"}


def test_a_file_that_changed_has_another_time(tmp_path: Path) -> None:
    """Else Python would run the bytecode of the version before, which has the same size."""
    name = "comfyrelay/__init__.py"

    def time(data: bytes) -> tuple[int, ...]:
        write_zip(tmp_path / "one.zip", {name: data})
        with zipfile.ZipFile(tmp_path / "one.zip") as archive:
            return archive.getinfo(name).date_time

    assert time(b'VERSION = "0.1.0"') == time(b'VERSION = "0.1.0"')
    assert time(b'VERSION = "0.1.0"') != time(b'VERSION = "0.1.1"')


def test_a_wheel_that_is_not_the_pinned_one_is_not_taken(tmp_path: Path) -> None:
    shutil.copytree(Path(sys.prefix) / "wheels", tmp_path, dirs_exist_ok=True)
    (httpx,) = tmp_path.glob("httpx-*.whl")
    httpx.write_bytes(httpx.read_bytes() + b"\0")

    with pytest.raises(VendorError, match=r"^httpx [\d.]+ is not there: run `make setup`\.$"):
        list(read_wheels(PINS, tmp_path))
