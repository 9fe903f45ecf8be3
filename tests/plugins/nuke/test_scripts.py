"""Scripts that close, crash and come back; nodes that are copied, moved and undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comfyrelay.keeping import decoded
from tests.fakes.nuke_app import NukeApp
from tests.plugins.artist import USER, Holds
from tests.plugins.nuke.comp import Comp, png
from tests.plugins.nuke.conftest import PLUGIN
from tests.plugins.programs import begun
from tests.rig import PATIENCE_S, Rig

ROOT = Path(__file__).parents[3]
OFFERS = "Comfy Relay/Found results"


@pytest.fixture(autouse=True)
def known_to_the_rig(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs belong to whom the rig asks for."""
    monkeypatch.setenv("COMFY_RELAY_USER", USER)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "shot.nk"


@contextmanager
def another_nuke(folder: Path) -> Iterator[Comp]:
    """A new session: nothing of the one before is in its memory."""
    app = NukeApp(plugin_path=(PLUGIN,))
    with app.installed() as nuke:
        yield Comp(app, nuke, folder)
        app.quit()


def sent(comp: Comp, node: Any) -> str:
    """Press Generate; the job as soon as the node knows it."""
    before = node["relay_jobs"].value()
    comp.app.click(node, "generate")
    comp.app.pump_until(lambda: node["relay_jobs"].value() not in ("", before))
    return job_of(node)


def job_of(node: Any) -> str:
    """The job that the node keeps."""
    ((_frame, job),) = json.loads(decoded(node["relay_jobs"].value()))
    return str(job)


def running(comp: Comp, node: Any, held: Rig) -> str:
    """Press Generate; the job as soon as its host has it."""
    job = sent(comp, node)
    held.until(job, lambda now: bool(now["status"] == "running"))
    return job


def until_done(comp: Comp, name: str = "ComfyRelay") -> Any:
    """The node when it shows a result."""
    node = comp.nuke.toNode(name)
    comp.app.pump_until(lambda: str(node["status"].value()).startswith("OK"))
    return node


def result(node: Any) -> Path:
    return Path(node["result_file"].value())


def is_inverted(path: Path, plate: Path) -> bool:
    """Whether it is what `invert` makes of the checkerboard."""
    return bool(np.abs(png(str(path)).astype(int) - (255 - png(str(plate)).astype(int))).max() <= 1)


# closed and opened again


def test_a_script_that_was_closed_while_its_job_runs_gets_the_result(
    comp: Comp, holds: Holds, held: Rig, script: Path
) -> None:
    holds.hold()
    node = comp.node("invert")
    job = running(comp, node, held)
    comp.app.save(script)
    comp.app.close()
    holds.release()
    held.wait(job)

    comp.app.open(script)

    again = until_done(comp)
    assert result(again).is_file()
    assert again["version"].value() == "v001"
    assert held.runs(job) == 1
    assert offers(comp) == []


