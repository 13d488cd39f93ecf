"""Alerts over time: no flicker, worst first, joined with what other processes say."""

from __future__ import annotations

from stage.console.health.alert_book import CLEAR_AFTER_NS, FIND_AGAIN_NS, RAISE_AFTER_NS, AlertBook
from stage.console.health.alert_rules import Symptom
from stage.messages.control import AlertState
from stage.units import NS_PER_S

LOST = Symptom("source-lost", "mars", "no usable packet")
MISSED = Symptom("frames-skipped", "wall", "3 of 240")
STEP_NS = NS_PER_S // 5


def test_a_finding_that_does_not_stay_is_no_alert() -> None:
    book = AlertBook()
    assert book.update([LOST], 0) == []
    assert book.update([], STEP_NS) == []
    assert book.update([LOST], RAISE_AFTER_NS + STEP_NS) == []
    assert book.views() == []


def test_a_finding_that_stays_is_raised_once_with_its_words() -> None:
    book = AlertBook()
    book.update([LOST], 0)
    assert book.update([LOST], RAISE_AFTER_NS) == [AlertState("source-lost", "mars", True, "no usable packet", 0)]
    assert book.update([LOST], RAISE_AFTER_NS + STEP_NS) == []
    (view,) = book.views()
    assert view.text == "TRACKING LOST: mars"
    assert view.severity == "critical"
    assert view.detail == "no usable packet"
    assert view.remedy
    assert view.since_ns == 0


def test_the_detail_is_that_of_now() -> None:
    book = AlertBook()
    book.update([MISSED], 0)
    book.update([MISSED], RAISE_AFTER_NS)
    book.update([Symptom("frames-skipped", "wall", "9 of 240")], RAISE_AFTER_NS + STEP_NS)
    assert [view.detail for view in book.views()] == ["9 of 240"]


def test_an_alert_is_cleared_when_its_finding_stays_away() -> None:
    book = AlertBook()
    book.update([LOST], 0)
    book.update([LOST], RAISE_AFTER_NS)
    assert book.update([], RAISE_AFTER_NS + CLEAR_AFTER_NS) == []
    assert len(book.views()) == 1
    cleared_ns = RAISE_AFTER_NS + CLEAR_AFTER_NS + 1
    assert book.update([], cleared_ns) == [AlertState("source-lost", "mars", False, "no usable packet", cleared_ns)]
    assert book.views() == []


def test_an_alert_that_comes_and_goes_is_one_alert() -> None:
    book = AlertBook()
    changes = []
    for step in range(50):
        changes += book.update([LOST] if step % 3 else [], step * STEP_NS)
    assert [change.active for change in changes] in ([], [True])
    assert len(book.views()) == len(changes)


def test_the_worst_stands_first_then_the_newest() -> None:
    book = AlertBook()
    book.update([MISSED], 0)
    book.update([MISSED, LOST], STEP_NS)
    for step in range(2, 6):
        book.update([MISSED, LOST, Symptom("rate-low", "wall", "")], step * STEP_NS)
    assert [view.code for view in book.views()] == ["rate-low", "source-lost", "frames-skipped"]


def test_alerts_of_other_processes_are_shown_until_they_clear_them() -> None:
    book = AlertBook()
    book.hear(AlertState("process-failed", "backdrop", True, "no such screen", 7))
    assert [(view.code, view.subject, view.since_ns) for view in book.views()] == [("process-failed", "backdrop", 7)]
    book.hear(AlertState("process-failed", "backdrop", False, "", 8))
    assert book.views() == []


def test_the_same_alert_from_two_sides_is_shown_once() -> None:
    book = AlertBook()
    book.hear(AlertState("process-restarted", "render", True, "from the manager", 5))
    for now_ns in (10, 10 + RAISE_AFTER_NS):
        book.update([Symptom("process-restarted", "render", "from here")], now_ns)
    assert [view.detail for view in book.views()] == ["from here"]


def test_an_unknown_code_is_still_shown() -> None:
    book = AlertBook()
    book.hear(AlertState("lens-fogged", "a", True, "", 0))
    (view,) = book.views()
    assert (view.severity, view.subject) == ("warning", "a")
    assert "a" in view.text


SLOW = AlertState("rate-low", "wall", True, "12.0 of 24 frames/s", 10)
TOLD = AlertState("process-restarted", "osc", True, "once", 20)
STALE = AlertState("source-stale", "mars", True, "5.0 of 60 packets/s", 30)


def codes(book: AlertBook) -> list[str]:
    return [view.code for view in book.views()]


def heard(*alerts: AlertState) -> AlertBook:
    book = AlertBook()
    for alert in alerts:
        book.hear(alert)
    return book


def test_what_nobody_has_seen_comes_before_what_was_seen_and_the_worst_and_newest_of_it_first() -> None:
    lost = AlertState("source-lost", "mars", True, "", 5)
    book = heard(TOLD, lost, SLOW, STALE)
    assert codes(book)[:2] == ["rate-low", "source-lost"], "both are critical: the newer first"
    book.acknowledge("rate-low", "wall", "ann@192.0.2.7")
    assert codes(book)[0] == "source-lost"
    assert codes(book).index("source-stale") < codes(book).index("rate-low"), "a new warning is not hidden by it"
    assert {view.code: view.seen_by for view in book.views()}["rate-low"] == "ann@192.0.2.7"


def test_all_are_seen_at_once_and_the_first_to_see_one_stays_named() -> None:
    book = heard(SLOW, STALE)
    book.acknowledge("source-stale", None, "ann")
    book.acknowledge(None, None, "bea")
    assert {view.code: view.seen_by for view in book.views()} == {"source-stale": "ann", "rate-low": "bea"}


def test_an_alert_that_comes_again_has_not_been_seen() -> None:
    book = heard(SLOW)
    book.acknowledge(None, None, "ann")
    book.hear(AlertState("rate-low", "wall", False, "", 40))
    book.update([], FIND_AGAIN_NS)
    book.hear(SLOW)
    assert [view.seen_by for view in book.views()] == [None]


def test_who_has_seen_what_outlives_a_restart_of_the_console() -> None:
    before = heard(SLOW)
    before.acknowledge(None, None, "ann")
    after = AlertBook(before.seen, began_ns=NS_PER_S)
    after.update([], 2 * NS_PER_S)
    after.hear(SLOW)
    assert [view.seen_by for view in after.views()] == ["ann"]
    after.update([], NS_PER_S + FIND_AGAIN_NS)
    assert [view.seen_by for view in after.views()] == ["ann"]
