"""What a bad frame is put down to: the conductor, the clock, a queue, the network, or the forecast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stage.maths.pose import Vector
from stage.messages.frames import CameraState, Frame
from stage.messages.samples import TrackingSample
from stage.units import NS_PER_MS
from tests.unit.stage.console.world import CAMERA, frame
from tools.bench.timing.worst import worst_because

TICK_NS = 10**9
SPEED_M_S = 1.0


def path(at_ns: int) -> Vector:
    return (SPEED_M_S * at_ns / 1e9, 0.0, 0.0)


def sample(number: int, captured_ms: float, came_ms: float, off_m: float = 0.0) -> TrackingSample:
    """So many milliseconds after the tick."""
    captured_ns, received_ns = (TICK_NS + round(ms * NS_PER_MS) for ms in (captured_ms, came_ms))
    place = (path(captured_ns)[0] + off_m, 0.0, 0.0)
    return TrackingSample(
        camera="c", source="s", number=number, captured_ns=captured_ns, received_ns=received_ns, position_m=place,
        orientation=(1.0, 0.0, 0.0, 0.0), lens=CAMERA.lens, sender_counter=None,
    )  # fmt: skip


def decided(used: TrackingSample, late_ms: float = 0.0) -> tuple[Frame, CameraState]:
    at_ns = TICK_NS + round(late_ms * NS_PER_MS)
    state = replace(CAMERA, captured_ns=used.captured_ns, received_ns=used.received_ns, sample_number=used.number)
    return replace(frame(0), decided_ns=at_ns, present_ns=TICK_NS + 42 * NS_PER_MS), replace(
        state, position_m=(path(TICK_NS + 42 * NS_PER_MS)[0] + 0.05, 0.0, 0.0)
    )


USUAL = [decided(sample(0, -15.0, -10.0)) for _ in range(9)]


@pytest.mark.parametrize(
    ("used", "late_ms", "others", "told"),
    [
        (sample(7, -15.0, -10.0), 9.0, [], "the conductor was 9 ms late"),
        (sample(7, -15.0, -10.0), 0.0, [sample(8, -10.0, -5.0)], "packets waited for the tracking process: 5 ms"),
        (sample(7, -90.0, -85.0), 0.0, [], "no packet had come: the newest was 90 ms old, usually 15"),
        (sample(7, -15.0, -10.0), 0.0, [sample(8, 1.0, 2.0)], "the forecast: the newest packet was 15 ms old"),
        (sample(7, -15.0, -10.0, off_m=0.04), 9.0, [], "the clock: the newest packet was dated 5 ms before it came"),
    ],
)
def test_a_bad_frame_has_one_cause(
    used: TrackingSample, late_ms: float, others: list[TrackingSample], told: str
) -> None:
    judged = [*USUAL, decided(used, late_ms)]
    assert worst_because(judged, len(judged) - 1, [used, *others], TICK_NS, path).startswith(told)