def test_the_relay_may_be_restarted_while_nuke_is_closed(
    comp: Comp, holds: Holds, held: Rig, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds.hold()
    job = running(comp, comp.node("invert"), held)
    comp.app.save(script)
    comp.app.close()
    process = held.relay_process()
    process.kill()
    process.wait()
    held.restart_relay()
    held.client.headers["X-Comfy-Relay-User"] = USER
    monkeypatch.setenv("COMFY_RELAY_URL", held.url)
    holds.release()

    with another_nuke(comp.folder) as later:
        later.app.open(script)
        node = until_done(later)
        assert result(node).is_file()
    assert held.runs(job) == 1


# killed


NUKE = """
import os, signal, sys
from pathlib import Path
from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp

folder, plugin = map(Path, sys.argv[1:])
app = NukeApp(plugin_path=(plugin,))
with app.installed() as nuke:
    from comfyrelay_nuke.plugin import plugin
    journal = lambda: plugin().desk.journal.entries()
    comp = Comp(app, nuke, folder)
    script = folder / "shot.nk"
{acts}
    print(journal()[-1].key, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def nuke_that(acts: str) -> str:
    """A program: a Nuke in which an artist does this before it is killed."""
    return NUKE.format(acts="\n".join(f"    {line}" for line in acts.strip().splitlines()))


def killed(folder: Path, acts: str) -> str:
    """Run it; the key of what it sent."""
    ended = subprocess.run(
        [sys.executable, "-c", nuke_that(acts), str(folder), str(PLUGIN)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == -9, ended.stderr
    return ended.stdout.strip()


SAVED_BEFORE = """
node = comp.node("invert")
app.save(script)
"""
NO_NODE_YET = """
app.save(script)
node = comp.node("invert")
"""
A_TEXT = """
app.save(script)
node = nuke.createNode("ComfyRelayText")
comp.choose(node, "caption")
node.setInput(0, comp.plate)
"""
OPENED = """
app.open(script)
comp.plate = nuke.toNode("CheckerBoard1")
node = comp.node("blur")
"""
SENT = """
before = len(journal())
app.click(node, "generate")
app.pump_until(lambda: len(journal()) > before and journal()[-1].job_id)
"""
WAITS = """
print("sent", flush=True)
sys.stdin.read()
"""
NEVER_SAVED = f"""
node = comp.node("invert")
{SENT}
app.pump_until(lambda: node["relay_jobs"].value())
script.write_text(app.writer.script())
"""
ASKED = """
app.click(node, "generate")
while not journal():
    pass
"""


def offers(comp: Comp) -> list[str]:
    """What the menu offers."""
    menu = comp.nuke.menu("Nuke").findItem(OFFERS)
    return [] if menu is None else [item.name() for item in menu.items()]


def choose(comp: Comp, verb: str) -> None:
    """Take an item of that menu, as soon as there is one."""
    comp.app.pump_until(lambda: offers(comp))
    menu = comp.nuke.menu("Nuke").findItem(OFFERS)
    next(item for item in menu.items() if item.name().startswith(verb)).invoke()
    settled(comp)


def settled(comp: Comp) -> None:
    """Let everything that was begun come to its end."""
    from comfyrelay_nuke.plugin import plugin

    done: list[bool] = []
    plugin().later(lambda: done.append(True))
    comp.app.pump_until(lambda: done)


def test_after_a_kill_the_older_script_finds_its_result(
    comp: Comp, holds: Holds, held: Rig, script: Path
) -> None:
    holds.hold()
    killed(comp.folder, SAVED_BEFORE + SENT)

    comp.app.open(script)
    comp.app.pump_until(lambda: offers(comp))
    node = comp.nuke.toNode("ComfyRelay")
    assert "found 1 result" in node["status"].value()
    assert node["relay_jobs"].value() == ""  # offered, never taken by itself

    choose(comp, "Attach ComfyRelay: invert")
    holds.release()
    node = until_done(comp)
    assert result(node).is_file()
    assert held.runs(job_of(node)) == 1
    assert offers(comp) == []


def test_a_script_that_never_had_the_node_gets_one_for_the_result(comp: Comp, script: Path) -> None:
    killed(comp.folder, NO_NODE_YET + SENT)

    comp.app.open(script)
    assert comp.nuke.allNodes("Group") == []
    choose(comp, "Attach ComfyRelay: invert")

    node = until_done(comp)
    assert result(node).is_file()
    assert node["workflow"].value() == "invert"


def test_a_text_that_nobody_knows_of_gets_a_node_for_texts(comp: Comp, script: Path) -> None:
    killed(comp.folder, A_TEXT + SENT)

    comp.app.open(script)
    choose(comp, "Attach ComfyRelayText: caption")

    assert until_done(comp, "ComfyRelayText")["text"].value()


def test_what_was_forgotten_is_not_offered_again_and_the_others_are(
    comp: Comp, script: Path
) -> None:
    first = killed(comp.folder, NO_NODE_YET + SENT)
    killed(comp.folder, OPENED + SENT)
    comp.app.open(script)
    comp.app.pump_until(lambda: len(offers(comp)) == 4)

    choose(comp, "Forget ComfyRelay: blur")

    comp.app.pump_until(lambda: len(offers(comp)) == 2)
    comp.app.open(script)
    comp.app.pump_until(lambda: offers(comp))
    choose(comp, "Attach ComfyRelay: invert")
    assert until_done(comp)["relay_key"].value() == first


def test_killed_before_the_answer_nothing_runs_twice(comp: Comp, held: Rig, script: Path) -> None:
    killed(comp.folder, SAVED_BEFORE + ASKED)

    comp.app.open(script)
    choose(comp, "Attach")
    node = comp.nuke.toNode("ComfyRelay")
    comp.app.pump_until(lambda: str(node["status"].value())[:2] in ("OK", "X "))
    if "never sent" in node["status"].value():  # nothing of it had left the machine
        comp.generate(node)

    assert result(node).is_file()
    assert held.runs(job_of(node)) == 1


# copies


def pasted(comp: Comp, node: Any) -> Any:
    """Copy and paste, as ^C ^V."""
    for each in comp.nuke.allNodes():
        each.setSelected(each is node)
    comp.nuke.nodeCopy("%clipboard%")
    made = comp.nuke.nodePaste("%clipboard%")
    settled(comp)
    return made


def test_a_copy_has_a_uid_of_its_own_and_leaves_the_job_to_the_first(
    comp: Comp, holds: Holds, held: Rig
) -> None:
    node = comp.node("invert")
    comp.generate(node)
    holds.hold()
    running(comp, node, held)

    copy = pasted(comp, node)

    assert copy["relay_uid"].value() not in ("", node["relay_uid"].value())
    assert copy["relay_jobs"].value() == ""
    assert copy["version"].value() == "v001"
    holds.release()
    comp.app.pump_until(lambda: node["version"].value() == "v002")
    assert copy["version"].value() == "v001"
    copy.setInput(0, comp.plate)
    comp.generate(copy)
    assert result(copy).parent != result(node).parent
    assert result(copy).is_file()
    assert result(node).is_file()


def test_a_copy_that_is_deleted_at_once_leaves_the_first_its_job(
    comp: Comp, holds: Holds, held: Rig
) -> None:
    holds.hold()
    node = comp.node("invert")
    running(comp, node, held)
    comp.nuke.nodeCopy("%clipboard%")
    copy = comp.nuke.nodePaste("%clipboard%")
    assert copy["relay_uid"].value() == node["relay_uid"].value()

    comp.nuke.delete(copy)  # before the plugin had a turn

    holds.release()
    until_done(comp)


def test_a_node_that_was_deleted_and_came_back_gets_its_result(
    comp: Comp, holds: Holds, held: Rig
) -> None:
    holds.hold()
    node = comp.node("invert")
    job = running(comp, node, held)
    uid = node["relay_uid"].value()
    comp.nuke.delete(node)

    comp.app.undo()
    holds.release()

    back = until_done(comp)
    assert back["relay_uid"].value() == uid
    assert job_of(back) == job
    assert held.runs(job) == 1


def test_a_node_of_another_script_may_be_pasted_while_its_job_runs(
    comp: Comp, holds: Holds, held: Rig, script: Path
) -> None:
    """A cut and a paste take the job along; nothing says that the other script is still there."""
    holds.hold()
    job = running(comp, comp.node("invert"), held)
    comp.app.save(script)
    comp.nuke.toNode("ComfyRelay").setSelected(True)
    comp.nuke.nodeCopy("%clipboard%")
    comp.app.close()

    comp.nuke.nodePaste("%clipboard%")
    holds.release()

    node = until_done(comp)
    assert job_of(node) == job
    assert result(node).is_file()


# groups and names


def in_a_group(comp: Comp, node: Any, depth: int) -> tuple[Any, Any]:
    """Cut the node, and paste it into that many groups; the outermost, and the node."""
    for each in comp.nuke.allNodes():
        each.setSelected(each is node)
    comp.nuke.nodeCopy("%clipboard%")
    comp.nuke.delete(node)
    outer = inner = None
    for _ in range(depth):
        if inner is None:
            outer = inner = comp.nuke.nodes.Group()
        else:
            with inner:
                inner = comp.nuke.nodes.Group()
    with inner:
        source = comp.nuke.nodes.CheckerBoard2(format="square_256")
        made = comp.nuke.nodePaste("%clipboard%")
        made.setInput(0, source)
        out = comp.nuke.nodes.Output()
        out.setInput(0, made)
    if depth > 1:
        with outer:
            out = comp.nuke.nodes.Output()
            out.setInput(0, inner)
    return outer, made


FARM = """
import sys
from pathlib import Path
import numpy as np
from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp

script, out, name = sys.argv[1:]
app = NukeApp(gui=False)  # nothing on its plugin path
with app.installed() as nuke:
    app.open(Path(script))
    np.save(out, Comp(app, nuke, Path(out).parent / "farm").rendered(nuke.toNode(name)))
assert not [name for name in sys.modules if name.startswith("comfyrelay")]
"""


def test_a_node_in_a_group_in_a_group(comp: Comp, script: Path, tmp_path: Path) -> None:
    outer, node = in_a_group(comp, comp.node(), 2)
    comp.app.save(script)
    comp.choose(node, "invert")
    comp.generate(node)
    shown = comp.rendered(outer)
    name, outer_name = node.fullName(), outer.name()
    assert name.count(".") == 2
    comp.app.save(script)

    comp.app.open(script)

    again = comp.nuke.toNode(name)
    assert again["relay_result"].value() == "v001"
    assert np.array_equal(comp.rendered(comp.nuke.toNode(outer_name)), shown)
    ran = subprocess.run(
        [sys.executable, "-c", FARM, str(script), str(tmp_path / "farm.npy"), outer_name],
        cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert np.array_equal(np.load(tmp_path / "farm.npy"), shown)
    comp.generate(again)  # at once, before it was looked at
    assert again["version"].value() == "v002"


def test_a_node_is_renamed_and_moved_into_a_group_while_its_job_runs(
    comp: Comp, holds: Holds, held: Rig
) -> None:
    holds.hold()
    node = comp.node("invert")
    job = running(comp, node, held)
    node["name"].setValue("Sky")
    _outer, moved = in_a_group(comp, node, 1)
    holds.release()

    comp.app.pump_until(lambda: str(moved["status"].value()).startswith("OK"))
    assert moved.fullName().endswith(".Sky")
    assert job_of(moved) == job
    assert result(moved).is_file()


# names of scripts, and two Nukes


def test_a_script_that_is_saved_under_another_name_gets_the_result_there(
    comp: Comp, holds: Holds, held: Rig, script: Path, tmp_path: Path
) -> None:
    holds.hold()
    node = comp.node("invert")
    comp.app.save(script)
    job = running(comp, node, held)
    comp.app.save(tmp_path / "shot_v002.nk")
    holds.release()
    until_done(comp)
    comp.app.save(tmp_path / "shot_v002.nk")

    comp.app.open(tmp_path / "shot_v002.nk")
    until_done(comp)
    assert offers(comp) == []
    assert held.runs(job) == 1


def test_another_nuke_that_is_open_keeps_its_results(
    comp: Comp, holds: Holds, script: Path
) -> None:
    """Two Nukes have the same script open; what one generates is offered when it has crashed."""
    holds.hold()
    program = nuke_that(SAVED_BEFORE + SENT + WAITS)
    with begun(
        [sys.executable, "-c", program, str(comp.folder), str(PLUGIN)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "sent\n"
        comp.app.open(script)
        settled(comp)
        settled(comp)
        assert offers(comp) == []
        other.stdin.close()
        other.wait(PATIENCE_S)

    comp.app.open(script)
    choose(comp, "Attach")
    holds.release()
    assert result(until_done(comp)).is_file()


def test_a_script_that_was_never_saved_is_found_again_by_its_autosave(
    comp: Comp, holds: Holds, held: Rig, script: Path
) -> None:
    holds.hold()
    killed(comp.folder, NEVER_SAVED)

    comp.node("invert")  # a new script, which is none of it
    settled(comp)
    assert offers(comp) == []
    comp.app.open(script)
    holds.release()

    node = until_done(comp)
    assert result(node).is_file()
    assert held.runs(job_of(node)) == 1


# what marks a script as modified


def test_only_what_is_to_be_saved_marks_the_script_as_modified(
    comp: Comp, holds: Holds, held: Rig, script: Path
) -> None:
    holds.hold()
    node = comp.node("invert")
    comp.app.save(script)
    comp.app.click(node, "generate")
    assert comp.nuke.modified()  # a new Generate
    comp.app.pump_until(lambda: node["relay_jobs"].value())
    job = job_of(node)
    comp.app.save(script)
    steps = len(comp.app.changes.undo_stack)
    held.until(job, lambda now: bool(now["status"] == "running"))
    comp.app.pump_until(lambda: "%" in node["status"].value())
    assert not comp.nuke.modified()  # what goes on

    holds.release()
    until_done(comp)

    assert comp.nuke.modified()  # a result
    assert len(comp.app.changes.undo_stack) == steps
    comp.app.save(script)
    comp.app.open(script)
    until_done(comp)
    assert not comp.nuke.modified()
    assert comp.app.changes.undo_stack == []


# other versions of the plugin


def rewritten(script: Path, **strings: str) -> None:
    """The script, as if another version of the plugin had saved these strings."""
    lines = []
    for line in script.read_text().splitlines():
        words = line.split()
        if words[:1] not in [[name] for name in strings]:
            lines.append(line)
        if words[:1] == ["addUserKnob"] and (name := words[2].strip("}")) in strings:
            lines.append(f" {name} {strings[name]}")
    script.write_text("\n".join(lines) + "\n")


def test_a_node_of_an_older_plugin_goes_on(comp: Comp, held: Rig, script: Path) -> None:
    node = comp.node("invert")
    comp.app.save(script)
    comp.generate(node)
    job = job_of(node)
    comp.app.save(script)
    rewritten(script, relay_schema='""')

    comp.app.open(script)

    again = until_done(comp)
    assert job_of(again) == job
    assert not comp.nuke.modified()  # it was only looked at
    comp.generate(again)
    assert again["version"].value() == "v002"
    assert again["relay_schema"].value() == "1"


def test_a_node_of_a_newer_plugin_says_so_and_stays_as_it_is(comp: Comp, script: Path) -> None:
    node = comp.node("invert")
    comp.app.save(script)
    comp.generate(node)
    shown = comp.rendered(node)
    comp.app.save(script)
    rewritten(script, relay_schema="99", relay_jobs="dreams")
    before = script.read_text()

    comp.app.open(script)

    again = comp.nuke.toNode("ComfyRelay")
    comp.app.pump_until(lambda: "newer Comfy Relay plugin" in again["status"].value())
    assert "newer Comfy Relay plugin" in comp.refused(again)
    for button in ("cancel", "get_result", "fill", "refresh"):
        comp.app.click(again, button)
    again["version"].setValue(again["version"].values()[0])
    again["workflow"].setValue("blur")
    settled(comp)
    assert np.array_equal(comp.rendered(again), shown)
    again["workflow"].setValue("invert")
    comp.app.save(script)
    assert states(script.read_text()) == states(before)


def states(text: str) -> list[str]:
    """The lines that hold a node's truth."""
    return sorted(line.strip() for line in text.splitlines() if line.strip().startswith("relay_"))


def test_a_script_that_was_only_opened_is_not_modified(comp: Comp, script: Path) -> None:
    comp.node()
    settled(comp)
    comp.app.save(script)

    comp.app.open(script)
    settled(comp)
    settled(comp)

    assert comp.nuke.toNode("ComfyRelay")["relay_uid"].value() == ""
    assert not comp.nuke.modified()
    assert comp.app.changes.undo_stack == []
