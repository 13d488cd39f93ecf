"""Pictures of plates, cards, reliefs and backgrounds as scene-linear light with alpha."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.pictures.plane import Plane, read_plane
from render.pictures.reducing import reduced
from stage.errors import InputError
from stage.files.passport import Passport, approximated
from stage.maths.scene_linear import to_scene_linear

BRIGHTEST = 60_000.0
"""Below the largest 16-bit float, 65504, so mixing neighbours cannot overflow."""
FAINTEST = 1e-4
"""Alpha below which a premultiplied colour is not divided by it."""
OUTSIDE_SHARE = 0.01
"""The share of pixels with colours beyond Rec.709 that is worth a word."""
OUTSIDE = -0.02


class Plate(NamedTuple):
    """`radiance` (h, w, 4) scene-linear Rec.709 times alpha (premultiplied), rows from the top, at most 8192 a side.
    `cube`: six faces of a cube, one under the other."""

    radiance: NDArray[np.float16]
    cube: bool
    passport: Passport


def read_plate(path: Path, colour_space: str | None, alpha: bool) -> Plate:
    """A picture as light.

    Without `colour_space` its numbers mean what the file says of them, else 8 and 16 bit files are sRGB, float files
    linear. Without `alpha` the picture's own is ignored and 1 used. Alpha is straight in PNG and TIFF, premultiplied in
    OpenEXR (as its standard says), where colour without alpha is light that is added, as of a flame. Raises InputError.
    """
    plane = read_plane(path)
    outside = 0

    def strip(rows: slice) -> NDArray[np.float32]:
        nonlocal outside
        if plane.plain and colour_space is None:
            return plane.plain_light(rows)
        values = plane.values(rows)
        if values.shape[2] == 1:
            values = np.repeat(values, 3, axis=2)
        made, count = _light(values, plane, colour_space, alpha, path)
        outside += count
        return made

    height, width = plane.codes.shape[:2]
    radiance = reduced((height, width), strip)
    passport = plane.passport
    if colour_space is not None:
        passport = tuple(entry for entry in passport if "converted to Rec.709" not in entry.why)
    if outside > OUTSIDE_SHARE * height * width:
        share = 100.0 * outside / (height * width)
        why = f"{share:.0f} % of its pixels are beyond Rec.709 and are drawn at its edge"
        passport = (*passport, approximated(path.name, "colours of a wide gamut", why))
    return Plate(radiance, plane.cube, passport)


def _light(
    values: NDArray[np.float32], plane: Plane, colour_space: str | None, alpha: bool, path: Path
) -> tuple[NDArray[np.float32], int]:
    """(n, w, 4) light times alpha, and how many of its pixels are beyond Rec.709."""
    cover = np.ones((*values.shape[:2], 1), np.float32)
    if values.shape[2] == 4 and (alpha or plane.integer):
        cover = np.nan_to_num(np.clip(values[:, :, 3:], 0.0, 1.0), nan=0.0)
    colour = np.nan_to_num(values[:, :, :3], nan=0.0, posinf=BRIGHTEST, neginf=0.0)
    whole = cover > FAINTEST
    if plane.premultiplied:
        colour = np.where(whole, colour / np.maximum(cover, np.float32(FAINTEST)), colour)
    linear = plane.light(colour) if colour_space is None else scene_linear(colour, colour_space, path)
    count = int((linear.min(axis=2) < OUTSIDE * np.maximum(linear.max(axis=2), 1e-3)).sum())
    if not alpha:
        cover, whole = np.ones_like(cover), np.ones_like(whole)
    covered = np.where(whole, linear * cover, linear) if plane.premultiplied else linear * cover
    return np.concatenate([np.clip(covered, 0.0, BRIGHTEST), cover], axis=2), count


def scene_linear(colour: NDArray[np.float32], space: str, path: Path) -> NDArray[np.float32]:
    """Colours of a space as scene-linear light. Raises InputError with the file if there is no such space."""
    try:
        return to_scene_linear(np.ascontiguousarray(colour, np.float32), space)
    except InputError as error:
        raise InputError(str(path), "colour_space", f"{space}: {error.problem}", error.remedy) from error
