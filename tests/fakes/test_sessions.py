"""Sessions: what a new one knows of the one before, and how long the main thread was kept."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fakes.nuke_app import NukeApp

PLUGIN = (
    "import nuke\nfrom studio_plugin import memory\nmemory.told.append(nuke.NUKE_VERSION_MAJOR)\n"
)


def test_a_new_session_imports_the_plugin_again(tmp_path: Path) -> None:
    package = tmp_path / "studio_plugin"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "memory.py").write_text("told = []\n")
    (package / "skin.py").write_text(PLUGIN)
    (tmp_path / "init.py").write_text("import studio_plugin.skin\n")
    for version in (14, 16):
        app = NukeApp(plugin_path=(tmp_path,), version=f"{version}.0v1")
        with app.installed():
            assert sys.modules["studio_plugin.memory"].told == [version]
    assert not [name for name in sys.modules if name.startswith("studio_plugin")]


def test_two_sessions_at_once_know_nothing_of_each_other(tmp_path: Path) -> None:
    package = tmp_path / "studio_plugin"
    package.mkdir()
    (package / "__init__.py").write_text("import nuke\nversion = nuke.NUKE_VERSION_MAJOR\n")
    (tmp_path / "init.py").write_text("import studio_plugin\n")
    with NukeApp(plugin_path=(tmp_path,), version="14.0v1").installed():
        with NukeApp(plugin_path=(tmp_path,), version="16.0v1").installed():
            assert sys.modules["studio_plugin"].version == 16
        assert sys.modules["studio_plugin"].version == 14


def test_a_crash_calls_nothing_a_quit_does(tmp_path: Path) -> None:
    for ends, expected in ((False, []), (True, ["close"])):
        app, ran = NukeApp(), []
        with app.installed() as nuke:
            nuke.addOnScriptClose(ran.append, args=("close",))
            if ends:
                app.quit()
        assert ran == expected


def test_what_the_artist_does_is_timed_too(tmp_path: Path) -> None:
    app = NukeApp(plugin_path=(Path(__file__).parent / "plugins",), arguments=("Nuke", "-i"))
    with app.installed() as nuke:
        app.click(nuke.createNode("Blend"), "generate")
        assert nuke.rawArgs == ["Nuke", "-i"]
    assert [turn.name for turn in app.main_loop.turns] == ["click generate"]
    assert app.main_loop.longest_ms == app.main_loop.turns[0].took_ms > 0
