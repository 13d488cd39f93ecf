"""Cards: pictures that stand in the set, read and placed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.pictures.plate_picture import read_plate
from stage.files.passport import Passport, drawn, lost
from stage.maths.arrays import Floats
from stage.model.layers import CardLayer


@dataclass(frozen=True, slots=True)
class CardData:
    """A picture in the set. `radiance` (h, w, 4) float16 scene-linear times alpha, rows from the top; `corners_m`
    (4, 3) float64 in stage space: lower left, lower right, upper left, upper right as its face is seen."""

    radiance: NDArray[np.float16]
    corners_m: Floats
    gain: float = 1.0
    unlit: bool = True
    alpha: Literal["blend", "mask", "opaque"] = "blend"
    passport: Passport = ()

    @property
    def animated(self) -> bool:
        """A card never moves."""
        return False

    @property
    def normal(self) -> Floats:
        """(3,) the unit normal of its face."""
        across, up = self.corners_m[1] - self.corners_m[0], self.corners_m[2] - self.corners_m[0]
        normal = np.cross(across, up)
        return np.asarray(normal / np.linalg.norm(normal))


def read_card(layer: CardLayer, folder: Path) -> CardData:
    """A card of a scene file. Raises InputError."""
    radiance, _, passport = read_plate(folder / layer.file, layer.colour_space, alpha=layer.alpha != "opaque")
    height, width = radiance.shape[:2]
    size = layer.size_m
    size_m = size if isinstance(size, tuple) else (size, size * height / width)
    said = (*passport, *_passport(layer, radiance))
    return CardData(radiance, card_corners(layer, size_m), layer.gain, layer.unlit, layer.alpha, said)


def card_corners(layer: CardLayer, size_m: tuple[float, float]) -> Floats:
    """(4, 3) in stage space: the lower edge's middle at the layer's position."""
    width, height = size_m
    x, z = np.array([-0.5, 0.5, -0.5, 0.5]) * width, np.array([0.0, 0.0, 1.0, 1.0]) * height
    own = np.stack([x, np.zeros(4), z, np.ones(4)], axis=1)
    return np.asarray((own @ layer.pose().matrix().T)[:, :3])


def _passport(layer: CardLayer, radiance: NDArray[np.float16]) -> Passport:
    if layer.alpha != "opaque" and bool((radiance[:, :, 3] == 1.0).all()):
        return (drawn(layer.file, "alpha", "is opaque everywhere", 'Set alpha = "opaque", which is cheaper to draw'),)
    clear = radiance[:, :, 3] == 0.0
    if layer.alpha != "opaque" and bool(clear.all()) and not radiance.any():
        return (lost(layer.file, "picture", "its alpha is 0 everywhere: nothing is visible", 'Set alpha = "opaque"'),)
    if layer.alpha == "mask" and bool(radiance[clear].any()):
        why = "light where alpha is 0 is cut off with the rest"
        return (lost(layer.file, "glow without alpha", why, 'Set alpha = "blend"'),)
    return ()
