"""Walls' outer views take turns, and a record says which moment each shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from render.wall.outer_times import OuterTimes
from stage.maths.frame_clock import FrameClock
from stage.messages.frames import Frame
from stage.units import NS_PER_S
from tests.shaders.small_stage import frame

RATE, EVERY, WALLS = Fraction(60000, 1001), 12, ("a", "b", "c")
TIMES = OuterTimes(WALLS, RATE, EVERY)


def time_s(number: int) -> float:
    return FrameClock(RATE).present_ns(number) / NS_PER_S


def record(number: int) -> Frame:
    outer = number - number % EVERY
    return replace(frame(number), scene_time_s=time_s(number), outer_number=outer, outer_scene_time_s=time_s(outer))


def test_no_frame_draws_two_walls_and_each_is_drawn_once_in_an_interval() -> None:
    anew: dict[str, list[int]] = {name: [] for name in WALLS}
    before = TIMES.of(record(119))
    for number in range(120, 120 + 5 * EVERY):
        now = TIMES.of(record(number))
        for name in WALLS:
            if now[name] != before[name]:
                anew[name].append(number)
                assert now[name] == time_s(number), "a wall that is drawn anew shows this very frame's moment"
        before = now
    assert [len(numbers) for numbers in anew.values()] == [5, 5, 5]
    assert len({number for numbers in anew.values() for number in numbers}) == 15


def test_a_picture_that_is_held_keeps_every_wall() -> None:
    held = record(127)
    assert TIMES.of(replace(held, number=999)) == TIMES.of(held)


def test_times_that_are_not_the_stages_own_are_shown_as_they_are() -> None:
    strange = replace(record(127), scene_time_s=3.21)
    assert set(TIMES.of(strange).values()) == {strange.outer_scene_time_s}


def test_nothing_is_shown_from_before_the_beginning() -> None:
    assert min(TIMES.of(record(1)).values()) == 0.0
