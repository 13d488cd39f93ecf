"""A moving camera is right in the middle of its exposure, in the light of the frame: with every delay on the way."""

from __future__ import annotations

import numpy as np
import pytest

from stage.files.loading import find_stage, load_stage
from stage.maths.pose import IDENTITY
from stage.messages.samples import LensState, TrackingSample
from stage.model.look import Look
from stage.model.stagefile import Stage
from stage.show.aim import aim_ns, wall_delay_ns
from stage.show.decide import Conductor
from stage.units import NS_PER_S
from tools.proof.exposure import middle_ns, shutter_ns

SPEED_M_S = 1.0
RATE_HZ = 120


def stage_with(delays: list[dict[str, float]], **camera: float) -> Stage:
    plain = load_stage(find_stage("two-walls"))
    walls = tuple(wall.model_copy(update=delay) for wall, delay in zip(plain.walls, delays, strict=True))
    return plain.model_copy(update={"walls": walls, "cameras": (plain.cameras[0].model_copy(update=camera),)})


def true_x_m(moment_ns: float) -> float:
    return SPEED_M_S * moment_ns / NS_PER_S


def drawn_x_m(stage: Stage, present_ns: int) -> float:
    """Where the camera of a frame is drawn, after two seconds of exact samples of an even motion."""
    conductor, camera = Conductor(stage, Look()), stage.cameras[0]
    for number in range(2 * RATE_HZ):
        captured_ns = number * NS_PER_S // RATE_HZ
        conductor.observe(
            TrackingSample(
                camera=camera.name, source=camera.source, number=number, captured_ns=captured_ns,
                received_ns=captured_ns, position_m=(true_x_m(captured_ns), -3.0, 1.5), orientation=IDENTITY,
                lens=LensState(30.0), sender_counter=None,
            )
        )  # fmt: skip
    return conductor.decide(48, present_ns, present_ns - NS_PER_S // 24).cameras[0].position_m[0]


@pytest.mark.parametrize(
    ("delays", "camera"),
    [
        ([{}, {}], {}),
        ([{"delay_ms": 60.0}, {"delay_ms": 60.0}], {}),
        ([{"delay_frames": 2.0}, {"delay_frames": 2.0}], {"exposure_ms": 20.8}),
        ([{"delay_ms": 5.0, "delay_frames": 1.0}, {}], {"exposure_ms": 10.0, "exposure_phase_ms": 3.0}),
    ],
)
def test_the_mean_over_the_exposure_is_where_it_is_drawn(
    delays: list[dict[str, float]], camera: dict[str, float]
) -> None:
    stage = stage_with(delays, **camera)
    present_ns = 2 * NS_PER_S
    seen_m = np.mean([true_x_m(present_ns + later_ns) for later_ns in shutter_ns(stage, stage.cameras[0])])
    assert drawn_x_m(stage, present_ns) == pytest.approx(seen_m, abs=2e-4)


def test_two_frames_of_delay_that_are_not_stated_are_eighty_millimetres() -> None:
    told = stage_with([{"delay_frames": 2.0}, {"delay_frames": 2.0}])
    silent = stage_with([{}, {}])
    apart_m = drawn_x_m(told, 2 * NS_PER_S) - drawn_x_m(silent, 2 * NS_PER_S)
    assert apart_m == pytest.approx(0.0833, abs=5e-4)


def test_the_slowest_wall_decides() -> None:
    stage = stage_with([{"delay_ms": 10.0}, {"delay_frames": 1.0}], exposure_ms=8.0, exposure_phase_ms=-2.0)
    assert wall_delay_ns(stage) == round(NS_PER_S / 24)
    assert aim_ns(stage, stage.cameras[0]) == wall_delay_ns(stage) + 2_000_000
    assert aim_ns(stage, stage.cameras[0]) == pytest.approx(middle_ns(stage, stage.cameras[0]), abs=1000)
