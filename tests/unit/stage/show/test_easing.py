"""Loss and return of a tracker: what the walls do, as the stage file says, and never a jump."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from stage.maths.pose import Vector
from stage.messages.frames import CameraState, Frame
from stage.messages.samples import TrackingSample
from stage.model.camera import Camera
from stage.model.stagefile import Stage
from stage.show.decide import Conductor
from stage.show.easing import UNSEEN_PX, WIDEN_DEG_S, WIDEST_DEG, coasted, pixels_per_rad, widened_deg
from stage.show.margin_watch import distance_to_walls_m
from stage.units import NS_PER_S
from tests.looks import a_look
from tests.unit.stage.show.test_camera_choice import frame_of, show_of
from tests.unit.stage.show.test_decide import sample, stage_with
from tests.unit.stage.show.test_show_control import told

RATE_HZ = 100
FRAME_NS = NS_PER_S // 24


def stage_of(**source: Any) -> Stage:
    stage = stage_with("A")
    (only,) = stage.sources
    return stage.model_copy(update={"sources": (only.model_copy(update=source),)})


def push_in(t: float) -> Vector:
    """Half a metre a second."""
    return (0.5 * t, -3.0, 1.6)


def played(stage: Stage, samples: list[TrackingSample], seconds: float) -> Iterator[CameraState]:
    """The camera of every frame, each decided a frame before it is shown."""
    conductor, waiting = Conductor(stage, a_look()), list(samples)
    for number in range(1, round(seconds * 24)):
        now_ns = (number - 1) * FRAME_NS
        while waiting and waiting[0].received_ns <= now_ns:
            conductor.observe(waiting.pop(0))
        yield conductor.decide(number, number * FRAME_NS, now_ns).cameras[0]


def samples(silent: tuple[float, float], until_s: float = 6.0, moved_m: float = 0.0) -> list[TrackingSample]:
    """The push-in with a silence, after which the tracker's origin is elsewhere."""
    found = []
    for index in range(round(until_s * RATE_HZ)):
        t = index / RATE_HZ
        x, y, z = push_in(t)
        if not silent[0] <= t < silent[1]:
            found.append(sample(index, round(t * NS_PER_S), (x + moved_m * (t >= silent[1]), y, z)))
    return found


def steps_px(stage: Stage, states: list[CameraState]) -> list[float]:
    camera: Camera = stage.cameras[0]
    per_m = pixels_per_rad(camera, states[-1].lens) / max(1.0, distance_to_walls_m(stage, camera))
    pairs = pairwise(states)
    return [math.dist(a.position_m, b.position_m) * per_m for a, b in pairs]


TRUE_PX_SHARE = 1.05


@pytest.mark.parametrize("on_loss", ["hold", "coast", "freeze_view", "widen"])
@pytest.mark.parametrize("moved_m", [0.0, 1.0])
def test_nothing_jumps_when_a_tracker_goes_or_comes_back(on_loss: str, moved_m: float) -> None:
    stage = stage_of(on_loss=on_loss)
    states = list(played(stage, samples((2.0, 4.0), moved_m=moved_m), 6.0))[24:]
    true_px = max(steps_px(stage, states[:12]))
    assert max(steps_px(stage, states)) <= TRUE_PX_SHARE * true_px + 2.0


def test_hold_stays_where_prediction_ends() -> None:
    states = list(played(stage_of(), samples((2.0, 9.0)), 5.0))
    assert states[-1].position_m == states[-20].position_m
    assert states[-1].position_m[0] == pytest.approx(1.0 + 0.2 * 0.5, abs=0.02)


def test_coast_goes_on_and_comes_to_rest() -> None:
    states = list(played(stage_of(on_loss="coast"), samples((2.0, 9.0)), 6.0))
    after = [state.position_m[0] for state in states[round(2.3 * 24) :]]
    assert all(a <= b for a, b in pairwise(after)), "onward"
    assert after[-1] - after[-24] < 0.002, "at rest"
    assert after[-1] == pytest.approx(1.0 + 0.2 * 0.5 + 0.4 * 0.5, abs=0.03)


