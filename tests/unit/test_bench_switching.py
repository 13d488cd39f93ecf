"""The bench of switching: what it makes of frames, reports and answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from stage.messages.commands import CommandResult
from stage.messages.frames import Frame, FrameReport
from stage.model.look import Look
from tests.looks import a_look
from tools.bench.switching import Heard, _commands, _frames_to_show, _lateness

PERIOD_NS = 40_000_000


def frame(number: int, look: Look) -> Frame:
    return Frame(number, number * PERIOD_NS, (number - 1) * PERIOD_NS, "boxes", 0.0, 0, 0.0, look, ())


def result(frame_number: int) -> CommandResult:
    return CommandResult("1", "look.recall", "bench", True, "", frame_number, (frame_number - 1) * PERIOD_NS - 1000)


def report(number: int, late_ns: int, skipped: int = 0) -> FrameReport:
    return FrameReport("render", number, 0, 0, 10_000_000, 0, late_ns, skipped, 0, False)


def test_a_recall_that_lands_on_the_next_frame_takes_one() -> None:
    bright = a_look(2.0)
    heard = Heard({n: frame(n, a_look() if n < 5 else bright) for n in range(1, 9)}, [], [result(5)])
    assert _frames_to_show(heard) == {"p50": 1.0, "p99": 1.0, "not_on_the_promised_frame": 0}


def test_a_frame_that_does_not_show_what_was_promised_is_counted() -> None:
    heard = Heard({n: frame(n, a_look()) for n in range(1, 9)}, [], [result(5)])
    assert _frames_to_show(heard)["not_on_the_promised_frame"] == 1


def test_late_is_more_than_half_a_frame_and_skipped_frames_add_up() -> None:
    reports = [report(1, 0), report(2, PERIOD_NS), replace(report(3, PERIOD_NS // 4), skipped=2)]
    figures = _lateness(Heard({}, reports, []), PERIOD_NS)
    assert (figures["frames"], figures["late"], figures["skipped"]) == (3, 1, 2)
    assert figures["drawing_p50_ms"] == 10.0


def test_looks_alternate_and_sets_take_turns() -> None:
    given = list(_commands(("boxes", "snow"), 40))
    sets = [arguments["scene"] for name, arguments in given if name == "scene.switch"]
    assert sets == ["snow", "boxes", "snow", "boxes"]
    recalls = [arguments["part"] for name, arguments in given if name == "look.recall"]
    assert all(one != other for one, other in pairwise(recalls))
