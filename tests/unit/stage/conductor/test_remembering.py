"""Every camera's memory is written once a take, one a frame."""

from __future__ import annotations

from dataclasses import replace

from stage.conductor.remembering import Remembering
from stage.messages.commands import Slate

REST = Slate("12A", 1, False, 0)
ROLLS = replace(REST, rolling=True, since_ns=10)


def asked(remembering: Remembering, slate: Slate, times: int) -> list[str | None]:
    return [remembering.due(slate) for _ in range(times)]


def test_one_camera_a_frame_once_a_take() -> None:
    remembering = Remembering(["a", "b"])
    assert asked(remembering, REST, 2) == [None, None]
    assert asked(remembering, ROLLS, 4) == ["a", "b", None, None]
    assert asked(remembering, REST, 2) == [None, None]
    again = replace(ROLLS, since_ns=20)
    assert asked(remembering, again, 3) == ["a", "b", None]


def test_a_take_that_follows_at_once_and_a_process_that_begins_while_one_rolls() -> None:
    remembering = Remembering(["a", "b"])
    assert asked(remembering, ROLLS, 1) == ["a"]
    assert asked(remembering, replace(ROLLS, since_ns=30), 3) == ["a", "b", None]
