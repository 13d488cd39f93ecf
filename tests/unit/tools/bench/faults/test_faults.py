"""Faults of trackers: the wall stays calm, the alert is the right one. A few here; all with `make test-slow`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.bench.faults.device import RATE_HZ, SPECIES, Device, Sent, moved
from tools.bench.faults.faults import FAULTS, Wrong
from tools.bench.faults.run import outcome
from tools.bench.faults.table import MOST_DEG, printed, rows

BY_NAME = {wrong.name: wrong for wrong in FAULTS}
QUICK = (
    ("clean", "freed"),
    ("whip pans", "osc"),
    ("spikes of 300 mm", "psn"),
    ("frozen", "opentrackio"),
    ("silent for 2 s", "freed"),
    ("origin jumps 0.5 m", "osc"),
    ("another id", "freed"),
    ("two senders", "opentrackio"),
    ("no position", "psn"),
)


@pytest.mark.parametrize(("fault", "species"), QUICK)
def test_the_wall_stays_calm_and_the_right_alert_is_raised(fault: str, species: str) -> None:
    (row,) = rows([BY_NAME[fault]], [species])
    assert row.faults == [], row


@pytest.mark.slow
@pytest.mark.parametrize("wrong", FAULTS, ids=lambda wrong: wrong.name)
def test_every_fault_of_every_protocol(wrong: Wrong) -> None:
    assert [(row.species, row.faults) for row in rows([wrong]) if row.faults] == []


def test_every_protocol_that_can_be_sent_is_in_the_table() -> None:
    from tools.sim.wire.table import WIRES

    assert {name.partition(",")[0] for name in SPECIES} == set(WIRES)


def test_a_turn_away_from_where_the_camera_looks_is_seen_and_a_turn_back_is_none() -> None:
    """The figure sees what it is about: half the pans lead away, none of a silence does though the view turns back."""

    def away(device: Device) -> Iterator[Sent]:
        for index in device.moments():
            pose = device.pose(index)
            yield device.packet(index, moved(pose, pan_deg=20.0) if index > 4.5 * RATE_HZ else pose)

    assert outcome(Wrong("turned", away), "freed").turn_deg > MOST_DEG
    assert outcome(BY_NAME["silent for 2 s"], "freed").turn_deg < MOST_DEG


def test_without_the_easing_the_wall_jumps() -> None:
    """The figure sees what it is about."""
    snapped = outcome(BY_NAME["origin jumps 0.5 m"], "freed", on_return="snap")
    assert snapped.step_px > 100.0
    (row,) = rows([BY_NAME["origin jumps 0.5 m"]], ["freed"])
    assert f"{row.came.step_px:.2f} px" in "\n".join(printed([row]))
