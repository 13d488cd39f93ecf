"""What a calibration's files ask for, by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stage.calibration.wall_calibration import calibration_of
from stage.files.finding import Severity
from stage.files.passport import Fate, Passport
from stage.lint.lint import lint_file
from stage.model.wall import FlatWall

CABINETS = {"columns": 1, "rows": 1, "size_px": [64, 64], "pitch_mm": 2.0}
ROWS = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
CUBE = f"LUT_3D_SIZE 2\n{ROWS}\n"
RESULT = {"target_gamut": "P3-D65", "target_to_screen_matrix": np.eye(3).tolist(), "target_max_lum_nits": 1500}


def passport_of(folder: Path, file: str, text: str, key: str) -> Passport:
    (folder / file).write_text(text)
    made = {"name": "main", "kind": "flat", "cabinets": CABINETS, "peak_nits": 1500, "calibration": {key: file}}
    return calibration_of(FlatWall.model_validate(made), folder).passport


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("LUT_IN_VIDEO_RANGE\n" + CUBE, "LUT_IN_VIDEO_RANGE"),
        ("LUT_OUT_VIDEO_RANGE\n" + CUBE, "LUT_OUT_VIDEO_RANGE"),
        (CUBE.replace("1 1 1", "1 1 1.5"), "values of 0 to 1.5"),
        ("DOMAIN_MIN 0.1 0.1 0.1\n" + CUBE, "a domain of 0.1 to 1"),
        ("DOMAIN_MAX 0.5 0.5 0.5\n" + CUBE, "a domain of 0 to 0.5"),
    ],
)
def test_what_a_cube_asks_and_does_not_get(tmp_path: Path, text: str, asks: str) -> None:
    found = [entry for entry in passport_of(tmp_path, "w.cube", text, "lut_3d") if entry.fate is not Fate.DRAWN]
    assert [entry.asks for entry in found] == [asks]
    assert found[0].remedy


def test_a_plain_cube_is_drawn_and_says_its_size(tmp_path: Path) -> None:
    (entry,) = passport_of(tmp_path, "w.cube", CUBE, "lut_3d")
    assert (entry.asks, entry.fate) == ("a table of 2 x 2 x 2", Fate.DRAWN)


@pytest.mark.parametrize(
    ("change", "asks"),
    [
        ({"target_gamut": "ROE"}, "target_gamut = 'ROE'"),
        ({"enable_gamut_compression": True}, "enable_gamut_compression"),
        ({"enable_plate_white_balance": True}, "enable_plate_white_balance"),
        ({"target_max_lum_nits": 1000}, "target_max_lum_nits = 1000"),
    ],
)
def test_what_a_result_of_openvpcal_asks_and_does_not_get(tmp_path: Path, change: dict[str, object], asks: str) -> None:
    found = passport_of(tmp_path, "r.json", json.dumps(RESULT | change), "openvpcal")
    assert [entry.asks for entry in found if entry.fate is not Fate.DRAWN] == [asks]


def test_a_plain_result_is_drawn(tmp_path: Path) -> None:
    found = passport_of(tmp_path, "r.json", json.dumps(RESULT), "openvpcal")
    assert {entry.fate for entry in found} == {Fate.DRAWN}


def test_lint_of_a_stage_says_it(tmp_path: Path) -> None:
    (tmp_path / "w.cube").write_text("LUT_IN_VIDEO_RANGE\n" + CUBE)
    (tmp_path / "stage.toml").write_text(
        'schema = "stage/1"\nname = "s"\nscene = "boxes"\n'
        'walls = [{ name = "main", kind = "flat", calibration = { lut_3d = "w.cube" }, '
        "cabinets = { columns = 1, rows = 1, size_px = [64, 64], pitch_mm = 4.0 } }]\n"
        'outputs = [{ name = "out", size_px = [64, 64], tiles = [{ tile = "main/all" }] }]\n'
    )
    (found,) = [one for one in lint_file(tmp_path / "stage.toml") if "w.cube" in one.problem]
    assert (found.field, found.severity) == ("walls[0].calibration", Severity.WARNING)
    assert "LUT_IN_VIDEO_RANGE is lost" in found.problem
