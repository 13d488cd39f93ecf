"""How well a camera was predicted is told by the samples that come afterwards, and what misses more is not used."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from stage.files.loading import find_stage, load_stage
from stage.maths.pose import IDENTITY, Quaternion, Vector, quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraForecast
from stage.messages.samples import LensState, TrackingSample
from stage.model.look import Look
from stage.show.aim import aim_ns
from stage.show.decide import Conductor
from stage.show.forecast_watch import KEPT, ForecastWatch
from stage.units import NS_PER_MS, NS_PER_S

STAGE = load_stage(find_stage("two-walls"))
STEP_NS = NS_PER_S // 24
Pose = tuple[Vector, Quaternion]


def sample(at_ns: int, pose: Pose, camera: str = "a") -> TrackingSample:
    return TrackingSample(
        camera=camera, source="t", number=1, captured_ns=at_ns, received_ns=at_ns, position_m=pose[0],
        orientation=pose[1], lens=LensState(35.0), sender_counter=None,
    )  # fmt: skip


def along(t_s: float) -> Pose:
    return (0.5 * t_s, 0.0, 1.5), quaternion_from_pan_tilt_roll(20.0 * t_s, 0.0, 0.0)


def watched(
    foretold: Callable[[float], tuple[Pose, Pose, Pose]], seconds: float = 3.0, watch: ForecastWatch | None = None
) -> ForecastWatch:
    """A watch that was told of frames 50 ms ahead, and then of the samples, which move `along`."""
    watch = watch or ForecastWatch("a")
    for tick in range(round(24 * seconds)):
        now_ns = tick * STEP_NS
        watch.observe(sample(now_ns, along(now_ns / NS_PER_S)))
        filmed_ns = now_ns + 50 * NS_PER_MS
        watch.foretold(filmed_ns, foretold(filmed_ns / NS_PER_S), 50 * NS_PER_MS)
    return watch


def held(t_s: float) -> Pose:
    return along(t_s - 0.05)


def wrong(t_s: float) -> Pose:
    return (9.0, 0.0, 0.0), quaternion_from_pan_tilt_roll(90.0, 0.0, 0.0)


def report(watch: ForecastWatch) -> CameraForecast:
    told = watch.report(100 * NS_PER_S)
    assert told is not None
    return told


def test_what_was_missed_is_told_beside_what_holding_would_have_missed() -> None:
    told = report(watched(lambda t_s: (along(t_s), along(t_s), held(t_s))))
    assert (told.camera, told.position, told.rotation) == ("a", "blended", "blended")
    assert told.missed_mm == pytest.approx(0.0, abs=0.05)
    assert told.held_mm == pytest.approx(25.0, abs=0.05), "half a metre a second for 50 ms"
    assert told.missed_deg == pytest.approx(0.0, abs=0.01)
    assert told.held_deg == pytest.approx(1.0, abs=0.01)
    assert told.horizon_ms == pytest.approx(50.0)
    assert told.frames > 60


@pytest.mark.parametrize(
    ("foretold", "method"),
    [
        (lambda t_s: (wrong(t_s), along(t_s), held(t_s)), 1),
        (lambda t_s: (wrong(t_s), wrong(t_s), held(t_s)), 2),
        (lambda t_s: (along(t_s), wrong(t_s), held(t_s)), 0),
        (lambda t_s: (held(t_s), along(t_s), held(t_s)), 1),
    ],
)
def test_the_first_method_that_no_other_beats_is_used(
    foretold: Callable[[float], tuple[Pose, Pose, Pose]], method: int
) -> None:
    assert watched(foretold).methods == (method, method)


def test_position_and_rotation_step_back_apart() -> None:
    def foretold(t_s: float) -> tuple[Pose, Pose, Pose]:
        return (along(t_s)[0], wrong(t_s)[1]), (wrong(t_s)[0], along(t_s)[1]), held(t_s)

    assert watched(foretold).methods == (0, 1)


def test_a_method_that_does_well_again_is_used_again() -> None:
    watch = watched(
        lambda t_s: (wrong(t_s), along(t_s), held(t_s)) if t_s < 2.0 else (along(t_s),) * 2 + (held(t_s),), 2.5
    )
    assert watch.methods == (1, 1)
    later = watched(lambda t_s: (wrong(t_s) if t_s < 0.5 else along(t_s), held(t_s), held(t_s)), 2.2)
    assert later.methods == (0, 0)


def test_a_camera_that_stands_is_not_told_apart_by_its_noise() -> None:
    def noisy(t_s: float, size_m: float) -> Pose:
        (x, y, z), turn = along(t_s)
        return (x + size_m * math.sin(977.0 * t_s), y, z), turn

    assert watched(lambda t_s: (noisy(t_s, 2e-5), along(t_s), held(t_s))).methods == (0, 0)


def test_nothing_is_concluded_across_gaps_or_kept_for_ever() -> None:
    watch = ForecastWatch("a")
    for number in range(10 * KEPT):
        watch.foretold(number * STEP_NS, (along(0.0), along(0.0), along(0.0)), NS_PER_MS)
    watch.observe(sample(0, along(0.0)))
    watch.observe(sample(20 * KEPT * STEP_NS, along(0.0)))
    assert watch.report(100 * NS_PER_S) is None
    assert watch.methods == (0, 0)


def test_a_live_conductor_tells_of_every_camera_once_a_second() -> None:
    conductor, camera = Conductor(STAGE, Look()), STAGE.cameras[0]
    told: list[tuple[int, CameraForecast]] = []
    for tick in range(24 * 6):
        now_ns = tick * STEP_NS
        for third in range(3):
            at_ns = now_ns - (2 - third) * STEP_NS // 3
            pose = (0.3 * math.sin(2.0 * at_ns / NS_PER_S), -2.0, 1.5), IDENTITY
            if at_ns >= 0:
                conductor.observe(sample(at_ns, pose, camera.name))
        frame = conductor.decide(tick + 1, now_ns + STEP_NS, now_ns)
        told += [(tick, each) for each in conductor.drawn(frame, now_ns) if isinstance(each, CameraForecast)]
    assert 4 <= len(told) <= 7
    last = told[-1][1]
    assert last.camera == camera.name
    assert last.missed_mm < 0.2 * last.held_mm
    assert last.position == "blended"


def test_a_wild_start_does_not_count_against_prediction() -> None:
    """Poses that waited somewhere and come at once, before anything is known, look like a speed that nobody has."""
    conductor, camera = Conductor(STAGE, Look()), STAGE.cameras[0]

    def pose(t_s: float) -> Pose:
        return (0.5 * math.sin(1.5 * t_s), -2.0, 1.5), IDENTITY

    stale = [(k * 4 * NS_PER_MS, pose(-0.6 + 0.05 * k)) for k in range(12)]
    steady = [(50 * NS_PER_MS + k * NS_PER_S // 60, pose(0.05 + k / 60)) for k in range(120)]
    waiting, told = stale + steady, []
    for tick in range(1, 48):
        now_ns = tick * STEP_NS
        while waiting and waiting[0][0] <= now_ns:
            conductor.observe(sample(*waiting.pop(0), camera.name))
        frame = conductor.decide(tick, now_ns + STEP_NS, now_ns)
        told += [each for each in conductor.drawn(frame, now_ns) if isinstance(each, CameraForecast)]
        if now_ns > NS_PER_S // 2:
            shown, true = frame.cameras[0].position_m, pose((frame.present_ns + aim_ns(STAGE, camera)) / NS_PER_S)[0]
            assert math.dist(shown, true) < 0.004, tick
    assert told
    assert all(each.position != "held" for each in told)
