"""The last pass in figures: the wall's codes on a grid of colours against OpenColorIO and against numpy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import moderngl
import numpy as np
import PyOpenColorIO as ocio
from numpy.typing import NDArray

from render.wall.colour import WallColour
from render.wall.steps import steps_of
from stage.calibration.wall_calibration import WallCalibration, calibration_of
from stage.maths.colour_transfer import TRANSFERS, code_range, pq_nits
from stage.model.look import Grade, Look
from stage.model.wall import FlatWall
from tools.bench.wall_codes import as_drawn, codes_of, stepped_wall

CABINETS = {"columns": 1, "rows": 1, "size_px": [64, 64], "pitch_mm": 2.0}
PQ_WALL = WallColour("pq", 10_000.0, False, 10)
GRID = 17
MOST_10 = 1023.0
CONFIG = "ocio://studio-config-v2.1.0_aces-v1.3_ocio-v2.3"
REC709 = "Linear Rec.709 (sRGB)"
GAMUTS = {"rec2020": "Linear Rec.2020", "p3-d65": "Linear P3-D65"}
GRADE = Grade((1.1, 0.9, 1.0), (0.02, -0.01, 0.0), (1.0, 1.2, 0.8), 0.9)


def pq_error(context: moderngl.Context) -> float:
    """Codes of light from 0 to 8,000 nits against OpenColorIO's ST 2084."""
    light = grid_light()
    wanted = _ocio_pq(light)
    return _most_apart(codes_of(context, light, PQ_WALL), wanted)


def matrix_error(context: moderngl.Context, gamut: str) -> float:
    """Light of Rec.709 in the primaries of a wall's signal."""
    asked = wall(transfer="pq", gamut=gamut, bits=10, peak_nits=10_000.0)
    light = grid_light()
    wanted = np.maximum(_through(_config().getProcessor(REC709, GAMUTS[gamut]), light), 0.0)
    codes = codes_of(context, light, WallColour.of(asked, calibration_of(asked, Path())))
    return _most_apart(codes, signal_codes(wanted, PQ_WALL))


def cdl_error(context: moderngl.Context) -> float:
    """A look's grade, where no channel falls below 0, because OpenColorIO's NO_CLAMP skips the power there."""
    cdl = ocio.CDLTransform(
        slope=list(GRADE.slope), offset=list(GRADE.offset), power=list(GRADE.power), sat=GRADE.saturation
    )
    cdl.setStyle(ocio.CDL_NO_CLAMP)
    light = grid_light()
    light = light[(light * GRADE.slope + GRADE.offset >= 0).all(axis=1)]
    wanted = np.maximum(_through(ocio.Config.CreateRaw().getProcessor(cdl), light), 0.0)
    codes = codes_of(context, light, PQ_WALL, steps_of(Look(grade=GRADE), stepped_wall(PQ_WALL), ()))
    return _most_apart(codes, signal_codes(wanted, PQ_WALL))


def lut_error(context: moderngl.Context, key: str, text: str) -> float:
    """A wall's `lut_3d` or `lut_1d` of a .cube file."""

    def error(folder: Path) -> float:
        path = folder / "wall.cube"
        path.write_text(text)
        asked = wall(transfer="pq", bits=10, peak_nits=10_000.0, calibration={key: "wall.cube"})
        light = grid_light()
        wanted = np.clip(through_ocio(path, TRANSFERS["pq"][0](light * 100.0, 1e4)), 0.0, 1.0) * MOST_10
        return _most_apart(codes_of(context, light, WallColour.of(asked, calibration_of(asked, folder))), wanted)

    return _in_a_folder(error)


def config_error(context: moderngl.Context) -> float:
    """An OpenColorIO config as a wall's calibration: Rec.709 light to Rec.2100 PQ."""
    out = "Rec.2100-PQ - Display"
    asked = wall(transfer="pq", gamut="rec2020", bits=10, peak_nits=10_000.0, calibration={
        "ocio_config": CONFIG, "ocio_from": REC709, "ocio_to": out})  # fmt: skip
    light = grid_light()
    exact = np.ascontiguousarray(light, np.float32)
    _config().getProcessor(REC709, out).getDefaultCPUProcessor().applyRGB(exact)
    wanted = np.clip(exact.astype(np.float64), 0.0, 1.0) * MOST_10
    return _most_apart(codes_of(context, light, WallColour.of(asked, calibration_of(asked, Path()))), np.rint(wanted))


