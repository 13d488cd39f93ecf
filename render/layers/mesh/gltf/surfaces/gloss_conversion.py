"""Surfaces by specular colour and gloss (KHR_materials_pbrSpecularGlossiness) as metal and roughness. Pure numpy.

A surface mirrors `specular` straight on and scatters `diffuse` (1 - the strongest of `specular`). Metal m and base
colour b mean the same where 0.04 (1 - m) + b m = specular and b (1 - m) 0.96 = diffuse (1 - specular), taken by
their perceived brightness; of the two colours that follow from it, metals take the specular one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from render.layers.mesh.finish import DIELECTRIC
from stage.maths.arrays import Floats

_SMALL = 1e-6


class MetalRough(NamedTuple):
    """`base` (N, 3), `metallic` (N,), `roughness` (N,)."""

    base: Floats
    metallic: Floats
    roughness: Floats


def metal_rough(diffuse: Floats, specular: Floats, gloss: Floats) -> MetalRough:
    """From (N, 3), (N, 3) and (N,), scene-linear."""
    strongest = specular.max(axis=1)
    metallic = _metallic(_brightness(diffuse), _brightness(specular), 1.0 - strongest)
    share = (1.0 - strongest)[:, None] / (1.0 - DIELECTRIC)
    of_diffuse = diffuse * share / np.maximum(1.0 - metallic, _SMALL)[:, None]
    of_specular = (specular - DIELECTRIC * (1.0 - metallic)[:, None]) / np.maximum(metallic, _SMALL)[:, None]
    mix = metallic[:, None] ** 2
    base = np.clip(of_diffuse * (1.0 - mix) + of_specular * mix, 0.0, 1.0)
    return MetalRough(base, metallic, 1.0 - gloss)


def _metallic(diffuse: Floats, specular: Floats, dark: Floats) -> Floats:
    """The root of the quadratic equation for m that lies in 0..1."""
    b = diffuse * dark / (1.0 - DIELECTRIC) + specular - 2.0 * DIELECTRIC
    c = DIELECTRIC - specular
    root = np.sqrt(np.maximum(b * b - 4.0 * DIELECTRIC * c, 0.0))
    return np.where(specular <= DIELECTRIC, 0.0, np.clip((root - b) / (2.0 * DIELECTRIC), 0.0, 1.0))


def _brightness(colour: Floats) -> Floats:
    """Perceived (HSP model): weights of squares."""
    return np.asarray(np.sqrt(colour**2 @ np.array([0.299, 0.587, 0.114])))
