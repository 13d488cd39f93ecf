"""OpenVPCal's results as walls give them: noise in a grey ramp, gamuts of a maker's own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stage.calibration.openvpcal_curve import CurveError, rising
from stage.calibration.wall_calibration import WallCalibration, calibration_of
from stage.errors import InputError
from stage.maths.colour_matrix import D65, GAMUTS, rgb_from_rgb, xyz_from_rgb
from stage.model.wall import FlatWall

CABINETS = {"columns": 1, "rows": 1, "size_px": [64, 64], "pitch_mm": 2.0}
RAMP = np.linspace(0.0, 15.0, 25)


def _calibration(folder: Path, result: dict[str, object], gamut: str = "rec709") -> WallCalibration:
    (folder / "r.json").write_text(json.dumps({"target_to_screen_matrix": np.eye(3).tolist(), **result}))
    made = {
        "name": "main",
        "kind": "flat",
        "cabinets": CABINETS,
        "gamut": gamut,
        "calibration": {"openvpcal": "r.json"},
    }
    return calibration_of(FlatWall.model_validate(made), folder)


def _curves(pairs: NDArray[np.float64]) -> dict[str, object]:
    return {f"eotf_1d_lut_{name}": pairs.tolist() for name in ("red", "green", "blue")}


@pytest.mark.parametrize("share", [0.0004, 0.008])
@pytest.mark.parametrize("place", [1, 12, 24])
def test_a_pair_that_steps_back_by_noise_is_evened_out(tmp_path: Path, share: float, place: int) -> None:
    pairs = np.stack([RAMP, RAMP], axis=1)
    pairs[place, 0] = pairs[place - 1, 0] * (1.0 - share)
    calibration = _calibration(tmp_path, _curves(pairs))
    assert calibration.lut_1d is not None
    assert (np.diff(calibration.lut_1d.table, axis=0) >= 0.0).all()
    straight = _calibration(tmp_path, _curves(np.stack([RAMP, RAMP], axis=1)))
    assert straight.lut_1d is not None
    assert np.abs(calibration.lut_1d.table - straight.lut_1d.table).max() < 0.12, "near the step alone"
    assert "2 pairs of eotf_1d_lut_red is drawn" in "\n".join(map(str, calibration.passport))


def test_a_curve_that_turns_back_is_refused(tmp_path: Path) -> None:
    pairs = np.stack([RAMP[::-1], RAMP], axis=1)
    with pytest.raises(InputError, match=r"r\.json: eotf_1d_lut_red: does not rise"):
        _calibration(tmp_path, _curves(pairs))


@given(st.lists(st.floats(-0.02, 0.02), min_size=3, max_size=40))
def test_pooling_makes_it_rise_and_keeps_the_mean(noise: list[float]) -> None:
    steps = np.linspace(1.0, 2.0, len(noise))
    pairs = np.stack([steps + np.array(noise), steps], axis=1)
    try:
        result, pooled = rising(pairs)
    except CurveError:
        return
    assert (np.diff(result[:, 0]) > 0.0).all()
    assert (np.diff(result[:, 1]) >= 0.0).all()
    assert pooled == 0 or len(result) < len(pairs)
    assert pairs[:, 0].min() <= result[:, 0].min()
    assert result[:, 0].max() <= pairs[:, 0].max()


def _xyz_of(primaries: tuple[tuple[float, float], ...], white: tuple[float, float]) -> NDArray[np.float64]:
    columns = np.array([[x / y, 1.0, (1.0 - x - y) / y] for x, y in primaries]).T
    point = np.array([white[0] / white[1], 1.0, (1.0 - white[0] - white[1]) / white[1]])
    return np.asarray(columns * np.linalg.solve(columns, point))


ROE = ((0.695, 0.305), (0.180, 0.745), (0.140, 0.055))


@pytest.mark.parametrize("gamut", ["rec709", "rec2020"])
def test_a_makers_own_gamut_is_met_by_its_matrix(tmp_path: Path, gamut: str) -> None:
    """Whatever the stage file says: the matrix acts on light of the gamut it was made for."""
    xyz = _xyz_of(ROE, D65)
    calibration = _calibration(tmp_path, {"target_gamut": "ROE", "target_to_XYZ_matrix": xyz.tolist()}, gamut)
    light = np.random.default_rng(1).uniform(0.1, 1.0, (20, 3))
    signal = light @ calibration.signal_from_scene.T
    assert np.allclose(signal @ xyz.T, light @ xyz_from_rgb("rec709").T, atol=1e-9)
    assert "by its own matrix to XYZ" in "\n".join(map(str, calibration.passport))


def test_white_of_another_kind_stays_white(tmp_path: Path) -> None:
    xyz = _xyz_of(ROE, (0.314, 0.351))
    calibration = _calibration(tmp_path, {"target_gamut": "AOTO", "target_to_XYZ_matrix": xyz.tolist()})
    assert np.allclose(calibration.signal_from_scene.sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("name", ["p3-d65", "rec2020", "rec709"])
def test_a_known_gamut_under_any_name_is_known_by_its_matrix(tmp_path: Path, name: str) -> None:
    xyz = _xyz_of(GAMUTS[name], D65)
    calibration = _calibration(tmp_path, {"target_gamut": "mine", "target_to_XYZ_matrix": xyz.tolist()}, name)
    assert np.array_equal(calibration.signal_from_scene, rgb_from_rgb("rec709", name))


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.ones((3, 3)), -np.eye(3)])
def test_a_matrix_that_spans_nothing_is_refused(tmp_path: Path, matrix: NDArray[np.float64]) -> None:
    with pytest.raises(InputError, match="target_to_XYZ_matrix: spans no colours"):
        _calibration(tmp_path, {"target_gamut": "ROE", "target_to_XYZ_matrix": matrix.tolist()})