def wall(**keys: object) -> FlatWall:
    return FlatWall.model_validate({"name": "w", "kind": "flat", "cabinets": CABINETS, **keys})


def grid_light() -> NDArray[np.float64]:
    """(17^3, 3) light whose PQ signal is a grid from 0 to 1, as a half-float picture holds it."""
    axis = pq_nits(np.linspace(0.0, 0.97, GRID)) / 100.0
    return as_drawn(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3))


def signal_codes(light: NDArray[np.float64], colour: WallColour) -> NDArray[np.float64]:
    """Exact code values of light of the wall: numpy, not rounded."""
    low, high = code_range(colour.bits, colour.narrow)
    nits = np.clip(light * 100.0, 0.0, colour.peak_nits)
    return low + (high - low) * TRANSFERS[colour.transfer][0](nits, colour.peak_nits)


def cube_text(size: int, low: float, high: float) -> str:
    """A cube that rotates and bends colours, red fastest."""
    axis = np.linspace(low, high, size)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    mixed = [0.8 * red + 0.2 * green * blue, green**1.3 * 0.9 + 0.05 * red, 0.5 * blue + 0.4 * np.sqrt(blue * red)]
    rows = np.stack(mixed, axis=-1).reshape(-1, 3)
    domain = f"DOMAIN_MIN {low} {low} {low}\nDOMAIN_MAX {high} {high} {high}\n"
    return f'TITLE "test"\nLUT_3D_SIZE {size}\n{domain}' + "\n".join(" ".join(f"{v:.7f}" for v in row) for row in rows)


def curves_text(size: int) -> str:
    """Three different curves."""
    axis = np.linspace(0.0, 1.0, size)
    rows = np.stack([axis**1.1, axis**0.93 * 0.98, 0.02 + 0.96 * axis], axis=-1)
    return f"LUT_1D_SIZE {size}\n" + "\n".join(" ".join(f"{v:.7f}" for v in row) for row in rows)


def through_ocio(path: Path, signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """A signal through a .cube file, as OpenColorIO reads and interpolates it."""
    interpolation = ocio.INTERP_TETRAHEDRAL if "3D" in path.read_text() else ocio.INTERP_LINEAR
    processor = ocio.Config.CreateRaw().getProcessor(ocio.FileTransform(str(path), interpolation=interpolation))
    pixels = np.ascontiguousarray(signal, np.float32)
    processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS).applyRGB(pixels)
    return pixels.astype(np.float64)


def bent(order: str, folder: Path) -> WallCalibration:
    """A calibration that leads out of the signal's gamut and back, its files in a folder."""
    (folder / "curves.cube").write_text(curves_text(1025))
    return calibration_of(
        wall(gamut="p3-d65", transfer="pq", calibration={
            "matrix": [[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.2, 0.8]], "lut_1d": "curves.cube", "order": order,
        }), folder)  # fmt: skip


def _ocio_pq(light: NDArray[np.float64]) -> NDArray[np.float64]:
    curve = ocio.BuiltinTransform("CURVE - LINEAR_to_ST-2084")
    return np.clip(_through(ocio.Config.CreateRaw().getProcessor(curve), light), 0.0, 1.0) * MOST_10


def _through(processor: ocio.Processor, light: NDArray[np.float64]) -> NDArray[np.float64]:
    pixels = np.ascontiguousarray(light, np.float32)
    processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS).applyRGB(pixels)
    return pixels.astype(np.float64)


def _config() -> ocio.Config:
    return ocio.Config.CreateFromBuiltinConfig(CONFIG.removeprefix("ocio://"))


def _most_apart(codes: NDArray[np.int64], wanted: NDArray[np.float64]) -> float:
    return float(np.abs(codes - wanted).max())


def _in_a_folder(measure: Callable[[Path], float]) -> float:
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        return measure(Path(folder))
