"""Where results go, and what is read back."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from comfyrelay.errors import ResultUnwritable, SettingsError
from comfyrelay.job import Result
from comfyrelay.records import InputRecord, JobRecord, Plan, jobs, keep_job, keep_plan, versions
from comfyrelay.results import DEFAULT_TEMPLATE, Template, Version, places, reserve
from comfyrelay.tokens import cleaned
from comfyrelay.writing import landed, part_of, put, writing

TEMPLATE = Template.of(DEFAULT_TEMPLATE)


def tokens(root: Path, **more: str) -> dict[str, str]:
    return {"root": str(root), "node": "Inpaint1", "workflow": "inpaint", "user": "jane", **more}


def result(name: str = "a.png", output: str = "result", kind: str = "image") -> Result:
    return Result("1", name, kind, "image/png", 1, "", "", output)


def test_versions_are_numbered_and_never_reused(tmp_path: Path) -> None:
    first, second = (reserve(TEMPLATE, tokens(tmp_path)) for _ in range(2))
    assert second.folder == tmp_path / "Inpaint1" / "inpaint" / "v002"
    assert (first.number, second.number) == (1, 2)
    (tmp_path / "Inpaint1" / "inpaint" / "v041").mkdir()
    (tmp_path / "Inpaint1" / "inpaint" / "v0042").mkdir()  # not as the template writes it
    assert reserve(TEMPLATE, tokens(tmp_path)).number == 42
    assert first.target("result", "exr", 7) == first.folder / "result.0007.exr"


def test_many_at_once_have_a_version_each(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from comfyrelay.results import DEFAULT_TEMPLATE, Template, reserve\n"
        "tokens = {'root': sys.argv[1], 'node': 'n', 'workflow': 'w'}\n"
        "for _ in range(20): print(reserve(Template.of(DEFAULT_TEMPLATE), tokens).number)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": "plugins/common"}
    with ThreadPoolExecutor() as pool:
        done = pool.map(
            lambda _: subprocess.run(command, env=environment, capture_output=True, check=True),
            range(4),
        )
        found = [int(line) for each in done for line in each.stdout.split()]
    assert sorted(found) == list(range(1, 81))


def test_no_value_leaves_its_place(tmp_path: Path) -> None:
    for node in ("../../etc", "a/b\\c", "..", "", "C:", "con", "x" * 300, "a\0b", "{root}", "####"):
        folder = TEMPLATE.folder(tokens(tmp_path, node=node))
        assert folder.parent.parent == tmp_path, node
        assert len(folder.parent.name) <= 81
    assert cleaned("Plätze 数 1") == "Plätze 数 1"
    assert cleaned("nul.txt") == "_nul.txt"


@pytest.mark.parametrize(
    "text",
    ["{root}/{output}.{ext}", "v###", "{root}/v###/v##/{ext}", "{root}/v###/{output}", ""],
)
def test_a_template_that_cannot_be_used(text: str) -> None:
    with pytest.raises(SettingsError, match="cannot be used"):
        Template.of(text)


def test_an_unknown_token_is_told_with_those_there_are(tmp_path: Path) -> None:
    template = Template.of("{root}/{shot}/v##/{output}.{ext}")
    with pytest.raises(SettingsError, match=r"\{shot\}, which is no token") as error:
        reserve(template, tokens(tmp_path))
    assert "{node}" in error.value.hint
    assert not list(tmp_path.iterdir())


def test_every_file_of_a_job_has_its_place() -> None:
    version = Version(Path("/v"), 1, "{output}.####.{ext}")

    def names(results: list[Result], *frames: int) -> list[str]:
        return [target.name for _, target in places(version, results, frames)]

    batch = [result(), result(), result("b.png", "mask")]
    assert names(batch, 1001) == ["result.1001.png", "result_2.1001.png", "mask.1001.png"]
    assert names(batch) == ["result.png", "result_2.png", "mask.png"]
    assert names([result()] * 2, 1001, 1003) == ["result.1001.png", "result.1003.png"]
    assert names([result()] * 3, 1001, 1002)[2] == "result.1003.png"  # more than went in
    text = result("a.txt", "caption", "text")
    assert names([text], 1001) == ["caption.1001.txt"]
    assert names([result("a.mp4", "film", "video")], 1001, 1002) == ["film.mp4"]
    clash = [result(), result(), result(output="result_2")]
    assert names(clash) == ["result.png", "result_2.png", "result_2_2.png"]


def kept(tmp_path: Path, *frames: int) -> Version:
    version = reserve(TEMPLATE, tokens(tmp_path))
    plan = Plan(version.below, "inpaint", 3, frames=frames, outputs=("result", "mask"))
    keep_plan(version, plan)
    return version


def test_versions_are_read_back_with_what_they_lack(tmp_path: Path) -> None:
    holder = TEMPLATE.folder(tokens(tmp_path))
    assert versions(TEMPLATE, holder) == ()
    kept(tmp_path, 1001)
    partial, complete = kept(tmp_path, 1001, 1002, 1003), kept(tmp_path, 1001)
    for frame in (1001, 1002):
        put(partial.target("result", "exr", frame), b"r")
    put(partial.target("mask", "png", 1001), b"m")
    partial.target("mask", "png", 1002).with_suffix(".png.abc.part").write_bytes(b"half")
    put(complete.target("result", "exr", 1001), b"r")
    put(complete.target("mask", "exr", 1001), b"r")
    found = versions(TEMPLATE, holder)
    assert [(each.number, each.state) for each in found] == [
        (3, "complete"), (2, "partial"), (1, "empty"),
    ]  # fmt: skip
    assert (found[1].present, found[1].missing) == ((1001,), (1002, 1003))
    assert found[1].version == partial  # to be filled
    assert found[1].files == ("mask.1001.png", "result.1001.exr", "result.1002.exr")


def test_a_version_without_its_json_still_shows_its_frames(tmp_path: Path) -> None:
    version = reserve(TEMPLATE, tokens(tmp_path))
    put(version.target("result", "exr", 1001), b"r")
    (version.folder / "version.json").write_text('{"half')
    (found,) = versions(TEMPLATE, version.folder.parent)
    assert (found.state, found.present, found.plan) == ("complete", (1001,), None)


def test_other_tokens_may_stand_in_the_name(tmp_path: Path) -> None:
    template = Template.of("{root}/{node}/V##/{user}_{output}.v1.###.{ext}")
    version = reserve(template, tokens(tmp_path))
    assert version.folder.name == "V01"
    target = version.target("result", "exr", 7)
    assert target.name == "jane_result.v1.007.exr"
    put(target, b"r")
    assert versions(template, version.folder.parent)[0].present == (7,)


def test_what_made_the_pictures_is_kept_and_read(tmp_path: Path) -> None:
    version = kept(tmp_path, 1001)
    record = JobRecord(
        "job-1", "inpaint", 3, frames=(1001,), values={"seed": 2**64 - 1, "prompt": "数"},
        seed=str(2**64 - 1), inputs={"plate": (InputRecord("a.exr", 5, "ab"),)}, seconds=1.5,
    )  # fmt: skip
    keep_job(version, record)
    keep_job(version, record)
    assert jobs(version.folder) == (record,)
    raw = json.loads((version.folder / "jobs" / "job-1.json").read_text(encoding="utf-8"))
    assert raw["schema"] == 1
    (version.folder / "jobs" / "x.json").write_text("junk")
    assert len(jobs(version.folder)) == 1


# writing


def test_a_file_is_whole_or_not_there_and_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.exr"
    put(target, b"first")
    with pytest.raises(ResultUnwritable, match="File exists") as error:
        put(target, b"second")
    assert "never overwritten" in error.value.hint
    part = part_of(target)
    part.write_bytes(b"third")
    with pytest.raises(ResultUnwritable):
        landed(part, target)
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "may not write"),
        (errno.EROFS, "read-only"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "Look at the results folder"),
    ],
)
def test_an_error_of_the_disk_says_what_to_do(tmp_path: Path, number: int, hint: str) -> None:
    with pytest.raises(ResultUnwritable, match="cannot be written") as error, writing(tmp_path):
        raise OSError(number, os.strerror(number))
    assert hint in error.value.hint


def test_a_full_disk_leaves_nothing_half_named(tmp_path: Path) -> None:
    """In a child that may write no file over 64 KB: a write fails in the middle."""
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "from comfyrelay.errors import ResultUnwritable\n"
        "from comfyrelay.writing import put\n"
        "try: put(Path(sys.argv[1]), bytes(200000))\n"
        "except ResultUnwritable as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.exr")],
        env={**os.environ, "PYTHONPATH": "plugins/common"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "cannot be written: File too large" in done.stdout
    assert not list(tmp_path.iterdir())


def test_a_path_that_is_too_long_or_in_the_way_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultUnwritable, match="File name too long"):
        put(tmp_path / ("x" * 300), b"")
    (tmp_path / "file").touch()
    with pytest.raises(ResultUnwritable) as error:
        reserve(TEMPLATE, tokens(tmp_path / "file"))
    assert "stands where a folder should be" in error.value.hint
