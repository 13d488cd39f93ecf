"""A variant of a stage stands elsewhere and still finds the files of the original."""

from __future__ import annotations

from pathlib import Path

from stage.model.calibration_files import calibrations_of
from stage.model.loading import load_stage
from tools.sim.stage_variant import write_variant

STAGE = """schema = "stage/1"
name = "s"
scene = "boxes"
outputs = [{ name = "o", size_px = [64, 64], tiles = [{ tile = "a/all" }] }]
[[walls]]
name = "a"
kind = "flat"
cabinets = { columns = 1, rows = 1, size_px = [64, 64], pitch_mm = 2.0 }
calibration = { lut_1d = "luts/a.cube" }
[[walls]]
name = "b"
kind = "flat"
cabinets = { columns = 1, rows = 1, size_px = [64, 64], pitch_mm = 2.0 }
calibration = { ocio_config = "ocio://cg-config-v2.1.0_aces-v1.3_ocio-v2.3", ocio_from = "ACEScg", ocio_to = "ACEScg" }
"""


def test_calibration_files_of_the_original_are_found(tmp_path: Path) -> None:
    (tmp_path / "luts").mkdir()
    (tmp_path / "luts/a.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n0.9 0.9 0.9\n")
    (tmp_path / "stage.toml").write_text(STAGE)
    variant = write_variant(tmp_path / "stage.toml", tmp_path / "elsewhere", frame_rate="25")
    stage = load_stage(variant)
    found = calibrations_of(stage, variant.parent)
    assert stage.frame_rate == "25"
    assert found["a"].lut_1d is not None
    assert found["b"].whole
