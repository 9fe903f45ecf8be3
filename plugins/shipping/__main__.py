"""`python -m plugins.shipping`: the zips, into dist/. No network: `make setup` got the wheels."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from .archive import Files, write_zip
from .contents import ROOT, VERSION, nodes, plugins
from .imports import ImportUnmovable
from .vendored import VendorError


def main() -> None:
    """Build what there is to ship."""
    parser = argparse.ArgumentParser(prog="python -m plugins.shipping", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--wheels", type=Path, default=Path(sys.prefix) / "wheels")
    args = parser.parse_args()
    try:
        for name, files in shipped(args.wheels):
            path = args.out / f"{name}-{VERSION}.zip"
            write_zip(path, files)
            sys.stdout.write(f"{path}  {path.stat().st_size / 1e6:.2f} MB\n")
    except (ImportUnmovable, VendorError) as error:
        sys.exit(str(error))


def shipped(wheels: Path) -> Iterator[tuple[str, Files]]:
    """The name of each zip, and what lies in it."""
    yield from plugins(wheels)
    if files := nodes():
        yield "comfyrelay_nodes", files


if __name__ == "__main__":
    main()
