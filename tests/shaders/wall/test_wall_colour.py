"""The last pass against published numbers, against OpenColorIO and against numpy: within one code of 10 bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.wall.colour import WallColour
from render.wall.steps import steps_of
from stage.calibration.wall_calibration import calibration_of
from stage.maths.colour_grade import Triple, graded, saturated
from stage.maths.colour_matrix import rgb_from_rgb, white_balance
from stage.maths.colour_transfer import TRANSFERS, code_range, pq_nits
from stage.model.look import Exposure, Grade, Look, OuterView, WallTrim
from tests.places import DATA
from tools.bench.picture.colour import (
    GAMUTS,
    GRID,
    PQ_WALL,
    bent,
    cdl_error,
    config_error,
    cube_text,
    curves_text,
    grid_light,
    lut_error,
    matrix_error,
    pq_error,
    signal_codes,
    through_ocio,
    wall,
)
from tools.bench.picture.fuzz import Left, counted, fuzzed
from tools.bench.wall_codes import as_drawn, codes_of, stepped_wall

VECTORS = json.loads((DATA / "colour/vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.mark.parametrize("narrow", [False, True])
def test_pq_codes_are_those_of_the_published_table(context: moderngl.Context, narrow: bool) -> None:
    rows = VECTORS["pq"]["rows"]
    light = np.array([[row["nits"] / 100.0] * 3 for row in rows])
    codes = codes_of(context, light, replace(PQ_WALL, narrow=narrow))
    key = "code10_narrow" if narrow else "code10_full"
    assert np.abs(codes[:, 1] - [row[key] for row in rows]).max() <= 1


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize(("narrow", "bits"), [(False, 8), (True, 8), (False, 10), (True, 10)])
def test_every_signal_is_within_a_code(context: moderngl.Context, transfer: str, narrow: bool, bits: int) -> None:
    colour = WallColour(transfer, 1200.0, narrow, bits)
    light = as_drawn(np.random.default_rng(3).uniform(0.0, 14.0, (4000, 3)) ** 2 / 14.0)
    assert np.abs(codes_of(context, light, colour) - signal_codes(light, colour)).max() <= 1.0
    black = codes_of(context, np.zeros((1, 3)), colour)[0, 0]
    assert black == code_range(bits, narrow)[0]


@pytest.mark.parametrize("gamut", ["p3-d65", "rec2020"])
def test_primaries_become_those_of_the_signal(context: moderngl.Context, gamut: str) -> None:
    colour = WallColour.of(wall(transfer="pq", gamut=gamut, bits=10, peak_nits=10_000.0), calibration_of(
        wall(gamut=gamut), Path()))  # fmt: skip
    light = grid_light()
    expected = signal_codes(np.maximum(light @ rgb_from_rgb("rec709", gamut).T, 0.0), colour)
    assert np.abs(codes_of(context, light, colour) - expected).max() <= 1.0


def test_matrices_are_those_of_the_published_table() -> None:
    matrices = VECTORS["linear_rgb_matrices_d65"]["matrices"]
    assert rgb_from_rgb("rec709", "rec2020") == pytest.approx(np.array(matrices["rec709_to_rec2020"]), abs=1e-8)
    assert rgb_from_rgb("p3-d65", "rec2020") == pytest.approx(np.array(matrices["p3d65_to_rec2020"]), abs=1e-8)
    assert rgb_from_rgb("rec2020", "p3-d65") == pytest.approx(np.array(matrices["rec2020_to_p3d65"]), abs=1e-8)


@pytest.mark.parametrize(("key", "text"), [
    ("lut_3d", cube_text(33, 0.0, 1.0)), ("lut_3d", cube_text(9, 0.1, 0.9)), ("lut_1d", curves_text(257)),
])  # fmt: skip
def test_luts_are_as_opencolorio_applies_them(context: moderngl.Context, key: str, text: str) -> None:
    assert lut_error(context, key, text) <= 1.0


@pytest.mark.parametrize("transfer", ["gamma-2.4", "srgb", "hlg"])
def test_a_lut_of_the_walls_own_signal_sees_that_signal(
    context: moderngl.Context, tmp_path: Path, transfer: str
) -> None:
    path = tmp_path / "own.cube"
    path.write_text(cube_text(21, 0.0, 1.0))
    asked = wall(transfer=transfer, bits=10, calibration={"lut_3d": "own.cube", "lut_encoding": "signal"})
    colour = WallColour.of(asked, calibration_of(asked, tmp_path))
    into, out = TRANSFERS[transfer]
    axis = np.linspace(0.0, 15.0, GRID)
    light = as_drawn(np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3))
    changed = through_ocio(path, into(light * 100.0, colour.peak_nits))
    expected = signal_codes(out(np.clip(changed, 0.0, 1.0), colour.peak_nits) / 100.0, colour)
    assert np.abs(codes_of(context, light, colour) - np.rint(expected)).max() <= 1


def test_an_ocio_config_is_within_a_code(context: moderngl.Context) -> None:
    assert config_error(context) <= 1.0


def test_the_order_of_matrix_and_curves_is_the_one_asked_for(context: moderngl.Context, tmp_path: Path) -> None:
    light = grid_light()
    found = []
    for order in ("matrix-lut", "lut-matrix"):
        colour = replace(PQ_WALL, calibration=bent(order, tmp_path))
        codes = codes_of(context, light, colour)
        expected = signal_codes(colour.calibration.apply(light, colour.peak_nits), colour)
        assert np.abs(codes - np.rint(expected)).max() <= 1.0
        found.append(codes)
    assert np.abs(found[0] - found[1]).max() > 5


def test_a_bypassed_calibration_leaves_the_signals_gamut(context: moderngl.Context, tmp_path: Path) -> None:
    light = grid_light()
    colour = replace(PQ_WALL, calibration=bent("lut-matrix", tmp_path))
    expected = signal_codes(np.maximum(light @ rgb_from_rgb("rec709", "p3-d65").T, 0.0), colour)
    assert np.abs(codes_of(context, light, colour, bypass=True) - expected).max() <= 1.0


def look_codes(context: moderngl.Context, look: Look, light: NDArray[np.float64], *bypass: str) -> NDArray[np.int64]:
    return codes_of(context, light, PQ_WALL, steps_of(look, stepped_wall(PQ_WALL), bypass))


@pytest.mark.parametrize("row", VECTORS["asc_cdl"]["rows"][3:6] + VECTORS["asc_cdl"]["rows"][:2])
def test_the_grade_is_asc_cdl(context: moderngl.Context, row: dict[str, list[float]]) -> None:
    """Where nothing is above 1.0, which the CDL limits and a wall does not."""
    if max(row["in"]) > 1.0:
        row = {**row, "in": [0.0, 0.0, 0.0], "out": graded([0, 0, 0], *_cdl(row)).tolist()}
    grade = Grade(*_cdl(row))
    light = as_drawn(np.array([row["in"]]))
    codes = look_codes(context, Look(grade=grade), light)
    assert np.abs(codes - signal_codes(np.array([row["out"]]), PQ_WALL)).max() <= 1.0


def _cdl(row: dict[str, list[float]]) -> tuple[Triple, Triple, Triple, float]:
    slope, offset, power = ((v[0], v[1], v[2]) for v in (row["slope"], row["offset"], row["power"]))
    return slope, offset, power, float(np.asarray(row["sat"]))


def test_the_grade_is_opencolorios_on_a_grid(context: moderngl.Context) -> None:
    assert cdl_error(context) <= 1.0


def test_pq_and_primaries_are_opencolorios_on_a_grid(context: moderngl.Context) -> None:
    assert pq_error(context) <= 1.0
    for gamut in GAMUTS:
        assert matrix_error(context, gamut) <= 1.0


def test_steps_come_in_their_order_and_can_be_left_out(context: moderngl.Context) -> None:
    grade = Grade((1.2, 1.0, 0.9), (0.0, 0.01, 0.0), (1.1, 1.0, 1.0), 0.7)
    look = Look(
        exposure=Exposure(white_balance_k=4300.0, tint=0.2), grade=grade, outer=OuterView(ev=-1.0, saturation=0.5),
        walls=(WallTrim("flat", 0.5, (1.0, 0.9, 0.8)),),
    )  # fmt: skip
    light = grid_light()
    balanced = np.maximum(light @ white_balance(4300.0, 0.2).T, 0.0)
    one = graded(balanced, grade.slope, grade.offset, grade.power, grade.saturation)
    two = np.maximum(saturated(one * 0.5, 0.5), 0.0) * np.array([0.5, 0.45, 0.4])
    assert np.abs(look_codes(context, look, light) - signal_codes(two, PQ_WALL)).max() <= 1.0
    assert np.abs(look_codes(context, look, light, "trim", "outer") - signal_codes(one, PQ_WALL)).max() <= 1.0
    everything = ("white-balance", "grade", "outer", "trim")
    assert steps_of(look, stepped_wall(PQ_WALL), everything) is None, "a plain wall pays nothing"


def test_white_balance_makes_light_of_its_temperature_white() -> None:
    assert np.array_equal(white_balance(6504.0, 0.0), np.eye(3))
    tungsten = np.linalg.solve(white_balance(3200.0, 0.0), np.ones(3))
    assert tungsten[0] > 1.5 * tungsten[2], "3200 K light is orange"
    assert white_balance(3200.0, 0.0) @ tungsten == pytest.approx(np.ones(3), abs=1e-9)
    green = white_balance(6504.0, 1.0) @ np.ones(3)
    assert green[1] < min(green[0], green[2]), "a tint of 1 is magenta"


def test_a_knee_bends_toward_the_peak_and_keeps_hue(context: moderngl.Context) -> None:
    colour = WallColour("pq", 1000.0, False, 10, 0.5)
    grey = as_drawn(np.repeat(np.linspace(0.0, 60.0, 3000)[:, None], 3, axis=1))
    codes = codes_of(context, grey, colour)[:, 0]
    below = grey[:, 0] * 100.0 <= 500.0
    assert np.abs(codes - signal_codes(grey, colour)[:, 0])[below].max() <= 1.0
    assert (np.diff(codes) >= -1).all()
    assert codes.max() <= signal_codes(np.full((1, 3), 10.0), colour)[0, 0] + 0.5
    bright = codes_of(context, np.array([[40.0, 20.0, 10.0]]), colour)
    nits = pq_nits(bright / 1023.0)[0]
    assert nits[0] / nits[1] == pytest.approx(2.0, rel=0.03)


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_nothing_above_the_peak_leaves_whatever_goes_in(context: moderngl.Context, transfer: str) -> None:
    left = fuzzed(context, transfer)
    assert left.signals > 1_000_000
    assert (left.not_finite, left.above_peak, left.below_black) == (0, 0, 0)


def test_the_fuzz_counts_what_it_looks_for() -> None:
    """A wall of 800 nits in 10 bit PQ, its signal put wrong by hand."""
    colour = WallColour("pq", 800.0, False, 10)
    peak = signal_codes(np.full((1, 3), 8.0), colour) / 1023.0
    wrong = np.concatenate([peak, [[np.nan, 0.5, 0.0], [np.inf, 1.0, -0.1]]]).astype(np.float32)
    assert counted(wrong, np.rint(wrong[:1] * 1023.0), colour) == Left(9, 2, 0, 0)
    assert counted(wrong, np.array([[1023, 700, -1]]), colour) == Left(9, 2, 1, 1)
