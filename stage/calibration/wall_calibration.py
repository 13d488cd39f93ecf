"""A wall's calibration with its files read: one matrix, curves, a cube, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stage.calibration.lut_file import read_table
from stage.calibration.ocio_file import bake_ocio
from stage.calibration.openvpcal_file import read_openvpcal
from stage.calibration.passport import openvpcal_passport, table_passport
from stage.files.passport import Passport, drawn
from stage.maths.colour_lut import Lut1d, Lut3d
from stage.maths.colour_matrix import rgb_from_rgb
from stage.maths.colour_transfer import TRANSFERS
from stage.model.calibration import Calibration
from stage.model.stagefile import Stage
from stage.model.wall import AnyWall
from stage.units import NITS_PER_UNIT

Kind = TypeVar("Kind", Lut1d, Lut3d)

INSIDE = "rec709"


@dataclass(frozen=True, slots=True, eq=False)
class WallCalibration:
    """From light inside (Rec.709, 1.0 = 100 nits) to light of the wall.

    `signal_from_scene` turns into the signal's gamut; `matrix` corrects there. LUTs see light by the transfer
    `lut_in` and give it by `lut_out`. `lut_first`: the curves come before `matrix`. `whole`: the cube is the whole
    way, gamut included. `passport`: what its files ask for and what becomes of it.
    """

    signal_from_scene: NDArray[np.float64]
    matrix: NDArray[np.float64]
    lut_1d: Lut1d | None = None
    lut_3d: Lut3d | None = None
    lut_in: str = "pq"
    lut_out: str = "pq"
    lut_first: bool = False
    whole: bool = False
    passport: Passport = ()

    @property
    def neutral(self) -> bool:
        """Whether it leaves light unchanged."""
        same = np.array_equal(self.signal_from_scene, np.eye(3)) and np.array_equal(self.matrix, np.eye(3))
        return same and self.lut_1d is None and self.lut_3d is None

    def apply(self, light: ArrayLike, peak_nits: float) -> NDArray[np.float64]:
        """(..., 3) light after calibration: the reference for the shader."""
        value = np.asarray(light, np.float64)
        if not self.whole:
            value = value @ self.signal_from_scene.T
        if not self.lut_first:
            value = value @ self.matrix.T
        if self.lut_1d is not None or self.lut_3d is not None:
            value = self._through_luts(np.maximum(value, 0.0), peak_nits)
        return np.maximum(value, 0.0)

    def _through_luts(self, light: NDArray[np.float64], peak_nits: float) -> NDArray[np.float64]:
        into, out = TRANSFERS[self.lut_in][0], TRANSFERS[self.lut_out][1]
        value = into(light * NITS_PER_UNIT, peak_nits)
        if self.lut_1d is not None:
            value = self.lut_1d.apply(value)
            if self.lut_first:
                nits = TRANSFERS[self.lut_in][1](value, peak_nits) @ self.matrix.T
                value = into(np.maximum(nits, 0.0), peak_nits)
        if self.lut_3d is not None:
            value = self.lut_3d.apply(value)
        return out(value, peak_nits) / NITS_PER_UNIT


def calibrations_of(stage: Stage, beside: Path) -> dict[str, WallCalibration]:
    """The calibrations of all walls by name. `beside` is the stage file's folder. Raises InputError."""
    return {wall.name: calibration_of(wall, beside) for wall in stage.walls}


def calibration_of(wall: AnyWall, beside: Path) -> WallCalibration:
    """One wall's calibration, neutral where none is given. Raises InputError by file and field."""
    given = wall.calibration or Calibration()
    gamut = rgb_from_rgb(INSIDE, wall.gamut)
    encoding = wall.transfer if given.lut_encoding == "signal" else "pq"
    if given.ocio_config is not None and given.ocio_from is not None and given.ocio_to is not None:
        cube = bake_ocio(given.ocio_config, given.ocio_from, given.ocio_to, beside)
        return WallCalibration(
            signal_from_scene=gamut,
            matrix=np.eye(3),
            lut_1d=None,
            lut_3d=cube,
            lut_in="pq",
            lut_out=wall.transfer,
            lut_first=False,
            whole=True,
            passport=(drawn(given.ocio_config, f"{given.ocio_from} to {given.ocio_to}", "as a table of 64 x 64 x 64"),),
        )
    cube_3d, of_cube = _table(given.lut_3d, Lut3d, beside)
    first = given.order == "lut-matrix"
    if given.openvpcal is not None:
        result = read_openvpcal(beside / given.openvpcal, wall.name)
        first = first if result.lut_first is None else result.lut_first
        first = first and result.curves is not None
        return WallCalibration(
            signal_from_scene=gamut if result.target_from_scene is None else result.target_from_scene,
            matrix=result.matrix,
            lut_1d=result.curves,
            lut_3d=cube_3d,
            lut_in="pq",
            lut_out="pq",
            lut_first=first,
            passport=openvpcal_passport(beside / given.openvpcal, result, wall.peak_nits) + of_cube,
        )
    matrix = np.eye(3) if given.matrix is None else np.array(given.matrix)
    curves, of_curves = _table(given.lut_1d, Lut1d, beside)
    return WallCalibration(
        signal_from_scene=gamut,
        matrix=matrix,
        lut_1d=curves,
        lut_3d=cube_3d,
        lut_in=encoding,
        lut_out=encoding,
        lut_first=first and curves is not None,
        passport=of_curves + of_cube,
    )


def _table(name: str | None, kind: type[Kind], beside: Path) -> tuple[Kind | None, Passport]:
    if name is None:
        return None, ()
    path = beside / name
    table, said = read_table(path, kind is Lut3d)
    assert isinstance(table, kind)
    return table, said or table_passport(path, table)
