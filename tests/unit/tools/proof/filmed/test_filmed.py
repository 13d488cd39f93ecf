"""Photographs of walls that are not as the stage file says: each thing is named, with its size."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from stage.errors import InputError
from stage.model.stagefile import Stage
from stage.walls.markers import CELLS, MOST, marker_layout, place_on
from stage.walls.surface import surface_of
from tests.filmed import photograph, stage_document
from tools.cli import app
from tools.proof.filmed.pictures import seen_in
from tools.proof.filmed.report import FilmedReport, filmed_report

Edit = Callable[[dict[str, Any]], None]
FILE = stage_document()


def report_of(edit: Edit, folder: Path, document: dict[str, Any] = FILE, pictures: int = 8) -> FilmedReport:
    """What photographs of the stage as edited say against the stage file."""
    real = copy.deepcopy(document)
    edit(real)
    stage = Stage.model_validate(document)
    photograph(stage, Stage.model_validate(real), folder, pictures)
    surfaces = {wall.name: surface_of(wall, folder) for wall in stage.walls}
    return filmed_report(stage, surfaces, folder, folder)


def told(report: FilmedReport) -> dict[str, Any]:
    return {f"{one.name}: {one.what.split('(')[0].strip()}": (one.unit, one.amount) for one in report.disagreements}


def test_walls_as_the_file_says_are_good(tmp_path: Path) -> None:
    report = report_of(lambda real: None, tmp_path, pictures=5)
    assert report.good
    assert report.pictures == 5
    assert report.rms_px < 0.5
    assert report.unseen == ()


def test_a_wall_that_was_moved_is_named_with_its_place(tmp_path: Path) -> None:
    report = report_of(lambda real: real["walls"][1].update(position_m=[2.412, -0.847384, 0.25]), tmp_path)
    (one,) = report.disagreements
    assert (one.name, one.unit) == ("side", "mm")
    assert one.amount == pytest.approx(20.0, rel=0.1)
    assert "position_m = [2.41" in one.remedy


def test_swapped_and_turned_tiles_are_named(tmp_path: Path) -> None:
    def wrongly_wired(real: dict[str, Any]) -> None:
        tiles = real["outputs"][0]["tiles"]
        tiles[0]["tile"], tiles[1]["tile"] = tiles[1]["tile"], tiles[0]["tile"]
        tiles[5]["rotation_deg"] = 180
        real["outputs"][1]["tiles"][0]["rotation_deg"] = 180

    assert set(told(report_of(wrongly_wired, tmp_path, pictures=5))) == {
        "main/c0r0: is shown at the place of main/c1r0",
        "main/c1r0: is shown at the place of main/c0r0",
        "main/c1r1: is shown at its own place, turned 180 degrees clockwise",
        "side/all: is shown at its own place, turned 180 degrees clockwise",
    }


@pytest.mark.slow
def test_a_turned_wall_and_another_pitch_are_measured(tmp_path: Path) -> None:
    (tmp_path / "turned").mkdir()
    (tmp_path / "pitch").mkdir()
    turned = told(report_of(lambda real: real["walls"][1].update(pan_deg=-59.5), tmp_path / "turned"))
    assert turned == {"side: is turned": ("degrees", pytest.approx(0.5, rel=0.1))}
    pitch = report_of(lambda real: real["walls"][1]["cabinets"].update(pitch_mm=4.02), tmp_path / "pitch")
    assert told(pitch) == {
        "side: pitch across differs": ("%", pytest.approx(0.5, rel=0.1)),
        "side: pitch down differs": ("%", pytest.approx(0.5, rel=0.1)),
    }


@pytest.mark.slow
def test_an_arc_of_another_radius_is_measured(tmp_path: Path) -> None:
    arc = {"name": "arc", "kind": "arc", "position_m": [0.0, 1.0, 0.2], "radius_m": 4.0,
           "cabinets": {"columns": 10, "rows": 4, "size_px": [125, 125], "pitch_mm": 4.0}}  # fmt: skip
    outputs = [{"name": "arc", "size_px": [1250, 500], "tiles": [{"tile": "arc/all"}]}]
    document = stage_document(walls=[arc], outputs=outputs)
    found = told(report_of(lambda real: real["walls"][0].update(radius_m=4.04), tmp_path, document))
    assert found == {"arc: radius differs": ("%", pytest.approx(1.0, rel=0.1))}


def test_the_command_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    real = copy.deepcopy(FILE)
    real["outputs"][1]["tiles"][0]["rotation_deg"] = 180
    photograph(Stage.model_validate(FILE), Stage.model_validate(real), tmp_path / "film", 3)
    (tmp_path / "stage.toml").write_text(as_toml(FILE))
    ran = CliRunner().invoke(app, ["check", str(tmp_path / "stage.toml"), "--filmed", str(tmp_path / "film")])
    assert ran.exit_code == 1, ran.output
    assert "side/all" in ran.output
    assert "NOT GOOD" in ran.output


def as_toml(document: dict[str, Any]) -> str:
    """The document as TOML, with inline tables."""

    def value(of: Any) -> str:
        if isinstance(of, dict):
            return "{ " + ", ".join(f"{key} = {value(each)}" for key, each in of.items()) + " }"
        if isinstance(of, list):
            return "[" + ", ".join(map(value, of)) + "]"
        return json.dumps(of)

    return "\n".join(f"{key} = {value(each)}" for key, each in document.items())


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("nothing", None, "is not there"),
        ("broken.png", b"\x89PNG no picture", "is not a picture"),
        ("broken.mp4", b"no video", "is not a video"),
        ("empty.png", b"", "is not a picture"),
    ],
)
def test_bad_pictures_are_named(tmp_path: Path, name: str, data: bytes | None, problem: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=problem):
        seen_in(tmp_path / name, lambda text: None)


def test_an_empty_folder_and_pictures_of_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no picture"):
        seen_in(tmp_path, lambda text: None)
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((200, 300, 3), 90, np.uint8))
    with pytest.raises(InputError, match="no picture shows the chart"):
        seen_in(tmp_path, lambda text: None)


def test_markers_are_different_within_their_tiles_and_never_too_many() -> None:
    cabinets = {"columns": 200, "rows": 40, "size_px": [176, 176], "pitch_mm": 2.8}
    huge = {"name": "huge", "kind": "flat", "cabinets": cabinets, "tile_grid": {"columns": 20, "rows": 10}}
    stage = Stage.model_validate(stage_document(walls=[*FILE["walls"], huge]))
    markers = marker_layout(stage.walls)
    assert len({marker.number for marker in markers}) == len(markers) <= MOST
    assert {marker.wall for marker in markers} == {"main", "side", "huge"}
    for marker in markers:
        assert marker.side_px % CELLS == 0
        assert marker.corners_px().min() >= 0


def test_a_place_on_a_wall_is_where_its_triangles_are() -> None:
    stage = Stage.model_validate(FILE)
    surface = surface_of(stage.walls[0], Path())
    found = place_on(surface, np.array([[0.0, 0.0], [960.0, 540.0], [480.0, 540.0]]))
    assert found == pytest.approx(np.array([[-1.92, 0.0, 2.41], [1.92, 0.0, 0.25], [0.0, 0.0, 0.25]]), abs=1e-9)
