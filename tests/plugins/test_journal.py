"""The journal on its disk: torn lines, several processes, age, and what settles an entry."""

from __future__ import annotations

import os
import time
from pathlib import Path

from comfyrelay.journal import Entry, Journal
from comfyrelay.offers import found
from comfyrelay.state import State

SCENE = "/shots/a.nk"


def entry(key: str = "k", **changes: object) -> Entry:
    known = {
        "key": key, "batch": key, "uid": "u", "session": "s", "scene": SCENE, "node": "N",
        "relay": "http://relay", "workflow": "invert", "version": 1, **changes,
    }  # fmt: skip
    return Entry(**known)  # type: ignore[arg-type]


def keys(entries: tuple[Entry, ...]) -> list[str]:
    return [each.key for each in entries]


def test_what_is_told_later_is_added(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.asked(entry(params={"prompt": "ä \u2028 door"}, frame=1001))
    journal.has_job("k", "job")
    journal.ended("k", "succeeded", "/results/v001")
    (read,) = journal.entries()
    assert (read.job_id, read.status, read.folder) == ("job", "succeeded", "/results/v001")
    assert read.params == {"prompt": "ä \u2028 door"}
    assert read.frame == 1001
    assert time.time() - read.at_s < 60


def test_frame_0_and_version_0_are_not_lost(tmp_path: Path) -> None:
    Journal(tmp_path).asked(entry(frame=0, version=0))
    (read,) = Journal(tmp_path).entries()
    assert (read.frame, read.version) == (0, 0)


def test_half_a_line_costs_only_itself(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.asked(entry("a"))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'{"event":"asked","key":"b","ba')
    other = Journal(tmp_path)
    other.asked(entry("c"))
    (tmp_path / "x.jsonl").write_bytes(b'\xff\xfe\n[]\n{"event":"job","key":"nobody"}\n')
    assert keys(other.entries()) == ["a", "c"]


def test_each_process_has_a_file_and_all_are_read(tmp_path: Path) -> None:
    one, other = Journal(tmp_path), Journal(tmp_path)
    one.asked(entry("a"))
    other.asked(entry("b"))
    assert len(list(tmp_path.iterdir())) == 2
    assert keys(one.entries()) == keys(other.entries()) == ["a", "b"]


def test_only_its_user_may_read_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.asked(entry())
    (path,) = (tmp_path / "journal").iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_old_files_are_pruned_and_new_ones_kept(tmp_path: Path) -> None:
    old, new = Journal(tmp_path), Journal(tmp_path)
    old.asked(entry("a"))
    (path,) = tmp_path.iterdir()
    new.asked(entry("b"))
    long_ago = time.time() - 40 * 86400
    os.utime(path, (long_ago, long_ago))
    new.prune()
    assert keys(new.entries()) == ["b"]


def offered(journal: Journal, scene: str = SCENE, *nodes: State) -> list[str]:
    return [each.batch for each in found(journal.entries(), scene, "now", nodes)]


def test_an_entry_of_this_scene_that_no_node_claims_is_offered(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.asked(entry())
    assert offered(journal) == ["k"]
    assert offered(journal, "/shots/../shots/a.nk") == ["k"]
    assert offered(journal, "/shots/b.nk") == []
    assert offered(journal, "") == []
    assert offered(journal, SCENE, State(uid="u", key="k")) == []
    assert offered(journal, SCENE, State(uid="u", result_key="k")) == []


def test_it_is_found_by_uid_and_by_session_in_a_scene_of_another_name(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.asked(entry(scene=""))
    assert offered(journal, "/tmp/autosave.nk", State(uid="u")) == ["k"]
    assert offered(journal, "/tmp/autosave.nk", State(uid="other", session="s")) == ["k"]
    assert offered(journal, "/tmp/autosave.nk", State(uid="other")) == []


def test_what_came_before_what_the_node_knows_is_not_offered(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for key in ("old", "known", "new"):
        journal.asked(entry(key))
    assert offered(journal, SCENE, State(uid="u", key="known")) == ["new"]


def test_what_failed_or_was_canceled_is_not_offered(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for key, status in (("a", "failed"), ("b", "canceled"), ("c", "succeeded")):
        journal.asked(entry(key))
        journal.ended(key, status)
    assert offered(journal) == ["c"]


def test_a_saved_scene_settles_what_its_session_sent_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.asked(entry("a"))
    journal.asked(entry("b", session="another"))
    journal.saved("s")
    journal.asked(entry("c"))
    assert sorted(offered(journal)) == ["b", "c"]


def test_a_saved_scene_settles_what_its_nodes_know(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.asked(entry("a", session="long ago"))
    journal.saved("s", ["a"])
    assert offered(journal) == []


def test_saving_again_writes_nothing_new(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.saved("s", ["a"])
    (path,) = tmp_path.iterdir()
    size = path.stat().st_size
    journal.saved("s", ["a"])
    assert path.stat().st_size == size


def test_frames_of_one_generate_are_one_offer(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for frame in (1, 2):
        journal.asked(entry(f"k-{frame}", batch="k", frame=frame, frames="1-2"))
    (offer,) = found(journal.entries(), SCENE, "now", [])
    assert [each.frame for each in offer.entries] == [1, 2]
    assert "frames 1-2" in offer.words
    assert offer.unsure


def test_what_another_open_application_has_sent_is_its_own(tmp_path: Path) -> None:
    theirs, ours = Journal(tmp_path), Journal(tmp_path)
    theirs.asked(entry())
    assert offered(ours) == []
    assert offered(theirs) == ["k"]
    theirs.close()
    assert offered(ours) == ["k"]
