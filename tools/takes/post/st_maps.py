"""ST maps of a lens: for every pixel of a picture, where to take it from in the other one. Pure but for `write_map`.

`undistort`: its pixels are those of the picture without distortion, `overscan` times as large as the plate; its values
say where in the plate. `distort`: its pixels are the plate's; its values say where in that larger picture. Values are
shares of width and height, from the lower left corner, of pixel centres: what Nuke's STMap reads in red and green.
Where the lens model is not defined, they are -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from stage.errors import InputError
from stage.maths.lens import Points, distort, undistort
from stage.messages.samples import LensState

Floats32 = NDArray[np.float32]
NOWHERE = -1.0


@dataclass(frozen=True, slots=True)
class StMaps:
    """(h, w, 2) of both directions; `overscan` is the factor between their sizes before rounding to pixels."""

    undistort: Floats32
    distort: Floats32
    overscan: tuple[float, float]


def st_maps(lens: LensState, sensor_mm: tuple[float, float], size_px: tuple[int, int]) -> StMaps:
    """The maps of a lens for plates of `size_px` (width, height)."""
    large = (_even(size_px[0] * lens.overscan), _even(size_px[1] * lens.overscan))
    factor = (large[0] / size_px[0], large[1] / size_px[1])
    larger_mm = (sensor_mm[0] * factor[0], sensor_mm[1] * factor[1])
    offset = np.asarray(lens.projection_offset_mm)
    straight = _centres(large, larger_mm) - offset
    bent = _centres(size_px, sensor_mm) - offset
    return StMaps(
        _shares(distort(straight, lens.radial, lens.tangential) + offset, sensor_mm),
        _shares(undistort(bent, lens.radial, lens.tangential) + offset, larger_mm),
        factor,
    )


def write_map(path: Path, values: Floats32, about: dict[str, str]) -> None:
    """A map as EXR: red and green, blue 0. Raises InputError where it cannot be written."""
    channels = {"R": values[..., 0], "G": values[..., 1], "B": np.zeros(values.shape[:2], np.float32)}
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION, **about}
    try:
        OpenEXR.File(header, {name: np.ascontiguousarray(each) for name, each in channels.items()}).write(str(path))
    except (OSError, RuntimeError) as error:
        raise InputError(str(path), "", f"cannot be written: {error}", "Make room on the disk") from error


def _even(pixels: float) -> int:
    return 2 * round(pixels / 2.0)


def _centres(size_px: tuple[int, int], sensor_mm: tuple[float, float]) -> Points:
    """(h, w, 2) the centres of pixels on the sensor, from its middle, y down."""
    (width, height), (across, down) = size_px, sensor_mm
    x = ((np.arange(width) + 0.5) / width - 0.5) * across
    y = ((np.arange(height) + 0.5) / height - 0.5) * down
    return np.stack(np.meshgrid(x, y), axis=-1)


def _shares(points_mm: Points, sensor_mm: tuple[float, float]) -> Floats32:
    shares = points_mm / np.asarray(sensor_mm) + 0.5
    shares[..., 1] = 1.0 - shares[..., 1]
    return np.where(np.isnan(shares), NOWHERE, shares).astype(np.float32)
