"""From points to an alignment: CSV files, the answer's words, still trackers, and the command on a stage file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from stage.alignment.answer import answer_of, moved, quaternion_of
from stage.alignment.marks import stage_markers
from stage.alignment.pair import Pair, named_place
from stage.alignment.still import still_point
from stage.alignment.told import as_text
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.maths.pose import Pose, Vector, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.messages.samples import LensState, TrackingSample
from stage.model.camera import Camera
from stage.model.sources.base import Alignment
from stage.model.sources.freed import FreedSource
from tests.unit.stage.library.test_stage_edit import saved
from tools.align.pairs import read_pairs
from tools.commands.camera.align import align_app

TRUE = Alignment(position_m=(0.4, -1.2, 0.1), pan_deg=30.0, tilt_deg=1.0, roll_deg=-2.0)
PLACES = ((-2, -3, 0), (2, -3.5, 0.2), (1.5, -0.5, 2.0), (-1.8, -0.4, 1.6), (0, -2, 1), (0.5, -3.8, 2.2))
HOME = (0.0, -3.5, 1.6)


def told_by(align: Alignment, stage_m: Vector) -> Vector:
    """What a perfect tracker says of a place, with that alignment."""
    inside = align.pose().inverse().transform(stage_m)
    x, y, z = (part / align.scale for part in inside)
    return (x, y, z)


def pairs(align: Alignment = TRUE, **wrong: float) -> list[Pair]:
    return [
        Pair(f"p{n}", told_by(align, (x + wrong.get(f"p{n}", 0.0), y, z)), (x, y, z))
        for n, (x, y, z) in enumerate(PLACES)
    ]


def test_the_alignment_is_found_and_a_mistake_is_named() -> None:
    answer = answer_of(pairs(p3=0.2), "x", HOME)
    assert answer.outliers == ("p3",)
    assert answer.align.position_m == pytest.approx(TRUE.position_m, abs=1e-6)
    assert (answer.align.pan_deg, answer.align.tilt_deg, answer.align.roll_deg) == pytest.approx(
        (30.0, 1.0, -2.0), abs=1e-5
    )
    assert {point.name: round(point.error_mm) for point in answer.points}["p3"] == 200
    text = as_text(answer, None, HOME)
    assert ["p3", "200.0", "not", "believed"] in [line.split() for line in text.splitlines()]
    assert "measure them again" in text


def test_units_mirrors_and_too_few_points_are_told() -> None:
    scaled = answer_of(pairs(TRUE.model_copy(update={"scale": 1.02})), "x", HOME)
    assert any("1.0200 m on the stage" in remark for remark in scaled.remarks)
    found = answer_of(pairs(TRUE.model_copy(update={"scale": 1.02})), "x", HOME, with_scale=True)
    assert found.align.scale == pytest.approx(1.02)
    assert found.remarks == ()
    mirror = [Pair(p.name, (p.tracker_m[0], -p.tracker_m[1], p.tracker_m[2]), p.stage_m) for p in pairs()]
    assert any("mirror image" in remark for remark in answer_of(mirror, "x", HOME).remarks)
    few = answer_of(pairs()[:3], "x", HOME)
    assert few.expected_mm is None or few.expected_mm < 1.0
    assert any("Measure six" in remark for remark in few.remarks)
    with pytest.raises(InputError, match="2 points"):
        answer_of(pairs()[:2], "x", HOME)
    with pytest.raises(InputError, match="0 points"):
        answer_of([], "x", HOME)


def test_what_moves_is_told() -> None:
    shift_mm, turn_deg = moved(None, Alignment(position_m=(0.03, 0.04, 0.0)), HOME)
    assert [shift_mm, turn_deg] == pytest.approx([50.0, 0.0])
    shift_mm, turn_deg = moved(TRUE, TRUE, HOME)
    assert [shift_mm, turn_deg] == pytest.approx([0.0, 0.0], abs=1e-5)
    shift_mm, _ = moved(None, Alignment(scale=1.1), (0.0, -2.0, 0.0))
    assert shift_mm == pytest.approx(200.0)
    _, turn_deg = moved(Alignment(pan_deg=10.0), Alignment(pan_deg=-15.0), HOME)
    assert turn_deg == pytest.approx(25.0)


@pytest.mark.parametrize("angles", [(0, 0, 0), (180, 0, 0), (179, 89, 10), (-90, 3, 177), (45, -60, -120)])
def test_a_matrix_and_its_quaternion(angles: tuple[float, float, float]) -> None:
    q = quaternion_from_pan_tilt_roll(*angles)
    assert abs(float(np.dot(quaternion_of(rotation_matrix(q)), q))) == pytest.approx(1.0, abs=1e-12)


CSV = """# on 3 May
name; tracker_x_mm; tracker_y_mm; tracker_z_mm; stage_x_m; stage_y_m; stage_z_m; marker
door; 1000; 2000; 3000; 1.0; 2.0; 3.0;
; -500; 0; 250; ; ; ; 2
"""


def test_csv_files_of_any_unit_and_separator_are_read(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(CSV)
    assert read_pairs(path, {2: (7.0, 8.0, 9.0)}) == [
        Pair("door", (1.0, 2.0, 3.0), (1.0, 2.0, 3.0)),
        Pair("marker 2", (-0.5, 0.0, 0.25), (7.0, 8.0, 9.0)),
    ]
    path.write_text(CSV.replace(";", ","))
    assert len(read_pairs(path, {2: (7.0, 8.0, 9.0)})) == 2


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("2000", "far"), "point 1: tracker_y_mm: 'far' is not a number"),
        (("2000", "nan"), "'nan' is not a number"),
        (("; 2\n", "; 77\n"), "point 2: marker: there is no marker '77'"),
        (("tracker_z_mm", "depth"), "tracker_z_m: is missing"),
        (("1.0; 2.0; 3.0;", "1.0; 2.0;"), "has 7 values for 8 columns"),
        ((CSV, "name\n"), "has no points"),
    ],
)
def test_what_is_wrong_in_a_csv_is_told(change: tuple[str, str], problem: str, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(CSV.replace(*change))
    with pytest.raises(InputError) as refused:
        read_pairs(path, {2: (7.0, 8.0, 9.0)})
    assert problem in str(refused.value)


def test_places_as_they_are_typed() -> None:
    marks = {12: (1.0, 2.0, 3.0)}
    assert named_place(["12"], marks) == ("marker 12", (1.0, 2.0, 3.0))
    assert named_place(["1,", "2.5", "-3"], marks)[1] == (1.0, 2.5, -3.0)
    for words in (["13"], ["1", "2"], ["a", "b", "c"], ["1", "2", "inf"]):
        with pytest.raises(InputError):
            named_place(words, marks)


def camera() -> Camera:
    rig = {"position_m": [0.1, 0.2, -0.1], "pan_deg": 5.0}
    lens = {"points": [{"focal_length_mm": 24.0, "entrance_pupil_m": 0.12}]}
    return Camera.model_validate({"name": "a", "source": "t", "sensor_mm": [24.0, 13.5], "rig": rig, "lens": lens})


def sample(body: Pose, align: Alignment) -> TrackingSample:
    """As tracking sends it for a body in the tracker's space."""
    x, y, z = (part * align.scale for part in body.position_m)
    pupil = align.pose() @ Pose((x, y, z), body.orientation) @ camera().rig.pose() @ Pose((0.0, 0.12, 0.0))
    lens = LensState(24.0, entrance_pupil_m=0.12)
    return TrackingSample(
        camera="a", source="t", number=0, captured_ns=0, received_ns=0,
        position_m=pupil.position_m, orientation=pupil.orientation, lens=lens, sender_counter=None,
    )  # fmt: skip


