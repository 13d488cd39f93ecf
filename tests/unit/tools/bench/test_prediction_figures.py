"""The figures that prediction must reach, and what the benchmark refuses."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path

import pytest

from stage.errors import InputError
from tests.places import DATA
from tools.bench.prediction import prediction_figures, still_jitter_mm

FR1_XYZ = DATA / "fr1_xyz.tum"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "motion.tum"
    file.write_text(text, encoding="utf-8")
    return file


def test_hands_are_foretold_100_ms_ahead_and_a_still_camera_does_not_tremble() -> None:
    figures = prediction_figures(FR1_XYZ, 120.0, 100.0)
    assert figures.predicted_rms_mm <= 0.15 * figures.hold_rms_mm
    assert figures.still_jitter_mm <= 0.15
    assert figures.ratio == pytest.approx(figures.predicted_rms_mm / figures.hold_rms_mm)
    assert figures.rotation_predicted_rms_deg < figures.rotation_hold_rms_deg
    assert 25.0 < figures.hold_rms_mm < 40.0, "the recording moves at about 0.33 m/s"
    assert {"hold_rms_mm", "predicted_rms_mm", "still_jitter_mm"} <= asdict(figures).keys()


@pytest.mark.parametrize(("rate_hz", "horizon_ms"), [(24.0, 100.0), (60.0, 50.0), (240.0, 20.0)])
def test_other_rates_and_horizons_too(rate_hz: float, horizon_ms: float) -> None:
    figures = prediction_figures(FR1_XYZ, rate_hz, horizon_ms)
    assert figures.predicted_rms_mm <= 0.15 * figures.hold_rms_mm
    assert figures.still_jitter_mm <= 0.15


def test_twice_the_noise_is_still_no_motion() -> None:
    assert still_jitter_mm(120.0, 100.0, noise_m=2e-4) <= 0.15


def test_jitter_is_measured_not_assumed() -> None:
    assert still_jitter_mm(120.0, 100.0, noise_m=5e-3) > 0.15


def test_a_motion_that_stands_has_no_ratio(tmp_path: Path) -> None:
    file = written(tmp_path, "".join(f"{t / 10} 1 2 3 0 0 0 1\n" for t in range(20)))
    figures = prediction_figures(file, 50.0, 100.0)
    assert figures.hold_rms_mm == pytest.approx(0.0, abs=1e-9)
    assert figures.ratio is None


@pytest.mark.parametrize(
    ("rate_hz", "horizon_ms", "named"),
    [(0.0, 100.0, "--rate-hz"), (math.nan, 100.0, "--rate-hz"), (120.0, -1.0, "--horizon-ms"), (120.0, 1e4, "--hor")],
)
def test_rate_and_horizon_out_of_range_are_refused(rate_hz: float, horizon_ms: float, named: str) -> None:
    with pytest.raises(InputError, match=named):
        prediction_figures(FR1_XYZ, rate_hz, horizon_ms)


def test_a_motion_shorter_than_the_horizon_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "0 0 0 0 0 0 0 1\n0.05 0 0 0 0 0 0 1\n")
    with pytest.raises(InputError, match="no longer than the horizon"):
        prediction_figures(file, 120.0, 100.0)
