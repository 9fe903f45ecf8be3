"""`python -m comfyrelay`: a whole job from a command line, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from comfyrelay.errors import SettingsError
from comfyrelay.item import Item, item_of
from tests.plugins.programs import begun
from tests.plugins.relays import door, written
from tests.rig import PATIENCE_S, Rig, eventually, picture

ROOT = Path(__file__).parents[2]


def environment(rig_url: str, home: Path, **more: str) -> dict[str, str]:
    """Of a machine that knows the relay and nothing else."""
    clean = {name: each for name, each in os.environ.items() if not name.startswith("COMFY_")}
    paths = os.pathsep.join([str(ROOT / "plugins" / "common"), str(ROOT)])
    return {
        **clean, "HOME": str(home), "COMFY_RELAY_URL": rig_url, "PYTHONPATH": paths,
        "COMFY_RELAY_USER": "farm", "PYTHONIOENCODING": "utf-8", **more,
    }  # fmt: skip


def asked(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comfyrelay", *arguments],
        env=env, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def an_item(folder: Path, name: str = "shot.json", **content: Any) -> str:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_frames_of_a_shot_come_out_as_frames(rig: Rig, tmp_path: Path) -> None:
    for frame in (1001, 1002):
        written(tmp_path, f"Plätze 数.{frame}.png", picture(seed=frame))
    item = an_item(
        tmp_path, workflow="blur", inputs={"image": "Plätze 数.####.png"}, frames="1001-1002",
        params={"radius": 3, "sigma": 1.5}, tags=["shot"],
        out="{root}/out/v###/{output}.####.{ext}",
    )  # fmt: skip
    env = environment(rig.url, tmp_path)
    runs = [asked("run", item, env=env) for _ in range(2)]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stdout + runs[0].stderr
    lines = runs[0].stdout.splitlines()
    assert lines[-2:] == ["ALF_PROGRESS 100%", "done"]
    results = [line[7:] for line in lines if line.startswith("result ")]
    assert [Path(each).name for each in results] == ["image.1001.png", "image.1002.png"]
    plan = json.loads((tmp_path / "out" / "v001" / "version.json").read_text())
    assert (plan["workflow"], plan["frames"], plan["user"]) == ("blur", [1001, 1002], "farm")
    assert len(list((tmp_path / "out" / "v002" / "jobs").iterdir())) == 2
    (one, *_) = sorted((tmp_path / "out" / "v001" / "jobs").iterdir())
    record = json.loads(one.read_text())
    assert record["values"]["radius"] == 3
    assert len(record["inputs"]["image"][0]["sha256"]) == 64


def test_a_wrong_item_is_told_before_anything_is_asked(rig: Rig, tmp_path: Path) -> None:
    env = environment(rig.url, tmp_path)
    wrong = asked("run", an_item(tmp_path, workflow="blur", inputs={"plate": "a.png"}), env=env)
    assert (wrong.returncode, "has no input 'plate'" in wrong.stdout) == (2, True)
    gone = asked("run", str(tmp_path / "gone.json"), env=env)
    assert (gone.returncode, "No such file" in gone.stderr) == (2, True)
    failed = asked("run", an_item(tmp_path, workflow="blur", inputs={"image": "a.png"}), env=env)
    assert (failed.returncode, "hint Export the input again." in failed.stdout) == (1, True)


def test_what_the_relay_refuses_whenever_it_is_asked_is_a_wrong_item(
    rig: Rig, tmp_path: Path
) -> None:
    env = environment(rig.url, tmp_path)
    unknown = asked("run", an_item(tmp_path, workflow="no-such-workflow"), env=env)
    assert (unknown.returncode, "no-such-workflow" in unknown.stdout) == (2, True)
    written(tmp_path, "a.png", picture())
    content = {"workflow": "blur", "inputs": {"image": "a.png"}, "params": {"radius": 10**6}}
    too_much = asked("run", an_item(tmp_path, **content), env=env)
    assert (too_much.returncode, "error invalid_params" in too_much.stdout) == (2, True)


def test_a_job_goes_on_when_nobody_reads_its_lines_any_more(rig: Rig, tmp_path: Path) -> None:
    written(tmp_path, "a.png", picture())
    item = an_item(
        tmp_path, workflow="invert", inputs={"image": "a.png"}, out="{root}/v###/{output}.{ext}"
    )
    env = environment(rig.url, tmp_path)
    for command, code in ((("run", item), 0), (("workflows",), 1)):
        reader, writer = os.pipe()
        os.close(reader)
        ran = subprocess.run(
            [sys.executable, "-m", "comfyrelay", *command],
            env=env, stdout=writer, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        os.close(writer)
        assert (ran.returncode, ran.stderr) == (code, "")
    assert (tmp_path / "v001" / "image.png").exists()


def test_the_signal_of_a_farm_cancels_the_jobs(rig: Rig, tmp_path: Path) -> None:
    item = an_item(
        tmp_path, workflow="text-to-image", params={"prompt": "hills", "steps": 9000},
        seed={"policy": "new"}, metadata={"uid": str(tmp_path)[-200:]},
    )  # fmt: skip
    with door(rig.url, user="farm") as relay:
        form = relay.form("text-to-image")
        params = {
            each.id: each.menu[0] if each.menu else "hills"
            for each in form.params if each.required
        }  # fmt: skip
        content = json.loads(Path(item).read_text())
        content["params"] = {**params, **content["params"]}
        steps = next(each for each in form.params if each.id == "steps")
        content["params"]["steps"] = int(steps.max or 9000)
        Path(item).write_text(json.dumps(content))
        with begun(
            [sys.executable, "-m", "comfyrelay", "run", item],
            env=environment(rig.url, tmp_path), stdout=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdout
            seen = [process.stdout.readline()]
            while not seen[-1].startswith("submitted"):
                assert seen[-1], seen
                seen.append(process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            rest = process.stdout.read()
            assert process.wait(PATIENCE_S) == 130, rest
        job_id = seen[-1].split()[1]
        assert f"canceled {job_id}" in rest
        eventually("it is canceled", lambda: relay.job(job_id).status == "canceled")
    assert not list(tmp_path.glob("**/v0*"))


def test_a_relay_that_is_away_has_a_code_of_its_own(tmp_path: Path) -> None:
    env = environment("http://127.0.0.1:1", tmp_path)
    done = asked("run", an_item(tmp_path, workflow="blur"), env=env)
    assert (done.returncode, "does not answer" in done.stdout) == (3, True)
    assert asked("workflows", env=env).returncode == 3


@pytest.mark.parametrize("command", ["doctor", "workflows", "run"])
def test_who_presses_ctrl_c_while_no_answer_comes_waits_for_none(
    command: str, tmp_path: Path
) -> None:
    item = [an_item(tmp_path, workflow="blur")] if command == "run" else []
    with socket.create_server(("127.0.0.1", 0)) as silent, begun(
        [sys.executable, "-m", "comfyrelay", command, *item],
        env=environment(f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        silent.settimeout(PATIENCE_S)
        with silent.accept()[0]:
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=PATIENCE_S)
    # Python itself ends by the signal if that came while a module was imported; a shell says 130.
    assert process.returncode in (130, -signal.SIGINT), said
    assert said.endswith("Stopped.\n")
    assert "Traceback" not in said


def test_what_a_screen_cannot_show_ends_nothing(tmp_path: Path) -> None:
    env = environment("http://127.0.0.1:1", tmp_path, PYTHONIOENCODING="ascii")
    done = asked("doctor", env={**env, "COMFY_RELAY_USER": "Jürgen"})
    assert (done.returncode, r"J\xfcrgen" in done.stdout) == (1, True), done.stderr
    assert not done.stderr


def test_an_item_tells_no_login_and_no_number_that_is_none(tmp_path: Path) -> None:
    env = environment("http://127.0.0.1:1", tmp_path)
    login = asked("run", an_item(tmp_path, workflow="a", relay="http://me:pw@relay"), env=env)
    assert (login.returncode, "Use a key instead." in login.stderr) == (2, True)
    assert "pw" not in login.stdout + login.stderr
    none = asked("run", an_item(tmp_path, workflow="a", params={"x": float("nan")}), env=env)
    assert (none.returncode, "has a number that is none" in none.stderr) == (2, True)


def test_the_workflows_are_listed(rig: Rig, tmp_path: Path) -> None:
    done = asked("workflows", env=environment(rig.url, tmp_path))
    assert done.returncode == 0
    assert any(line.startswith("blur  ") for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "names no workflow"),
        ({"workflow": 3}, "'workflow' must be a text"),
        ({"workflow": "a", "wrkflow": "b"}, "'wrkflow', which is none"),
        ({"workflow": "a", "inputs": ["x"]}, "'inputs' must be an object"),
        ({"workflow": "a", "inputs": {"x": 1}}, "has 'x', which must be a path"),
        ({"workflow": "a", "inputs": {"x": []}}, "has 'x', which is empty"),
        ({"workflow": "a", "frames": "1..2"}, "'frames' is wrong: '1..2' is no range"),
        ({"workflow": "a", "inputs": {"x": "a.%04d.exr"}}, "has a sequence, and no frames"),
        ({"workflow": "a", "seed": {"policy": "wild"}}, "there are fixed, new, per_frame"),
        ({"workflow": "a", "seed": {"policy": ["new"]}}, "there are fixed, new, per_frame"),
        ({"workflow": "a", "seed": -1}, "is no seed"),
        ({"workflow": "a", "relay": "relay:8190"}, "'relay' of the item is no URL"),
        ({"workflow": "a", "priority": "soon"}, "must be one of"),
        ({"workflow": "a", "version": True}, "must be a number from 1 on"),
        ({"workflow": "a", "max_wait_s": 0}, "more than 0"),
        ({"workflow": "a", "tags": "x"}, "must be a list of texts"),
        ({"workflow": "a", "metadata": {"a": 1}}, "must be an object of texts"),
    ],
)
def test_what_an_item_may_not_say(content: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        item_of(content, "shot.json")


def test_the_files_of_an_input_by_frame_and_all_at_once() -> None:
    item = Item("a", frames=(1, 2), inputs={"x": "a.##.png", "y": ("b.png", "c.png")})
    assert item.files("x", 2) == ("a.02.png",)
    assert item.files("x", None) == ("a.01.png", "a.02.png")
    assert item.files("y", 2) == item.files("y", None) == ("b.png", "c.png")
