"""Package files: what a folder of a plugin becomes in a session."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp

from .assets import write
from .blend import BLEND


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A plugin's folder, and beside it a packages folder that names it."""
    write(tmp_path / "studio" / "otls", BLEND)
    scripts = tmp_path / "studio" / "scripts" / "python"
    scripts.mkdir(parents=True)
    (scripts / "studio_blend.py").write_text("import hou\nversion = hou.applicationVersion()\n")
    (tmp_path / "packages").mkdir()
    said(
        tmp_path,
        hpath="$HOUDINI_PACKAGE_PATH/../studio",
        env=[{"STUDIO_ROOT": "$HOUDINI_PACKAGE_PATH/../studio"}],
        enable="houdini_version >= '20.5'",
        load_package_once=True,
    )
    return tmp_path / "packages"


def said(root: Path, **entries: Any) -> None:
    (root / "packages" / "studio.json").write_text(json.dumps(entries))


def test_a_package_brings_assets_modules_and_variables(package: Path) -> None:
    app = HouApp(package_path=(package,))
    with app.installed() as hou:
        import studio_blend  # type: ignore[import-not-found]

        assert studio_blend.version == (21, 0, 512)
        assert hou.nodeType("Cop/studio::blend::1.0") is not None
        assert hou.getenv("STUDIO_ROOT") == f"{package.as_posix()}/../studio"
    assert "STUDIO_ROOT" not in os.environ
    with pytest.raises(ImportError):
        import studio_blend


def test_a_package_may_be_for_other_versions(package: Path) -> None:
    with HouApp(package_path=(package,), version=(20, 0, 1)).installed() as hou:
        assert hou.nodeType("Cop/studio::blend::1.0") is None


def test_a_package_that_is_wrong_is_told(package: Path) -> None:
    said(package.parent, hpat="x", hpath="$HOUDINI_PACKAGE_PATH/nothing")
    app = HouApp(package_path=(package,))
    with app.installed():
        assert [error.split(": ")[1].split(" ")[0] for error in app.load_errors] == [
            "hpat",
            "there",
        ]
        app.load_errors.clear()
