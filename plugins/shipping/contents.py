"""What lies in each zip."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .archive import Files, below, read_tree
from .imports import moved
from .vendored import HOME, HOMES, Wheel, read_wheels, rewritten, vendored

PLUGINS = Path(__file__).resolve().parent.parent
ROOT = PLUGINS.parent
COMMON, NODES = PLUGINS / "common", PLUGINS / "comfyui" / "comfyrelay_nodes"
CLIENT = ROOT / "generated" / "comfyrelay_client"
PINS = Path(__file__).with_name("vendor.txt")
VERSION: str = runpy.run_path(str(COMMON / "comfyrelay" / "__init__.py"))["VERSION"]

ABOUT = '''"""Packages of others and the generated client; see the folder `licenses`."""
'''
THIRD_PARTY = """\
In {python}/comfyrelay/_vendor lie these packages of others. They are as they were released, except
that their imports have new names, and that commands, tests and type stubs are left out.

"""


HOUDINI_PACKAGE = {
    "hpath": "$HOUDINI_PACKAGE_PATH/comfyrelay",
    "enable": "houdini_version >= '20.5'",
    "load_package_once": True,
}
"""By this Houdini finds the folder beside it, wherever both are put: $HOUDINI_PACKAGE_PATH is where
the file lies. The form is SideFX's (docs/houdini/ref/plugins.html), and that of SideFXLabs.json."""


@dataclass(frozen=True)
class Skin:
    """The plugin of one DCC: `plugins/NAME`, with what all DCCs share."""

    name: str
    python: str  # the folder for packages
    home: str = ""  # the folder for other folders; a file in none stays at the top
    made: Files = field(default_factory=Files)  # what is nowhere in the sources

    def place(self, name: str) -> str:
        """Where something lies that is in no package."""
        return f"{self.home}/{name}" if self.home and "/" in name else name


NUKE = Skin("nuke", "python")
HOUDINI = Skin(
    "houdini",
    "packages/comfyrelay/scripts/python",
    home="packages/comfyrelay",
    made={"packages/comfyrelay.json": f"{json.dumps(HOUDINI_PACKAGE, indent=4)}\n".encode()},
)
SKINS = (NUKE, HOUDINI)


def plugins(wheels: Path) -> Iterator[tuple[str, Files]]:
    """The name of each DCC's plugin, and all its files, in one folder. Raises VendorError."""
    pinned = list(read_wheels(PINS, wheels))
    shared = {**_with_new_homes(read_tree(COMMON)), **_vendor(pinned)}
    for skin in SKINS:
        name = f"comfyrelay-{skin.name}"
        about = {**_license(), **_third_party(pinned, skin.python)}
        yield name, below(name, {**_plugin(skin, shared), **about})


def _plugin(skin: Skin, shared: Files) -> Files:
    files = read_tree(PLUGINS / skin.name)
    packages = {name.partition("/")[0] for name in files if name.count("/") == 1 and _opens(name)}
    own = {n: data for n, data in files.items() if n.partition("/")[0] in packages}
    placed = {skin.place(n): data for n, data in files.items() if n not in own}
    return {**placed, **skin.made, **below(skin.python, {**shared, **_with_new_homes(own)})}


def nodes() -> Files:
    """The nodes for a ComfyUI host; none as long as there is only an empty package."""
    files = read_tree(NODES)
    return below(NODES.name, {**files, **_license()}) if len(files) > 1 else {}


def _opens(name: str) -> bool:
    return name.endswith("/__init__.py")


def _with_new_homes(files: Files) -> Files:
    homes = {**HOMES, "generated": HOME}
    python = {name: moved(d.decode(), homes) for name, d in files.items() if name.endswith(".py")}
    return {**files, **{name: source.encode() for name, source in python.items()}}


def _vendor(pinned: Iterable[Wheel]) -> Files:
    folder = HOME.replace(".", "/")
    files = {"__init__.py": ABOUT.encode()}
    for wheel in pinned:
        files |= vendored(wheel)
    client = {n: rewritten(n, data.decode()).encode() for n, data in read_tree(CLIENT).items()}
    return below(folder, {**files, **below(CLIENT.name, client)})


def _license() -> Files:
    return {"LICENSE": (ROOT / "LICENSE").read_bytes()}


def _third_party(pinned: Iterable[Wheel], python: str) -> Files:
    lines, files = [THIRD_PARTY.format(python=python)], Files()
    for wheel in pinned:
        lines.append(f"{wheel.name} {wheel.version}: {wheel.license}\n")
        files |= below(f"licenses/{wheel.name}", wheel.licenses)
    return {**files, "licenses/README.txt": "".join(lines).encode()}
