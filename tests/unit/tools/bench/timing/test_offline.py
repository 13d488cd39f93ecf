"""The camera's error with senders of every habit, through the whole chain without a network."""

from __future__ import annotations

import math

import pytest

from stage.show.camera_track import CameraTrack
from tools.bench.timing.offline import CAMERA, SOURCE, timing_figures
from tools.bench.timing.rows import ROWS, Row
from tools.bench.timing.sender import plan
from tracking.source_track import SharedPort, SourceTrack

SEED = 500


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_habit_is_within_its_limit(row: Row) -> None:
    (figures,) = timing_figures([row], [SEED]).values()
    assert figures.good, figures


def test_arrivals_taken_as_they_come_would_not_do() -> None:
    for row in ROWS[1:6]:
        (figures,) = timing_figures([row], [SEED]).values()
        assert figures.limit_mm < figures.arrivals_mm


def test_the_sender_merges_all_rows_in_order_of_time() -> None:
    names, ports = [row.name for row in ROWS], list(range(len(ROWS)))
    sent = list(plan(names, ports, SEED, 1.0))
    assert [at_ns for at_ns, _, _ in sent] == sorted(at_ns for at_ns, _, _ in sent)
    for index, row in enumerate(ROWS):
        alone = list(row.stream(SOURCE, SEED + index, 1.0))
        assert [(at_ns, data) for at_ns, port, data in sent if port == index] == alone


def test_bursts_before_the_clock_is_known_do_not_spoil_what_comes_after() -> None:
    """The first bursts are dated by their arrival: several poses of a moving camera within microseconds."""
    row = next(row for row in ROWS if row.name.startswith("6 at once"))
    camera, worst_m = CameraTrack(CAMERA, SOURCE.rate_hz), 0.0
    port, motion = SharedPort([SourceTrack(SOURCE, (CAMERA,))]), row.motion(SEED)
    for at_ns, datagram in row.stream(SOURCE, SEED, 8.0):
        for sample in port.take(datagram, "10.0.0.1", at_ns):
            camera.observe(sample)
        present_ns = at_ns + 60_000_000
        state = camera.state_at(present_ns, at_ns)
        camera.drawn(state, at_ns)
        if at_ns > 3_000_000_000:
            true_m = motion.pose_at(present_ns / 1e9).position_m
            worst_m = max(worst_m, math.dist(state.position_m, true_m))
    assert worst_m < 0.1
