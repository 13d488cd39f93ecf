"""Reads backgrounds at infinity: any picture of everything round a point, as scene-linear 16-bit floats."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.cube_map import FACES, equirect_from_cube
from render.pictures.picture import Background
from render.pictures.plate_picture import read_plate
from render.pictures.reducing import LARGEST_SIDE_PX
from stage.files.passport import PassportEntry, approximated, drawn
from stage.model.layers import EquirectLayer

Radiance = NDArray[np.float16]

ASPECT_SLACK = 0.01
"""How far from 2:1 an equirect may be: a pixel more or less."""
TWICE = "Export it twice as wide as high"


def read_background(layer: EquirectLayer, folder: Path) -> Background:
    """The background that a scene file names. Raises InputError."""
    radiance, passport = whole_round(folder / layer.file, layer.colour_space)
    return Background(radiance, layer.pan_deg, layer.gain, tuple(passport), layer.file)


def read_equirect(path: Path, colour_space: str | None = None) -> Radiance:
    """(h, w, 3) scene-linear, rows from the top, at most 8192 a side, 0..60000; NaN becomes 0, infinite light 60000.

    Numbers mean what the file says of them, else those of float files are linear, 8 and 16 bit files sRGB, unless
    `colour_space` says otherwise. Raises InputError.
    """
    return whole_round(path, colour_space)[0]


def whole_round(path: Path, colour_space: str | None) -> tuple[Radiance, list[PassportEntry]]:
    """An equirect as `read_equirect` gives it, and what its file asks for: cube maps become equirects, a panorama that
    is wider than 2:1 keeps its proportions. Raises InputError."""
    plate = read_plate(path, colour_space, alpha=False)
    radiance, said = np.ascontiguousarray(plate.radiance[:, :, :3]), list(plate.passport)
    height, width = radiance.shape[:2]
    if plate.cube and height == FACES * width:
        said.append(drawn(path.name, "a cube map", f"its faces of {width} px are turned into an equirect"))
        return _reduced(equirect_from_cube(radiance)), said
    asks = f"a picture of {width / height:.2f} : 1"
    if plate.cube:
        said.append(approximated(path.name, "a cube map", "its faces are no squares one under the other", TWICE))
    aspect = width / height / 2.0
    if abs(aspect - 1.0) <= ASPECT_SLACK:
        return radiance, said
    if aspect > 1.0:
        why = "it is taken as the middle of 360 degrees round; above and below its edges are continued"
        return _continued(radiance), [*said, approximated(path.name, asks, why, TWICE)]
    why = "it is stretched to 2 : 1, all round"
    if height == FACES * width:
        why += ": it looks like a cube map, but has no attribute envmap that says so"
    return radiance, [*said, approximated(path.name, asks, why, TWICE)]


def _continued(band: Radiance) -> Radiance:
    """A band of full width in the middle of an equirect; its edges fade to their own mean toward the poles."""
    height, width = band.shape[:2]
    rows = max(height, round(width / 2))
    result = np.empty((rows, width, 3), np.float16)
    above = (rows - height) // 2
    result[above : above + height] = band
    for edge, place in ((band[0], np.arange(above)[::-1]), (band[-1], np.arange(above + height, rows))):
        row = np.asarray(edge, np.float32)
        mean = row.mean(axis=0)
        for step, target in enumerate(place):
            share = (step + 1) / len(place)
            result[target] = row * (1.0 - share) + mean * share
    return result


def _reduced(radiance: Radiance) -> Radiance:
    height, width = radiance.shape[:2]
    if max(height, width) <= LARGEST_SIDE_PX:
        return radiance
    size = (LARGEST_SIDE_PX, max(1, round(height * LARGEST_SIDE_PX / width)))
    return np.asarray(cv2.resize(radiance.astype(np.float32), size, interpolation=cv2.INTER_AREA)).astype(np.float16)
