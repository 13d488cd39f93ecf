"""Transfer functions against published numbers, and pictures of other colour spaces as light."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stage.errors import InputError
from stage.maths.colour_transfer import TRANSFERS, code_range, hlg_signal, pq_nits, pq_signal
from stage.maths.scene_linear import check_colour_space, to_scene_linear
from tests.places import DATA

VECTORS = json.loads((DATA / "colour/vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", VECTORS["pq"]["rows"], ids=lambda row: f"{row['nits']} nits")
def test_pq_is_st_2084_and_its_codes_are_exact(row: dict[str, float]) -> None:
    signal = float(pq_signal(row["nits"]))
    assert signal == pytest.approx(row["signal"], abs=1e-6)
    for key, bits, narrow in (("code10_full", 10, False), ("code10_narrow", 10, True), ("code12_narrow", 12, True)):
        low, high = code_range(bits, narrow)
        assert round(low + (high - low) * signal) == row[key]


@pytest.mark.parametrize("name", TRANSFERS)
@pytest.mark.parametrize("peak_nits", [400.0, 1000.0, 1500.0])
def test_every_transfer_goes_there_and_back(name: str, peak_nits: float) -> None:
    steps = np.linspace(0.001, 1.0, 7) * peak_nits
    nits = np.stack(np.meshgrid(steps, steps, steps), axis=-1)
    if name == "hlg":  # a saturated colour at the peak is brighter than HLG can say (BT.2100 note 5e)
        nits = nits[hlg_signal(nits / peak_nits, peak_nits).max(axis=-1) < 0.999]
    signal, light = TRANSFERS[name]
    assert light(signal(nits, peak_nits), peak_nits) == pytest.approx(nits, rel=1e-6)


@pytest.mark.parametrize("name", TRANSFERS)
def test_the_peak_is_full_signal_and_black_is_none(name: str) -> None:
    signal = TRANSFERS[name][0]
    peak = 10_000.0 if name == "pq" else 1200.0
    assert signal(np.full(3, peak), peak) == pytest.approx(1.0, abs=1e-6)
    assert signal(np.zeros(3), peak) == pytest.approx(0.0, abs=1e-6)


def test_hlg_reference_levels() -> None:
    """BT.2408 table 1: 203 nits of a 1000 nits display is 75 % HLG, 26 nits 38 %."""
    assert hlg_signal(np.full(3, 0.203), 1000.0) == pytest.approx(0.75, abs=0.002)
    assert hlg_signal(np.full(3, 0.026), 1000.0) == pytest.approx(0.38, abs=0.005)


def test_pictures_become_scene_linear_light() -> None:
    grey = np.array([[0.5, 0.5, 0.5, 0.25]], np.float32)
    assert to_scene_linear(grey, "linear").tobytes() == grey.tobytes()
    for name in ("srgb", "sRGB - Texture"):
        light = to_scene_linear(grey, name)
        assert light.dtype == np.float32
        assert light[0, :3] == pytest.approx(0.2140411, abs=1e-5)
        assert light[0, 3] == np.float32(0.25)
    assert grey[0, 0] == np.float32(0.5)


def test_white_stays_white_and_a_camera_log_curve_is_undone() -> None:
    white = np.ones((2, 3, 3), np.float32)
    assert to_scene_linear(white, "ACEScg") == pytest.approx(1.0, abs=1e-4)
    log_grey = np.full((1, 3), 0.27840, np.float32)  # ARRI LogC4 specification: 18 % grey at signal 0.2784
    assert to_scene_linear(log_grey, "ARRI LogC4") == pytest.approx(0.18, abs=5e-4)


def test_an_unknown_colour_space_is_refused_with_its_neighbours() -> None:
    with pytest.raises(InputError, match="ARRI LogC4"):
        check_colour_space("ARRI LogC5")
    check_colour_space("srgb")


def test_absolute_light_of_pq_is_undone_by_opencolorio_too() -> None:
    """1.0 = 100 nits: OpenColorIO's builtin curve says the same."""
    import PyOpenColorIO as ocio

    curve = ocio.Config.CreateRaw().getProcessor(ocio.BuiltinTransform("CURVE - ST-2084_to_LINEAR"))
    codes = np.repeat(np.linspace(0.05, 1.0, 96, dtype=np.float32)[:, None], 3, axis=1)
    light = codes.copy()
    curve.getDefaultCPUProcessor().applyRGB(light)
    assert pq_nits(codes) / 100.0 == pytest.approx(light, rel=2e-3)
