"""A wall's calibration on the graphics card: what its programs are compiled with, their uniforms, its tables."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.program import uniform
from render.gl.shader_source import Define
from render.wall.colour import TRANSFER_DEFINES, TRANSFER_KINDS, WallColour
from stage.maths.colour_lut import Lut1d, Lut3d

LUT_1D_UNIT, LUT_3D_UNIT = 12, 13
"""Texture units of `encode/calibration.glsl`, beyond those of pictures."""


def colour_defines(colour: WallColour) -> dict[str, Define]:
    """What the encoder of a wall is compiled with. A neutral calibration compiles nothing."""
    calibration = colour.calibration
    return {
        **TRANSFER_DEFINES,
        "TRANSFER": TRANSFER_KINDS[colour.transfer],
        "CODE_STEP": 1.0 / colour.most,
        "KNEE": colour.knee < 1.0,
        "MATRIX": not calibration.neutral,
        "LUT_1D": calibration.lut_1d is not None,
        "LUT_3D": calibration.lut_3d is not None,
        "LUT_FIRST": calibration.lut_first,
        "LUT_IN": TRANSFER_KINDS[calibration.lut_in],
        "LUT_OUT": TRANSFER_KINDS[calibration.lut_out],
    }


class CalibrationTables:
    """The LUTs of one wall as textures, and the uniforms of the programs that read them."""

    def __init__(self, ctx: moderngl.Context, colour: WallColour, programs: Sequence[moderngl.Program]) -> None:
        self._colour = colour
        self._programs = programs
        calibration = colour.calibration
        self._lut_1d = _curves(ctx, calibration.lut_1d) if calibration.lut_1d is not None else None
        self._lut_3d = _cube(ctx, calibration.lut_3d) if calibration.lut_3d is not None else None
        for program in programs:
            _set(program, "codes", colour.codes())
            _set(program, "peak_nits", colour.peak_nits)
            if colour.knee < 1.0:
                _set(program, "knee", colour.knee)
            for lut, name in ((calibration.lut_1d, "1d"), (calibration.lut_3d, "3d")):
                if lut is not None:
                    _set(program, f"low_{name}", lut.low)
                    _set(program, f"per_span_{name}", _per_span(lut))
        self._bypassed: bool | None = None
        self.bypass(False)

    def bypass(self, bypassed: bool) -> None:
        """Leave the calibration out, or not; the signal's gamut stays."""
        calibration = self._colour.calibration
        if bypassed == self._bypassed or calibration.neutral:
            return
        self._bypassed = bypassed
        has_lut = self._lut_1d is not None or self._lut_3d is not None
        before = calibration.signal_from_scene
        if not bypassed:
            before = np.eye(3) if calibration.whole else before
            before = before if calibration.lut_first else calibration.matrix @ before
        for program in self._programs:
            _set(program, "wall_from_scene", _columns(before))
            if has_lut:
                _set(program, "luts_on", int(not bypassed))
            if calibration.lut_first:
                _set(program, "wall_from_lut", _columns(calibration.matrix))

    def use(self) -> None:
        """Bind the tables."""
        if self._lut_1d is not None:
            self._lut_1d.use(LUT_1D_UNIT)
        if self._lut_3d is not None:
            self._lut_3d.use(LUT_3D_UNIT)

    def release(self) -> None:
        """Free the tables."""
        for texture in (self._lut_1d, self._lut_3d):
            if texture is not None:
                texture.release()


def _set(program: moderngl.Program, name: str, value: float | int | tuple[float, ...]) -> None:
    """Set a uniform if the program has it; a probe's program has no colours."""
    if name in program:
        uniform(program, name).value = value


def _columns(matrix: NDArray[np.float64]) -> tuple[float, ...]:
    """Column by column, as OpenGL expects."""
    return tuple(matrix.T.ravel().tolist())


def _per_span(lut: Lut1d | Lut3d) -> tuple[float, ...]:
    return tuple(1.0 / (high - low) for low, high in zip(lut.low, lut.high, strict=True))


def _curves(ctx: moderngl.Context, lut: Lut1d) -> moderngl.Texture:
    rows = np.ascontiguousarray(lut.table, np.float32)
    texture = ctx.texture((len(rows), 1), 3, rows.tobytes(), dtype="f4")
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return texture


def _cube(ctx: moderngl.Context, lut: Lut3d) -> moderngl.Texture3D:
    size = len(lut.table)
    texture = ctx.texture3d((size, size, size), 3, np.ascontiguousarray(lut.table, np.float32).tobytes(), dtype="f4")
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return texture