def test_rig_lens_and_alignment_are_undone_for_a_point_of_the_body() -> None:
    align = TRUE.model_copy(update={"scale": 1.01})
    body = Pose((1.0, 2.0, 0.5), quaternion_from_pan_tilt_roll(40.0, 10.0, 5.0))
    source = FreedSource(name="t", align=align)
    tip = (0.0, 0.3, -0.05)
    place, went_m = still_point([sample(body, align)] * 8, camera(), source, tip)
    assert place == pytest.approx(body.transform(tip), abs=1e-9)
    assert went_m < 1e-9


def test_a_tracker_that_moves_or_is_silent_is_refused() -> None:
    source = FreedSource(name="t")
    moving = [sample(Pose((n * 0.01, 0.0, 0.0)), Alignment()) for n in range(8)]
    with pytest.raises(InputError, match="moved 35 mm"):
        still_point(moving, camera(), source)
    with pytest.raises(InputError, match="sent 2 samples"):
        still_point(moving[:2], camera(), source)


def run(*words: object) -> str:
    result = CliRunner().invoke(align_app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def csv_of(folder: Path, rows: list[Pair]) -> Path:
    path = folder / "points.csv"
    lines = [",".join((p.name, *map(str, p.tracker_m), *map(str, p.stage_m))) for p in rows]
    head = "name,tracker_x_m,tracker_y_m,tracker_z_m,stage_x_m,stage_y_m,stage_z_m"
    path.write_text("\n".join((head, *lines)))
    return path


def test_points_are_previewed_saved_and_undone(tmp_path: Path) -> None:
    path, points = saved(tmp_path), csv_of(tmp_path, pairs(p1=0.2))
    before = path.read_text()
    told = json.loads(run("points", path, "a", "--pairs", points, "--json"))
    assert told["outliers"] == ["p1"]
    assert told["moves_mm"] > 100.0
    assert path.read_text() == before, "a preview writes nothing"
    assert "saved into" in run("points", path, "a", "--pairs", points, "--save")
    align = load_stage(path).sources[0].align
    assert align is not None
    assert align.position_m == pytest.approx(TRUE.position_m, abs=1e-5)
    again = json.loads(run("points", path, "a", "--pairs", points, "--json"))
    assert again["moves_mm"] < 0.1, "the points are in the tracker's own space, whatever the file's alignment"
    run("undo", path)
    assert path.read_text() == before


def test_unknown_cameras_and_markers(tmp_path: Path) -> None:
    path = saved(tmp_path)
    with pytest.raises(InputError, match="there is no camera 'z'"):
        run("points", path, "z", "--pairs", csv_of(tmp_path, pairs()))
    places: dict[str, Any] = json.loads(run("markers", path, "--json"))
    assert {int(number): tuple(at) for number, at in places.items()} == stage_markers(load_stage(path), tmp_path)
    assert all(math.isclose(at[1], 0.0, abs_tol=1e-9) for at in places.values()), "on the wall"
