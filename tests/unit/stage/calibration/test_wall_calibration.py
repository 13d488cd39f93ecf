"""Calibrations from files: .cube, OpenVPCal results, OCIO configs; every fault by file, field or line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio
import pytest
from pydantic import ValidationError

from stage.calibration.cube_file import read_cube
from stage.calibration.openvpcal_file import read_openvpcal
from stage.calibration.wall_calibration import calibration_of
from stage.errors import InputError
from stage.lint.lint import lint_stage
from stage.maths.colour_lut import Lut1d, Lut3d
from stage.maths.colour_matrix import rgb_from_rgb, xyz_from_rgb
from stage.maths.colour_transfer import pq_nits, pq_signal
from stage.model.calibration import Calibration
from stage.model.stagefile import Stage
from stage.model.wall import FlatWall

CABINETS = {"columns": 1, "rows": 1, "size_px": [64, 64], "pitch_mm": 2.0}
CUBE = "# a comment\nTITLE \"two\"\nLUT_3D_SIZE 2\n" + "\n".join(
    f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 0.5)
)  # fmt: skip
CURVES = "LUT_1D_SIZE 3\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n0 0 0\n0.4 0.5 0.6\n1 1 1\n"


def wall(**calibration: object) -> FlatWall:
    return FlatWall.model_validate({"name": "main", "kind": "flat", "cabinets": CABINETS, "calibration": calibration})


def written(folder: Path, text: str, name: str = "wall.cube") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_a_cube_has_red_fastest_and_its_domain(tmp_path: Path) -> None:
    cube = read_cube(written(tmp_path, CUBE))
    assert isinstance(cube, Lut3d)
    assert cube.apply([1.0, 0.25, 0.75]) == pytest.approx([0.5, 0.25, 0.75])
    curves = read_cube(written(tmp_path, CURVES))
    assert isinstance(curves, Lut1d)
    assert curves.high == (2.0, 2.0, 2.0)
    assert curves.apply([1.0, 1.0, 5.0]) == pytest.approx([0.4, 0.5, 1.0])


def test_tetrahedra_are_those_of_opencolorio(tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    rows = random.uniform(0.0, 1.0, (125, 3))
    path = written(tmp_path, "LUT_3D_SIZE 5\n" + "\n".join(" ".join(f"{v:.6f}" for v in row) for row in rows))
    cube = read_cube(path)
    values = random.uniform(-0.1, 1.1, (2000, 3))
    transform = ocio.FileTransform(str(path), interpolation=ocio.INTERP_TETRAHEDRAL)
    expected = np.ascontiguousarray(values, np.float32)
    ocio.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor().applyRGB(expected)
    assert cube.apply(values) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize(("text", "field", "problem"), [
    ("LUT_3D_SIZE 2\n0 0 0\n", "LUT_3D_SIZE", "2 needs 8 rows; there are 1"),
    ("0 0 0\n", "", "needs one of LUT_1D_SIZE"),
    (CUBE + "\nLUT_1D_SIZE 8", "", "needs one of"),
    ("LUT_3D_SIZE 999\n", "line 1", "is not from 2 to 129"),
    ("LUT_3D_SIZE 2\n0 0\n", "line 2", "is not three numbers"),
    ("LUT_1D_SIZE 2\n0 0 0\n1 nan 1\n", "line 3", "not finite"),
    ("HELLO 3\n", "line 1", "is not a line of a .cube file"),
    ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 0 0\n0 0 0\n1 1 1\n", "DOMAIN_MIN", "is not below"),
])  # fmt: skip
def test_a_broken_cube_is_told_with_its_line(tmp_path: Path, text: str, field: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as told:
        read_cube(written(tmp_path, text))
    assert (told.value.where, told.value.field) == (str(tmp_path / "wall.cube"), field)
    assert told.value.remedy


def test_what_is_no_text_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "wall.cube").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match="is not text"):
        read_cube(tmp_path / "wall.cube")
    with pytest.raises(InputError, match="cannot be read"):
        read_cube(tmp_path / "none.cube")
    written(tmp_path, CURVES)
    with pytest.raises(InputError, match="has a 1-D table, not a 3-D one"):
        calibration_of(wall(lut_3d="wall.cube"), tmp_path)


def measured_wall() -> dict[str, object]:
    """A synthetic wall: primaries of P3, but too strong a blue; a response that is too dark in the middle."""
    native = np.diag([1.0, 1.0, 1.2]) @ rgb_from_rgb("rec2020", "p3-d65")
    curve = [[x, x**0.9 * 10**0.1] for x in np.linspace(0.0, 10.0, 300).tolist()]
    return {
        "target_gamut": "ITU-R BT.2020", "target_EOTF": "ST 2084", "calculation_order": "EOTF > CS",
        "enable_EOTF_correction": True, "target_to_screen_matrix": native.tolist(),
        "eotf_1d_lut_red": curve, "eotf_1d_lut_green": curve, "eotf_1d_lut_blue": curve,
    }  # fmt: skip


@pytest.mark.parametrize("nested", [False, True])
def test_openvpcal_results_bring_matrix_curves_and_order(tmp_path: Path, nested: bool) -> None:
    results = measured_wall()
    written(tmp_path, json.dumps({"main": results, "other": results} if nested else results), "r.json")
    asked = wall(openvpcal="r.json").model_copy(update={"gamut": "rec2020"})
    found = calibration_of(asked, tmp_path)
    assert found.matrix == pytest.approx(np.array(results["target_to_screen_matrix"]))
    assert not found.lut_first
    light = np.array([[0.5, 1.0, 2.0]])
    linear = np.maximum(light @ rgb_from_rgb("rec709", "rec2020").T @ found.matrix.T, 0.0)
    assert found.apply(light, 1500.0) == pytest.approx(linear**0.9 * 10**0.1, rel=2e-3)


def test_the_other_order_of_openvpcal_puts_the_curves_first(tmp_path: Path) -> None:
    results = measured_wall() | {"calculation_order": "CS > EOTF"}
    written(tmp_path, json.dumps(results), "r.json")
    found = calibration_of(wall(openvpcal="r.json"), tmp_path)
    light = np.array([[0.5, 1.0, 2.0]])
    assert found.lut_first
    expected = np.maximum((light**0.9 * 10**0.1) @ found.matrix.T, 0.0)
    assert found.apply(light, 1500.0) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(("change", "field", "problem"), [
    ({"target_to_screen_matrix": [[1, 0], [0, 1]]}, "target_to_screen_matrix", "has the shape"),
    ({"target_to_screen_matrix": "one"}, "target_to_screen_matrix", "is not an array"),
    ({"eotf_1d_lut_green": None}, "eotf_1d_lut_green", "missing"),
    ({"eotf_1d_lut_blue": [0.1, 0.2]}, "eotf_1d_lut_blue", "has the shape"),
    ({"eotf_1d_lut_red": [[0, 0], [0, 1]]}, "eotf_1d_lut_red", "does not rise"),
])  # fmt: skip
def test_broken_results_are_told_by_their_field(
    tmp_path: Path, change: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(InputError, match=problem) as told:
        read_openvpcal(written(tmp_path, json.dumps(measured_wall() | change), "r.json"), "main")
    assert told.value.field == field


@pytest.mark.parametrize(("text", "problem"), [
    ("{", "is not JSON"), ("[1]", "has no results"),
    (json.dumps({"a": measured_wall(), "b": measured_wall()}), "none named 'main'"),
])  # fmt: skip
def test_files_without_this_walls_results_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_openvpcal(written(tmp_path, text, "r.json"), "main")


def test_an_ocio_config_is_the_whole_way_to_the_signal(tmp_path: Path) -> None:
    config = ocio.Config.CreateFromBuiltinConfig("cg-config-v2.1.0_aces-v1.3_ocio-v2.3")
    written(tmp_path, config.serialize(), "stage.ocio")
    asked = wall(ocio_config="stage.ocio", ocio_from="Linear Rec.709 (sRGB)", ocio_to="Rec.2100-PQ - Display")
    found = calibration_of(asked.model_copy(update={"transfer": "pq", "gamut": "rec2020"}), tmp_path)
    light = np.array([[1.0, 1.0, 1.0], [0.18, 0.18, 0.18], [4.0, 2.0, 1.0]])
    expected = np.ascontiguousarray(light, np.float32)
    config.getProcessor("Linear Rec.709 (sRGB)", "Rec.2100-PQ - Display").getDefaultCPUProcessor().applyRGB(expected)
    signal = pq_signal(found.apply(light, 10_000.0) * 100.0)
    assert signal == pytest.approx(expected, abs=0.5 / 1023)


def test_faults_of_ocio_configs_are_told(tmp_path: Path) -> None:
    builtin = "ocio://cg-config-v2.1.0_aces-v1.3_ocio-v2.3"
    with pytest.raises(InputError, match="has no colour space 'nope'") as told:
        calibration_of(wall(ocio_config=builtin, ocio_from="ACEScg", ocio_to="nope"), tmp_path)
    assert told.value.field == "ocio_to"
    written(tmp_path, "not: [a config", "bad.ocio")
    for name in ("bad.ocio", "none.ocio", "ocio://no-such-config"):
        with pytest.raises(InputError, match="OpenColorIO cannot use it"):
            calibration_of(wall(ocio_config=name, ocio_from="ACEScg", ocio_to="ACEScg"), tmp_path)


def test_a_config_that_reaches_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    config = ocio.Config.CreateFromBuiltinConfig("cg-config-v2.1.0_aces-v1.3_ocio-v2.3")
    config.setSearchPath("luts:../../elsewhere")
    written(tmp_path, config.serialize(), "stage.ocio")
    with pytest.raises(InputError, match="leads outside"):
        calibration_of(wall(ocio_config="stage.ocio", ocio_from="ACEScg", ocio_to="ACEScg"), tmp_path)


@pytest.mark.parametrize("keys", [
    {"openvpcal": "r.json", "lut_1d": "a.cube"}, {"ocio_config": "a", "ocio_from": "x"}, {"ocio_to": "x"},
    {"ocio_config": "a", "ocio_from": "x", "ocio_to": "y", "lut_3d": "a.cube"},
    {"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, float("nan")]]},
])  # fmt: skip
def test_keys_that_contradict_each_other_are_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Calibration.model_validate(keys)


def test_lint_tells_a_missing_file_at_the_wall(tmp_path: Path) -> None:
    walls = [wall(lut_3d="none.cube").model_dump()]
    outputs = [{"name": "o", "size_px": [64, 64], "tiles": [{"tile": "main/all"}]}]
    stage = Stage.model_validate(
        {"schema": "stage/1", "name": "s", "scene": "marker_board", "walls": walls, "outputs": outputs}
    )
    told = [finding for finding in lint_stage(stage, tmp_path / "s.toml") if "calibration" in finding.field]
    assert [finding.field for finding in told] == ["walls[0].calibration"]
    assert "none.cube: cannot be read" in told[0].problem


def test_a_wall_without_calibration_is_neutral_exactly() -> None:
    plain = FlatWall.model_validate({"name": "w", "kind": "flat", "cabinets": CABINETS})
    found = calibration_of(plain, Path())
    assert found.neutral
    light = np.random.default_rng(1).uniform(0, 9, (50, 3))
    assert np.array_equal(found.apply(light, 1500.0), light)


def test_whites_of_all_gamuts_are_d65() -> None:
    for gamut in ("rec709", "p3-d65", "rec2020"):
        assert xyz_from_rgb(gamut) @ np.ones(3) == pytest.approx([0.95046, 1.0, 1.08906], abs=1e-4)
        assert rgb_from_rgb("rec709", gamut) @ np.ones(3) == pytest.approx(np.ones(3), abs=1e-12)
    assert pq_nits(1.0) == pytest.approx(10_000.0)
