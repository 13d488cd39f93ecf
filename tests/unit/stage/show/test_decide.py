"""The frame decision: complete, predicted, never stopped by a source."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Vector
from stage.messages.frames import CameraState, Frame
from stage.messages.samples import LensState, TrackingSample, Validity
from stage.model.stagefile import Stage
from stage.show.decide import Conductor
from stage.units import NS_PER_S
from tests.looks import a_look

MS = 1_000_000


def stage_with(*cameras: str, frame_rate: str = "24", rate_hz: float = 100.0) -> Stage:
    return Stage.model_validate(
        {
            "schema": "stage/1",
            "name": "test",
            "frame_rate": frame_rate,
            "scene": "boxes",
            "timing": {"outer_every_frames": 12},
            "walls": [
                {
                    "kind": "flat",
                    "name": "main",
                    "cabinets": {"columns": 1, "rows": 1, "size_px": [64, 36], "pitch_mm": 10},
                }
            ],
            "outputs": [{"name": "out", "size_px": [64, 36], "tiles": [{"tile": "main/all"}]}],
            "sources": [{"name": f"tracker-{name}", "rate_hz": rate_hz, "port": 0} for name in cameras],
            "cameras": [
                {
                    "name": name,
                    "source": f"tracker-{name}",
                    "sensor_mm": [24, 13.5],
                    "home": {"position_m": [1, -3, 1.5]},
                    "lens": {"points": [{"focal_length_mm": 35, "entrance_pupil_m": 0.1}]},
                }
                for name in cameras
            ],
        }
    )


def sample(number: int, captured_ns: int, position_m: Vector = (0.0, -3.0, 1.6), camera: str = "A") -> TrackingSample:
    return TrackingSample(
        camera=camera,
        source=f"tracker-{camera}",
        number=number,
        captured_ns=captured_ns,
        received_ns=captured_ns + MS,
        position_m=position_m,
        orientation=(1.0, 0.0, 0.0, 0.0),
        lens=LensState(50.0),
        sender_counter=number,
    )


def conductor_of(stage: Stage) -> Conductor:
    return Conductor(stage, a_look())


def only_camera(frame: Frame) -> CameraState:
    return frame.cameras[0]


def test_before_the_first_sample_the_camera_stands_at_home_with_its_pupil_ahead_of_the_sensor() -> None:
    state = only_camera(conductor_of(stage_with("A")).decide(1, 2 * NS_PER_S, NS_PER_S))
    assert state.validity is Validity.LOST
    assert state.position_m == pytest.approx((1.0, -2.9, 1.5))
    assert state.lens.focal_length_mm == 35
    assert state.sample_number is None


def test_a_moving_camera_is_predicted_to_the_present_time() -> None:
    conductor = conductor_of(stage_with("A"))
    for n in range(100):
        conductor.observe(sample(n, n * 10 * MS, (0.5 * n * 0.01, -3.0, 1.6)))
    state = only_camera(conductor.decide(1, 990 * MS + 42 * MS, 995 * MS))
    assert state.position_m[0] == pytest.approx(0.5 * 1.032, abs=5e-4)
    assert state.horizon_ns == 42 * MS
    assert state.sample_number == 99
    assert state.validity is Validity.LIVE


@pytest.mark.parametrize(
    ("silent_ms", "validity"),
    [(29, Validity.LIVE), (31, Validity.STALE), (999, Validity.STALE), (1001, Validity.LOST)],
)
def test_a_silent_source_is_held_and_flagged(silent_ms: int, validity: Validity) -> None:
    conductor = conductor_of(stage_with("A"))
    for n in range(50):
        conductor.observe(sample(n, n * 10 * MS))
    now_ns = 490 * MS + MS + silent_ms * MS
    state = only_camera(conductor.decide(1, now_ns + 40 * MS, now_ns))
    assert state.validity is validity
    assert state.position_m == pytest.approx((0.0, -3.0, 1.6), abs=1e-6)


def test_cameras_stand_in_order_of_priority_and_do_not_mix() -> None:
    conductor = conductor_of(stage_with("A", "B"))
    conductor.observe(sample(0, 10 * MS, (2.0, 0.0, 1.0), "B"))
    first, second = conductor.decide(1, 20 * MS, 20 * MS).cameras
    assert (first.name, second.name) == ("A", "B")
    assert first.sample_number is None
    assert second.position_m == pytest.approx((2.0, 0.0, 1.0))


def test_a_sample_out_of_order_or_of_a_strange_camera_changes_nothing() -> None:
    conductor = conductor_of(stage_with("A"))
    conductor.observe(sample(5, 50 * MS))
    before = conductor.decide(1, 60 * MS, 55 * MS)
    conductor.observe(sample(4, 40 * MS, (9.0, 9.0, 9.0)))
    conductor.observe(replace(sample(6, 60 * MS, (9.0, 9.0, 9.0)), camera="Z"))
    assert conductor.decide(1, 60 * MS, 55 * MS) == before


def test_the_outer_view_is_timed_by_the_record_alone() -> None:
    conductor = conductor_of(stage_with("A", frame_rate="24000/1001"))
    clock = FrameClock(Fraction(24000, 1001))
    frame = conductor.decide(1_000_003, clock.present_ns(1_000_003), 0)
    assert frame.outer_number == 999_996
    assert frame.outer_scene_time_s == pytest.approx(999_996 * 1001 / 24000, abs=1e-6)
    assert frame.scene_time_s == pytest.approx(1_000_003 * 1001 / 24000, abs=1e-6)


def test_the_same_samples_make_the_same_frame() -> None:
    frames = []
    for _ in range(2):
        conductor = conductor_of(stage_with("A"))
        for n in range(30):
            conductor.observe(sample(n, n * 10 * MS, (0.01 * n * n, -3.0, 1.6)))
        frames.append(conductor.decide(7, 330 * MS, 300 * MS))
    assert frames[0] == frames[1]
