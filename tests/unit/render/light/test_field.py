"""The light field is measured in time that is left over, whole, and never of two sets at once. No OpenGL."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render.light.field import LightFieldKeeper, sun_share
from render.light.light_field_pass import DRAWN_PX, KEPT_PX, LightFace
from stage.clock import ManualClock
from stage.maths.pose import Vector
from stage.messages.frames import Frame
from stage.model.look import Look

MS = 1_000_000
OPEN = np.ones((DRAWN_PX, DRAWN_PX), np.bool_)


def shot(number: int, scene: str = "boxes", gain: float = 1.0) -> Frame:
    look = replace(Look(), sky=replace(Look().sky, gain=gain))
    return Frame(
        number=number,
        present_ns=number * 40 * MS,
        decided_ns=0,
        scene=scene,
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=look,
        cameras=(),
    )


class Meter:
    """Each face takes `face_ns`, and shows the gain of its sky."""

    def __init__(self, clock: ManualClock, face_ns: int) -> None:
        self.clock, self.face_ns = clock, face_ns
        self.measured: list[tuple[int, int]] = []

    def light_key(self, frame: Frame) -> tuple[object, ...]:
        return (frame.scene, frame.look.sky)

    def light_face(self, frame: Frame, face: int) -> LightFace:
        self.clock.advance_ns(self.face_ns)
        self.measured.append((frame.number, face))
        return LightFace(np.full((KEPT_PX, KEPT_PX, 3), frame.look.sky.gain, np.float32), OPEN)

    def sunlight(self, frame: Frame) -> tuple[Vector, Vector]:
        return (0.0, 0.0, 1.0), (2.0, 2.0, 2.0)


def keeper_of(face_ns: int) -> tuple[LightFieldKeeper, Meter, ManualClock]:
    clock = ManualClock()
    meter = Meter(clock, face_ns)
    keeper = LightFieldKeeper("render", (0.0, 0.0, 1.5), meter, clock)
    keeper.warm_up(shot(0, gain=0.5))
    meter.measured.clear()
    return keeper, meter, clock


def test_all_faces_are_measured_where_there_is_time() -> None:
    keeper, meter, clock = keeper_of(face_ns=MS)
    field = keeper.turn(shot(1), 5 * MS, clock.now_ns() + 30 * MS)
    assert [face for _, face in meter.measured] == [0, 1, 2, 3, 4, 5]
    assert field is not None
    assert (field.oldest_number, field.newest_number) == (1, 1)
    assert np.frombuffer(field.faces, np.float32) == pytest.approx(1.0)


def test_nothing_is_measured_that_has_not_changed() -> None:
    keeper, meter, clock = keeper_of(face_ns=MS)
    keeper.turn(shot(1), 5 * MS, clock.now_ns() + 30 * MS)
    meter.measured.clear()
    assert keeper.turn(shot(2), 5 * MS, clock.now_ns() + 30 * MS) is None
    assert meter.measured == []
    clock.advance_ns(1000 * MS)
    again = keeper.turn(shot(26), 5 * MS, clock.now_ns() + 30 * MS)
    assert again is not None
    assert (again.oldest_number, again.newest_number) == (26, 26), "it is as good as new"
    assert meter.measured == []


def test_no_face_is_begun_that_would_make_the_frame_late() -> None:
    keeper, meter, clock = keeper_of(face_ns=8 * MS)
    for number in range(1, 50):
        until_ns = clock.now_ns() + 20 * MS
        keeper.turn(shot(number, gain=number), 5 * MS, until_ns)
        assert clock.now_ns() <= until_ns
    assert len(meter.measured) == 49, "one face a frame fits, no more"
    until_ns = clock.now_ns() + 7 * MS
    assert keeper.turn(shot(60, gain=60.0), 5 * MS, until_ns) is None
    assert clock.now_ns() < until_ns


def test_a_change_goes_round_the_faces_the_oldest_first_and_the_field_says_how_old_it_is() -> None:
    keeper, meter, clock = keeper_of(face_ns=8 * MS)
    fields = [keeper.turn(shot(number, gain=number), 5 * MS, clock.now_ns() + 20 * MS) for number in range(1, 9)]
    assert [face for _, face in meter.measured] == [0, 1, 2, 3, 4, 5, 0, 1]
    last = fields[-1]
    assert last is not None
    assert (last.oldest_number, last.newest_number) == (3, 8)


def test_a_field_is_of_one_set() -> None:
    keeper, _, clock = keeper_of(face_ns=8 * MS)
    whole = [keeper.turn(shot(number, "desert"), 5 * MS, clock.now_ns() + 20 * MS) for number in range(1, 9)]
    given = [field for field in whole if field is not None]
    assert [field.scene for field in given] == ["desert"]
    assert given[0].newest_number == 6


def test_a_set_that_was_never_measured_is_expected_to_take_as_long_as_the_frame() -> None:
    keeper, meter, clock = keeper_of(face_ns=1 * MS)
    keeper.turn(shot(1, "desert"), 25 * MS, clock.now_ns() + 20 * MS)
    assert meter.measured == []
    keeper.turn(shot(2, "desert"), 15 * MS, clock.now_ns() + 20 * MS)
    assert meter.measured == [], "what it takes is not known better by waiting"
    keeper.turn(shot(3, "desert"), 15 * MS, clock.now_ns() + 30 * MS)
    assert meter.measured != []


def test_one_slow_face_does_not_stop_the_field_forever() -> None:
    keeper, meter, clock = keeper_of(face_ns=1 * MS)
    meter.face_ns = 30 * MS
    keeper.turn(shot(1), 5 * MS, clock.now_ns() + 10 * MS)
    meter.face_ns = 1 * MS
    for number in range(2, 40):
        keeper.turn(shot(number, gain=number), 5 * MS, clock.now_ns() + 10 * MS)
    assert [number for number, _ in meter.measured][-1] == 39


def test_where_every_frame_is_late_a_face_is_measured_once_a_second() -> None:
    keeper, meter, clock = keeper_of(face_ns=1 * MS)
    for number in range(1, 101):  # five seconds
        clock.advance_ns(50 * MS)
        keeper.turn(shot(number, gain=number), 60 * MS, clock.now_ns() - 10 * MS)
    assert [face for _, face in meter.measured] == [0, 1, 2, 3, 4]


def test_the_sun_counts_as_far_as_the_sky_is_open_about_it() -> None:
    open_sky = [OPEN.copy() for _ in range(6)]
    straight_up = (0.0, 0.0, 1.0)
    assert sun_share(straight_up, open_sky) == 1.0
    open_sky[4][:, : DRAWN_PX // 2] = False
    assert sun_share(straight_up, open_sky) == pytest.approx(2 / 3)
    open_sky[4][:] = False
    assert sun_share(straight_up, open_sky) == 0.0
