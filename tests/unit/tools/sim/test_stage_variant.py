"""A variant of a stage stands elsewhere and still finds the files of the original."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stage.calibration.wall_calibration import calibrations_of
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.walls.surface import surface_of
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


def test_a_coarser_stage_has_walls_of_the_same_size_with_fewer_pixels(tmp_path: Path) -> None:
    (tmp_path / "stage.toml").write_text(STAGE)
    fine, coarse = (load_stage(write_variant(tmp_path / "stage.toml", tmp_path / str(n), coarser=n)) for n in (1, 4))
    for before, after in zip(fine.walls, coarse.walls, strict=True):
        surfaces = [surface_of(wall, tmp_path) for wall in (before, after)]
        assert np.allclose(surfaces[0].corners_m(), surfaces[1].corners_m())
        assert tuple(surfaces[1].size_px) == (16, 16)
    assert coarse.outputs[0].size_px == (16, 16)


def test_walls_whose_pixels_cannot_be_divided_are_told(tmp_path: Path) -> None:
    (tmp_path / "stage.toml").write_text(STAGE)
    with pytest.raises(InputError, match="cannot be 3 times coarser"):
        write_variant(tmp_path / "stage.toml", tmp_path / "elsewhere", coarser=3)
