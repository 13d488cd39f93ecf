"""Axes and signs that are wrong but plausible: what can be noticed of a pose is said; what is right is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.console.health.facing_rules import facing_faults
from stage.console.link.description import StageDescription, describe
from stage.files.loading import find_stage, load_stage
from stage.maths.pose import Vector, quaternion_from_pan_tilt_roll
from stage.walls.surface import surface_of


def described(name: str) -> StageDescription:
    path = find_stage(name)
    stage = load_stage(path)
    return describe(stage, {wall.name: surface_of(wall, Path(path).parent) for wall in stage.walls})


STAGES = ("two-walls", "volume", "mesh-wall")


@pytest.mark.parametrize("name", STAGES)
def test_a_camera_at_home_that_looks_about_is_not_doubted(name: str) -> None:
    stage = described(name)
    for camera in stage.cameras:
        for pan_deg in (-35.0, 0.0, 35.0):
            for tilt_deg in (-15.0, 0.0, 20.0):
                turn = quaternion_from_pan_tilt_roll(pan_deg, tilt_deg, 5.0)
                assert list(facing_faults(stage, camera.name, camera.home_m, turn)) == []


def told(place: Vector, pan_deg: float = 0.0, tilt_deg: float = 0.0, roll_deg: float = 0.0) -> str:
    stage = described("two-walls")
    turn = quaternion_from_pan_tilt_roll(pan_deg, tilt_deg, roll_deg)
    return " | ".join(facing_faults(stage, stage.cameras[0].name, place, turn))


def test_what_is_turned_or_swapped_is_named() -> None:
    x, y, z = described("two-walls").cameras[0].home_m
    assert told((x, y, z)) == ""
    assert "behind wall main" in told((x, -y, z))
    assert "sees no wall" in told((x, y, z), pan_deg=180.0)
    assert "on its side (rolled 90" in told((x, y, z), roll_deg=90.0)
    assert "upside down" in told((x, y, z), roll_deg=180.0)
    assert told((x, y, z), tilt_deg=-85.0, roll_deg=90.0).count("rolled") == 0
