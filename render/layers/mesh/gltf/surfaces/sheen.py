"""How much light the bloom of cloth gives back (KHR_materials_sheen). Pure numpy."""

from __future__ import annotations

import numpy as np

from render.layers.mesh.finish import ANGLES

_SMOOTHEST = 0.07
_RINGS, _SPOKES = 64, 64


def sheen_share(roughness: float) -> tuple[float, ...]:
    """(ANGLES) by cosine 0, 1/7 ... 1: of white light from all sides, what bloom of white sends to the eye. The
    distribution of Estevez and Kulla 2017 and the visibility of Neubelt and Pettineo 2013, summed over the hemisphere.
    """
    power = 1.0 / max(roughness, _SMOOTHEST) ** 2
    cosine = (np.arange(_RINGS) + 0.5) / _RINGS
    turn = (np.arange(_SPOKES) + 0.5) / _SPOKES * 2.0 * np.pi
    n_l, phi = np.meshgrid(cosine, turn, indexing="ij")
    sine = np.sqrt(1.0 - n_l**2)
    light = np.stack([sine * np.cos(phi), sine * np.sin(phi), n_l], axis=-1)
    found = []
    for n_v in np.maximum(np.linspace(0.0, 1.0, ANGLES), 0.02):
        half = light + np.array([np.sqrt(1.0 - n_v**2), 0.0, n_v])
        n_h = half[..., 2] / np.linalg.norm(half, axis=-1)
        lobe = (2.0 + power) * np.maximum(1.0 - n_h**2, 0.0) ** (power / 2.0) / (2.0 * np.pi)
        seen = lobe * n_l / (4.0 * (n_l + n_v - n_l * n_v))
        found.append(float(min(seen.mean() * 2.0 * np.pi, 1.0)))
    return tuple(found)
