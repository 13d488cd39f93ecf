"""What a surface has beyond metal and roughness: varnish, glass, cloth, films. Frozen."""

from __future__ import annotations

from dataclasses import dataclass

from stage.maths.pose import Vector

ANGLES = 8
"""Entries of the tables over the angle of view: cosines 0, 1/7 ... 1."""
DIELECTRIC = 0.04
"""The share of light that glass of index 1.5 mirrors, seen straight on."""
NO_SHEEN = (0.0,) * ANGLES


@dataclass(frozen=True, slots=True)
class Finish:
    """Of one material. `mirror`, `edge`: the share of light that its dielectric part mirrors, seen straight on (red,
    green, blue) and at grazing angles. `coat`: how much of it is varnished, and the varnish's roughness. `sheen`: the
    colour of its bloom, its roughness, and by angle the share of light that bloom of white gives back. `clear`: how
    much light goes through; `tint`: the colour it takes on the way. `film`: by angle what a thin film mirrors (empty =
    no film), and how much of the surface has it. `alpha`: whether the base colour's alpha counts."""

    mirror: Vector = (DIELECTRIC, DIELECTRIC, DIELECTRIC)
    edge: float = 1.0
    coat: float = 0.0
    coat_roughness: float = 0.0
    sheen: Vector = (0.0, 0.0, 0.0)
    sheen_roughness: float = 0.0
    sheen_share: tuple[float, ...] = NO_SHEEN
    clear: float = 0.0
    tint: Vector = (1.0, 1.0, 1.0)
    film: tuple[Vector, ...] = ()
    film_share: float = 0.0
    alpha: bool = False
