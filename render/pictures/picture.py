"""Pictures ready to draw: textures of surfaces, and equirects at infinity. Frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.files.passport import Passport


@dataclass(frozen=True, slots=True)
class Picture:
    """A texture: `rgba` (h, w, 4) uint8, rows from the top, colours sRGB with straight alpha, or plain numbers where
    `linear` (normals, metal and roughness, occlusion); whether it repeats across and down."""

    rgba: NDArray[np.uint8]
    repeat_x: bool = True
    repeat_y: bool = True
    linear: bool = False


@dataclass(frozen=True, slots=True)
class Background:
    """An equirect at infinity: `radiance` (h, w, 3) float16 scene-linear, rows from the top; its middle column faces
    +Y, rotated by `pan_deg` (counter-clockwise from above). `passport`: what its `file` asks for."""

    radiance: NDArray[np.float16]
    pan_deg: float = 0.0
    gain: float = 1.0
    passport: Passport = ()
    file: str = ""