def test_a_coasting_camera_is_never_thrown_far() -> None:
    far = (1000.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)
    here = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)
    place, _ = coasted(far, here, 0.04, 100.0)
    assert place[0] - 1000.0 == pytest.approx(3.0 * 0.4)


def test_freeze_view_shows_one_picture_until_it_is_back() -> None:
    states = list(played(stage_of(on_loss="freeze_view"), samples((2.0, 4.0)), 6.0))
    lost = states[round(2.4 * 24) : round(3.9 * 24)]
    assert {(state.position_m, state.orientation) for state in lost} == {(lost[0].position_m, lost[0].orientation)}


def test_widen_grows_the_margin_and_takes_it_back() -> None:
    states = list(played(stage_of(on_loss="widen"), samples((2.0, 4.0), until_s=8.0), 8.0))
    margins = [state.more_margin_deg for state in states]
    assert max(margins[: 2 * 24]) == 0.0
    assert max(margins) == WIDEST_DEG
    assert margins[-1] == 0.0
    most = WIDEN_DEG_S / 24 * 1.01
    rises = [after - before for before, after in pairwise(margins)]
    assert max(rises) <= most
    assert widened_deg(0.5, None) == pytest.approx(5.0)
    assert {state.more_margin_deg for state in played(stage_of(), samples((2.0, 4.0)), 5.0)} == {0.0}


@pytest.mark.parametrize(("source", "within_s"), [({"return_s": 0.5}, 0.6), ({"on_return": "snap"}, 0.1)])
def test_a_stage_file_may_say_how_fast_a_camera_is_back(source: dict[str, Any], within_s: float) -> None:
    states = list(played(stage_of(**source), samples((2.0, 4.0), moved_m=1.0), 6.0))
    at = states[round((4.0 + within_s + 0.1) * 24)]
    t = (round((4.0 + within_s + 0.1) * 24) + 1) / 24
    assert at.position_m[0] == pytest.approx(push_in(t)[0] + 1.0, abs=0.02)
    eased = list(played(stage_of(), samples((2.0, 4.0), moved_m=1.0), 6.0))[round((4.0 + within_s + 0.1) * 24)]
    assert abs(eased.position_m[0] - push_in(t)[0] - 1.0) > 0.2, "otherwise it takes its time"


def test_an_operator_may_snap() -> None:
    show, conductor = show_of("A"), Conductor(stage_of(), a_look())
    for each in samples((2.0, 4.0), until_s=4.2, moved_m=1.0):
        frame_of(show, conductor, each.received_ns // (40 * 1_000_000) + 1)
        conductor.observe(each)

    def x_of(frame: Frame) -> float:
        return frame.cameras[0].position_m[0]

    number = 4_240 // 40
    eased = x_of(frame_of(show, conductor, number))
    assert told(show, "camera.snap").accepted
    assert x_of(frame_of(show, conductor, number)) - eased > 0.5


def test_true_motion_goes_on_whole_while_the_picture_eases() -> None:
    """Beside the ease, which is so slow that nobody sees it."""
    stage = stage_of()
    states = list(played(stage, samples((2.0, 4.0), moved_m=-1.0), 6.0))
    late = states[round(4.6 * 24) : round(5.4 * 24)]
    true_px = (
        0.5
        / 24
        * pixels_per_rad(stage.cameras[0], late[0].lens)
        / max(1.0, distance_to_walls_m(stage, stage.cameras[0]))
    )
    for step in steps_px(stage, late):
        assert abs(step - true_px) <= UNSEEN_PX + 0.1 * true_px


def test_a_camera_that_is_being_acquired_is_shown_where_it_is_at_once() -> None:
    """What was shown before its first two seconds was not where it is: there is nothing to ease from."""
    for state in played(stage_of(), samples((0.5, 0.9), moved_m=0.5), 3.0):
        t = (state.captured_ns + state.horizon_ns) / NS_PER_S
        if t > 1.5:
            x, _, _ = push_in(t)
            assert state.position_m[0] == pytest.approx(x + 0.5, abs=0.005)
