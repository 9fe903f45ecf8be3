"""What somebody sees in the queue panel, and what its buttons do, with a real relay."""

from __future__ import annotations

import logging

import pytest

from comfyrelay_qt import rows as words
from comfyrelay_qt.panel import QueuePanel
from tests.faults.proxy import Proxy
from tests.plugins.artist import Holds, state
from tests.plugins.qt.conftest import Come, Person
from tests.plugins.qt.screen import close
from tests.plugins.relays import door
from tests.rig import slow_graph


def press(panel: QueuePanel, job_id: str, button: str) -> None:
    """Choose a job, and press a button as soon as it can be."""
    panel.list.choose(job_id)
    getattr(panel, button).click()


def url_of(proxy: Proxy) -> str:
    return f"http://127.0.0.1:{proxy.port}"


def test_without_jobs_it_says_how_to_make_some(me: Person) -> None:
    me.sees(lambda: me.panel.list.sentence.text() == words.EMPTY)
    assert me.panel.list.sentence.isVisible()
    assert not any(b.isEnabled() for b in (me.panel.cancel, me.panel.open, me.panel.explain))


def test_everybody_sees_their_own_jobs_and_cancels_no_others(come: Come, holds: Holds) -> None:
    holds.hold()
    me, other = come(), come()
    first = me.sent(tags=["lighting"])
    running = me.until_row(first, "0 %")
    assert (running.runs, running.place) == (True, "on sim0")
    second = me.sent(tags=["lighting"])
    me.until_row(second, "starting")  # behind the first, on the host: others are fairly next
    third, stranger = me.sent(tags=["lighting"]), other.sent()
    me.sees(lambda: "queued 1 of 2" in [row.status for row in me.panel.list.rows])
    assert [row.id for row in me.panel.list.rows] == [third, second, first]
    assert {row.origin for row in me.panel.list.rows} == {"lighting"}
    other.until_row(stranger, "queued 2 of 2")
    assert [row.id for row in other.panel.list.rows] == [stranger]

    press(me.panel, third, "cancel")

    me.until_row(third, "canceled")
    assert me.panel.list.row() == me.row(third)  # it is still chosen
    assert not me.panel.cancel.isEnabled()
    other.until_row(stranger, "queued 1 of 1")
    holds.release()
    for person, job in ((me, first), (me, second), (other, stranger)):
        person.until_row(job, "done")


def test_why_a_job_waits_is_told_below_the_list(me: Person, holds: Holds) -> None:
    holds.hold()
    jobs = [me.sent() for _ in range(3)]
    me.until_row(jobs[2], "queued 1 of 1")

    press(me.panel, jobs[2], "explain")

    with door(me.rig.url, user=me.user) as relay:
        why = relay.explain(jobs[2])
    me.sees(lambda: "sim0: " in me.panel.details.text.toPlainText())
    assert why.hosts[0] in me.panel.details.text.toPlainText()


def test_what_a_node_landed_is_opened_there_and_the_node_shown(me: Person) -> None:
    node = me.node("invert", image=me.plate())
    me.desk.generate(node)
    me.sees(lambda: state(node).outcome)
    (job,) = state(node).job_ids.values()
    assert me.until_row(job, "done").origin == node.name

    press(me.panel, job, "open")

    me.sees(lambda: me.browsed)
    assert [str(folder) for folder in me.browsed] == [state(node).folder]
    assert me.selected == [state(node).uid]


def test_a_failed_job_says_in_the_relays_words_why_and_what_to_do(me: Person, holds: Holds) -> None:
    holds.hold("oom:times=0")
    job = me.sent()
    me.sees(lambda: (row := me.row(job)) and row.mood == "error")
    row = me.row(job)
    assert row is not None
    assert row.status == f"failed: {me.rig.job(job)['error']['message']}"
    assert not row.can_open


def test_a_result_from_elsewhere_is_fetched(me: Person) -> None:
    job = me.sent()
    me.until_row(job, "done")

    press(me.panel, job, "open")

    me.sees(lambda: me.browsed)
    assert [file.suffix for file in me.browsed[0].iterdir()] == [".png"]
    press(me.panel, job, "open")
    me.sees(lambda: me.browsed[1:])
    assert me.browsed[1] == me.browsed[0]


def test_a_running_job_shows_what_it_looks_like_so_far(me: Person) -> None:
    me.sent()  # as its user
    job = str(me.rig.submit_graph(slow_graph(steps=9000, seed=14))["id"])
    me.sees(lambda: me.panel.details.picture.isVisible() and me.row(job).progress is not None)
    press(me.panel, job, "cancel")
    me.until_row(job, "canceled")
    assert not me.panel.details.picture.isVisible()


def test_what_was_shown_stays_while_the_relay_is_away(come: Come, proxy: Proxy) -> None:
    me = come(url_of(proxy))
    job = me.sent()
    me.until_row(job, "done")
    proxy.cut()
    me.sees(lambda: "does not answer" in me.panel.headline.text())
    assert me.panel.headline.text().startswith(f"! The relay at {url_of(proxy)}")
    assert me.row(job)
    proxy.heal()
    me.sees(lambda: "does not answer" not in me.panel.headline.text())
    more = me.sent()
    me.until_row(more, "done")


def test_a_hidden_panel_asks_nothing(come: Come, proxy: Proxy) -> None:
    hidden, other = come(url_of(proxy)), come()
    hidden.sees(lambda: hidden.panel.list.sentence.text() == words.EMPTY)
    hidden.panel.hide()
    hidden.sees(lambda: not hidden.panel.is_looking)
    before = proxy.carried
    job = hidden.sent()
    other.until_row(other.sent(), "done")  # that took many looks
    hidden.dcc.turn()
    assert proxy.carried == before
    hidden.panel.show()
    hidden.until_row(job, "done")


def test_the_application_closes_while_the_panel_asks(come: Come, proxy: Proxy) -> None:
    me = come(url_of(proxy))
    me.sees(lambda: me.panel.list.sentence.text() == words.EMPTY)
    proxy.black_hole()
    me.sees(lambda: me.panel.is_looking)
    assert me.desk.close(10.0)  # no thread is left
    me.app.processEvents()


def test_an_answer_for_a_closed_panel_is_dropped(
    come: Come, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    me = come(url_of(proxy))
    me.sees(lambda: me.panel.list.sentence.text() == words.EMPTY)
    proxy.black_hole()
    me.sees(lambda: me.panel.is_looking)
    closed, me.panel = me.panel, me.opened()
    close(closed)
    proxy.heal()
    me.sees(lambda: me.panel.list.sentence.text() == words.EMPTY)
    ours = [each for each in caplog.records if each.name.startswith("comfyrelay")]
    assert [each for each in ours if each.levelno >= logging.ERROR] == []
