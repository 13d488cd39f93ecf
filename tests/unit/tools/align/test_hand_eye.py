"""The rig from pictures: filmed walls and a known mounting give that mounting back; poor motions are refused."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from stage.errors import InputError
from stage.files.loading import load_stage
from stage.maths.pose import Pose, Vector, pan_tilt_roll_from_quaternion, quaternion_from_pan_tilt_roll
from stage.model.stagefile import Stage
from tests.filmed import PHONE, PHONE_PX, PHONE_SENSOR_MM, PLACES, photograph, stage_document
from tools.align.hand_eye import HandEye, check_motions, hand_eye
from tools.align.views import HEADER, View, pose_row
from tools.cli import app

RIG = Pose((0.05, 0.11, -0.14), quaternion_from_pan_tilt_roll(2.0, -1.5, 0.7))
"""The pupil on the tracked body."""
SPACE = Pose((0.6, -1.1, 0.05), quaternion_from_pan_tilt_roll(25.0, 0.4, -0.6))
"""The tracker's space on the stage."""


def body_at(pupil: Pose) -> Pose:
    return SPACE.inverse() @ pupil @ RIG.inverse()


def apart(a: Pose, b: Pose) -> tuple[float, float]:
    """Millimetres and degrees."""
    cosine = abs(sum(x * y for x, y in zip(a.orientation, b.orientation, strict=True)))
    return math.dist(a.position_m, b.position_m) * 1000.0, math.degrees(2.0 * math.acos(min(1.0, cosine)))


def views(angles: list[Vector], noise: float = 0.0, seed: int = 1) -> list[View]:
    """Points of a wall and a side wall, seen from a pupil that is turned by `angles` and moved a little."""
    chance = np.random.default_rng(seed)
    points = np.array(
        [(x, 0.0, z) for x in np.linspace(-2, 2, 6) for z in (0.5, 1.2, 2.4)] + [(2.2, -1.0, z) for z in (1.0, 2.0)]
    )
    found = []
    for number, (pan, tilt, roll) in enumerate(angles):
        place = (0.4 * math.sin(number), -4.0 + 0.3 * math.cos(2.0 * number), 1.5 + 0.1 * (number % 3))
        pupil = Pose(place, quaternion_from_pan_tilt_roll(pan, tilt, roll))
        local = np.array([pupil.inverse().transform((x, y, z)) for x, y, z in points.tolist()])
        slopes = np.stack([local[:, 0], -local[:, 2]], axis=-1) / local[:, 1:2]
        slopes += chance.normal(0.0, noise, slopes.shape)
        found.append(View(f"v{number}", body_at(pupil), points, slopes))
    return found


TURNS: list[Vector] = [
    (0, 0, 0),
    (15, 3, 0),
    (-12, -4, 5),
    (5, 8, -20),
    (-6, 2, 25),
    (10, -6, 10),
    (-14, 5, -8),
    (2, -2, 40),
]


def test_without_noise_both_poses_are_found_exactly() -> None:
    found = hand_eye(views(TURNS), "x")
    assert apart(found.body_from_pupil, RIG) == pytest.approx((0.0, 0.0), abs=1e-2)
    assert apart(found.stage_from_space, SPACE) == pytest.approx((0.0, 0.0), abs=1e-2)
    assert found.rms_per_mille < 1e-4


def test_the_deviation_that_is_told_is_about_the_error() -> None:
    off, told = [], []
    for seed in range(12):
        found: HandEye = hand_eye(views(TURNS, noise=3e-4, seed=seed), "x")
        off.append(apart(found.body_from_pupil, RIG)[0])
        told.append(found.rig_mm)
    assert 0.4 * np.mean(told) < np.sqrt(np.mean(np.square(off))) < 3.0 * np.mean(told)


@pytest.mark.parametrize(
    ("angles", "reason"),
    [
        ([(0, 0, 0), (1, 0, 0), (2, 1, 0), (0, 1, 1)], "hardly turned"),
        ([(0, 0, 0), (15, 0, 0), (-20, 0, 0), (30, 0, 0)], "about one axis only"),
        ([(0, 0, 0), (15, 4, 0)], "2 pictures"),
    ],
)
def test_motions_that_leave_something_unknown_are_refused_in_words(angles: list[Vector], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        hand_eye(views(angles), "pictures")


def test_a_tilted_space_does_not_hide_a_pan_from_the_check() -> None:
    bodies = [Pose((0.0, 0.0, 0.0), (SPACE @ Pose((0, 0, 0), quaternion_from_pan_tilt_roll(pan, 0, 0))).orientation)
              for pan in (0.0, 20.0, -25.0, 40.0)]  # fmt: skip
    with pytest.raises(InputError, match="about one axis only"):
        check_motions(bodies, "x")


def stage_with_camera(folder: Path) -> Path:
    document = stage_document()
    walls = ",\n".join(inline(wall) for wall in document["walls"])
    outputs = ",\n".join(inline(output) for output in document["outputs"])
    path = folder / "stage.toml"
    path.write_text(f"""schema = "stage/1"
name = "filmed"
scene = "boxes"
stage_eye_m = [0.4, -2.4, 1.35]
walls = [{walls}]
outputs = [{outputs}]

[[sources]]
name = "t"  # the mocap

[[cameras]]
name = "a"
source = "t"
sensor_mm = [{PHONE_SENSOR_MM[0]}, {PHONE_SENSOR_MM[1]}]
image_px = [{PHONE_PX[0]}, {PHONE_PX[1]}]
lens = {{ points = [{{ focal_length_mm = 5.0, entrance_pupil_m = 0.02, radial = [{PHONE.radial[0]}] }}] }}
""")
    return path


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_filmed_walls_give_rig_and_alignment_and_they_are_saved(tmp_path: Path) -> None:
    path = stage_with_camera(tmp_path)
    folder = tmp_path / "pictures"
    folder.mkdir()
    stage = Stage.model_validate(stage_document())
    photograph(stage, stage, folder)
    rows = []
    for number, (place, (pan, tilt, roll)) in enumerate(PLACES):
        body = body_at(Pose(place, quaternion_from_pan_tilt_roll(pan, tilt, roll)))
        rows.append(pose_row(f"photo-{number}.png", body.position_m, pan_tilt_roll_from_quaternion(body.orientation)))
    (folder / "poses.csv").write_text("\n".join((",".join(HEADER), *rows)))
    result = CliRunner().invoke(app, ["align", "rig", str(path), "a", str(folder), "--save"])
    assert result.exit_code == 0, (result.output, result.exception)
    assert "rig known to" in result.output
    saved = load_stage(path)
    sensor_on_body = saved.cameras[0].rig.pose()
    mm, deg = apart(sensor_on_body @ Pose((0.0, 0.02, 0.0)), RIG)
    assert (mm < 2.0, deg < 0.05) == (True, True), (mm, deg)
    align = saved.sources[0].align
    assert align is not None
    mm, deg = apart(align.pose(), SPACE)
    assert (mm < 3.0, deg < 0.05) == (True, True), (mm, deg)
    assert "# the mocap" in path.read_text()


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    path = stage_with_camera(tmp_path)
    result = CliRunner().invoke(app, ["align", "rig", str(path), "a", str(tmp_path)])
    assert isinstance(result.exception, InputError)
    assert "poses.csv: cannot be read" in str(result.exception)
