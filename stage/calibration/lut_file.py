"""Tables of colour in any file that OpenColorIO reads: .cube with a shaper, .clf, .csp, .spi1d, .spi3d, .3dl. IO.

A plain .cube is read by own code, entry by entry. Everything else is asked at the points of a table of its own size, so
that the shader needs to know two kinds of table alone; how far the two are apart is measured and said.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stage.calibration.cube_file import MAX_BYTES, read_cube
from stage.errors import InputError
from stage.files.passport import Passport, approximated, drawn
from stage.maths.colour_lut import Lut1d, Lut3d
from stage.maths.scene_linear import exact_cpu

if TYPE_CHECKING:
    import PyOpenColorIO

SUFFIXES = (".cube", ".clf", ".ctf", ".csp", ".spi1d", ".spi3d", ".spimtx", ".3dl", ".lut", ".cc")
CURVE_ENTRIES, CUBE_SIDE = 4096, 65
MIXES = 1e-5
"""A channel that moves by more than this when another does is no curve of its own."""
ONE_CODE = 1.0 / 1023.0
SAMPLES = 4096
HEAD_BYTES = 65_536


class Table(NamedTuple):
    """A table as the shader takes it, and what its file asks for beyond that."""

    lut: Lut1d | Lut3d
    passport: Passport = ()


def read_table(path: Path, cube: bool) -> Table:
    """A file's table: a cube (`cube`), or a curve a channel. Raises InputError: not readable, or no curves where
    curves are wanted."""
    if path.suffix.lower() == ".cube" and not _has_shaper(path):
        return Table(_of_kind(read_cube(path), path, cube))
    if path.suffix.lower() not in SUFFIXES:
        remedy = f"Give one of {', '.join(SUFFIXES)}"
        raise InputError(str(path), "", f"{path.suffix or 'a file without a suffix'} is no table of colour", remedy)
    through = _processor(path)
    if not cube:
        return _curves(through, path)
    axis = np.linspace(0.0, 1.0, CUBE_SIDE, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    values = _applied(through, np.stack([red, green, blue], axis=-1).reshape(-1, 3), path)
    lut = Lut3d(values.reshape(CUBE_SIDE, CUBE_SIDE, CUBE_SIDE, 3))
    return Table(lut, _difference(lut, through, path, f"a table of {CUBE_SIDE} x {CUBE_SIDE} x {CUBE_SIDE}"))


def _curves(through: PyOpenColorIO.CPUProcessor, path: Path) -> Table:
    """Raises InputError where a channel depends on another."""
    axis = np.linspace(0.0, 1.0, CURVE_ENTRIES, dtype=np.float32)
    grey = _applied(through, np.repeat(axis[:, None], 3, axis=1), path)
    for channel in range(3):
        alone = np.full((CURVE_ENTRIES, 3), 0.25, np.float32)
        alone[:, channel] = axis
        if np.abs(_applied(through, alone, path)[:, channel] - grey[:, channel]).max() > MIXES:
            raise InputError(str(path), "", "has a 3-D table or a matrix, not a 1-D one", "Use lut_3d")
    lut = Lut1d(grey)
    return Table(lut, _difference(lut, through, path, f"curves of {CURVE_ENTRIES} entries"))


def _difference(lut: Lut1d | Lut3d, through: PyOpenColorIO.CPUProcessor, path: Path, what: str) -> Passport:
    """How far the table is from the file between its points."""
    some = np.random.default_rng(1).uniform(0.0, 1.0, (SAMPLES, 3)).astype(np.float32)
    off = float(np.abs(lut.apply(some) - _applied(through, some.copy(), path)).max())
    asks = f"a {path.suffix.lower()[1:]} file"
    if off <= ONE_CODE:
        return (drawn(path.name, asks, f"as {what}, within {off * 1023.0:.2g} codes of 10 bits"),)
    why = f"as {what} it is off by up to {off * 1023.0:.3g} codes of 10 bits"
    return (approximated(path.name, asks, why, "Export a .cube made for this encoding"),)


def _processor(path: Path) -> PyOpenColorIO.CPUProcessor:
    import PyOpenColorIO as ocio

    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(str(path), "", f"is larger than {MAX_BYTES // 2**20} MB", "Export a smaller LUT")
        transform = ocio.FileTransform(src=str(path.resolve()), interpolation=ocio.INTERP_TETRAHEDRAL)
        return exact_cpu(ocio.Config.CreateRaw().getProcessor(transform))
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    except ocio.Exception as error:
        problem = f"({size} bytes) is no {path.suffix} that OpenColorIO reads"
        raise InputError(str(path), "", problem, "Export it again") from error


def _applied(through: PyOpenColorIO.CPUProcessor, values: NDArray[np.float32], path: Path) -> NDArray[np.float32]:
    values = np.ascontiguousarray(values, np.float32)
    through.applyRGB(values)
    if not np.isfinite(values).all():
        raise InputError(str(path), "", "gives values that are not finite", "Export it again")
    return values


def _has_shaper(path: Path) -> bool:
    """Whether a .cube has curves before its cube, as Resolve writes it."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return False
    return b"LUT_1D_SIZE" in head and b"LUT_3D_SIZE" in head


def _of_kind(table: Lut1d | Lut3d, path: Path, cube: bool) -> Lut1d | Lut3d:
    if isinstance(table, Lut3d) != cube:
        there, wanted = ("1-D", "3-D") if cube else ("3-D", "1-D")
        raise InputError(str(path), "", f"has a {there} table, not a {wanted} one", "Use the other key")
    return table
