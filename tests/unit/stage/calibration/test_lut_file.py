"""Tables of colour in other programs' files: the same light as OpenColorIO gives, or the difference is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stage.calibration.lut_file import read_table
from stage.calibration.wall_calibration import calibration_of
from stage.errors import InputError
from stage.files.passport import Fate
from stage.maths.colour_lut import Lut1d, Lut3d
from stage.model.wall import FlatWall

SPI1D = (
    "Version 1\nFrom 0.0 1.0\nLength 5\nComponents 3\n{\n"
    + "\n".join(f" {(x / 4) ** 2} {x / 4} {(x / 4) ** 0.5}" for x in range(5))
    + "\n}\n"
)
_GRID = [(r, g, b) for r in (0, 1) for g in (0, 1) for b in (0, 1)]
SPI3D = "SPILUT 1.0\n3 3\n2 2 2\n" + "".join(f"{r} {g} {b} {g * 0.5} {r} {b}\n" for r, g, b in _GRID)
CSP = "CSPLUTV100\n1D\n\n2\n0 1\n0 1\n2\n0 1\n0 1\n2\n0 1\n0 1\n\n3\n0 0 0\n0.2 0.4 0.6\n1 1 1\n"
CLF = """<?xml version="1.0" encoding="UTF-8"?>
<ProcessList xmlns="urn:AMPAS:CLF:v3.0" id="x" compCLFversion="3.0">
<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">
0.8 0.1 0.1
0.05 0.9 0.05
0.0 0.2 0.8
</Array></Matrix></ProcessList>
"""
SHAPER = (
    "LUT_1D_SIZE 5\nLUT_1D_INPUT_RANGE 0.0 1.0\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0\n"
    + "\n".join(f"{(x / 4) ** 2} {(x / 4) ** 2} {(x / 4) ** 2}" for x in range(5))
    + "\n"
    + "\n".join(f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    + "\n"
)


def _write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def _square(x: float) -> float:
    """x squared at quarters, straight between."""
    return float(np.interp(x, np.linspace(0, 1, 5), np.linspace(0, 1, 5) ** 2))


def test_curves_of_spi1d_and_csp(tmp_path: Path) -> None:
    lut, said = read_table(_write(tmp_path, "a.spi1d", SPI1D), cube=False)
    assert isinstance(lut, Lut1d)
    for x in (0.0, 0.1, 0.33, 0.8, 1.0):
        expected = [_square(x), x, float(np.interp(x, np.linspace(0, 1, 5), np.linspace(0, 1, 5) ** 0.5))]
        assert lut.apply(np.full(3, x)) == pytest.approx(expected, abs=1e-3)
    assert [entry.fate for entry in said] == [Fate.DRAWN]
    lut, _ = read_table(_write(tmp_path, "a.csp", CSP), cube=False)
    assert lut.apply(np.full(3, 0.5)) == pytest.approx((0.2, 0.4, 0.6), abs=1e-3)


def test_cubes_of_spi3d_and_resolve(tmp_path: Path) -> None:
    lut, said = read_table(_write(tmp_path, "a.spi3d", SPI3D), cube=True)
    assert isinstance(lut, Lut3d)
    assert lut.apply(np.array([0.2, 0.6, 0.9])) == pytest.approx((0.3, 0.2, 0.9), abs=1e-4)
    assert [entry.fate for entry in said] == [Fate.DRAWN]
    lut, _ = read_table(_write(tmp_path, "r.cube", SHAPER), cube=True)
    point = np.array([0.3, 0.7, 0.45])
    assert lut.apply(point) == pytest.approx([_square(point[2]), _square(point[1]), _square(point[0])], abs=1e-3)


def test_a_matrix_of_clf_is_a_cube_and_no_curve(tmp_path: Path) -> None:
    path = _write(tmp_path, "m.clf", CLF)
    lut, said = read_table(path, cube=True)
    point = np.array([0.2, 0.5, 0.8])
    expected = np.array([[0.8, 0.1, 0.1], [0.05, 0.9, 0.05], [0.0, 0.2, 0.8]]) @ point
    assert lut.apply(point) == pytest.approx(expected, abs=1e-4)
    assert "within" in str(said[0])
    with pytest.raises(InputError, match=r"m\.clf: has a 3-D table or a matrix, not a 1-D one\. Use lut_3d"):
        read_table(path, cube=False)


def test_a_table_that_is_too_coarse_is_said(tmp_path: Path) -> None:
    """A step within a thousandth: 65 points cannot follow it."""
    steep = "Version 1\nFrom 0.0 1.0\nLength 1001\nComponents 1\n{\n" + "\n".join(
        f" {float(x > 505)}" for x in range(1001)
    )
    _, said = read_table(_write(tmp_path, "s.spi1d", steep + "\n}\n"), cube=True)
    assert said[0].fate is Fate.APPROXIMATED
    assert "codes of 10 bits" in said[0].why


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.clf", "rubbish", r"\(7 bytes\) is no \.clf that OpenColorIO reads"),
        ("a.spi1d", SPI1D.replace("Length 5", "Length 9"), r"is no \.spi1d"),
        ("a.xyz", "", r"\.xyz is no table of colour"),
        ("table", "", "a file without a suffix is no table"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_table(_write(tmp_path, name, text), cube=True)


def test_missing_files_are_named(tmp_path: Path) -> None:
    for name in ("a.clf", "a.cube"):
        with pytest.raises(InputError, match=f"{name}: cannot be read"):
            read_table(tmp_path / name, cube=True)


def test_a_wall_takes_them(tmp_path: Path) -> None:
    _write(tmp_path, "m.clf", CLF)
    cabinets = {"columns": 1, "rows": 1, "size_px": [64, 64], "pitch_mm": 2.0}
    made = {"name": "w", "kind": "flat", "cabinets": cabinets, "calibration": {"lut_3d": "m.clf"}}
    calibration = calibration_of(FlatWall.model_validate(made), tmp_path)
    assert calibration.lut_3d is not None
    assert "a clf file is drawn" in str(calibration.passport[0])
