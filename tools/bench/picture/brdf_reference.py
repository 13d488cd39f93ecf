"""The reflection of glTF 2.0, appendix B, in numpy: written from the specification's formulas, not from the shader."""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats


def dot(a: Floats, b: Floats) -> Floats:
    """(..., 1)."""
    return np.asarray((a * b).sum(axis=-1, keepdims=True))


def reflected(
    base: Floats,
    metallic: Floats,
    roughness: Floats,
    n: Floats,
    v: Floats,
    light: Floats,
    dfg: Floats,
) -> Floats:
    """(N, 3) radiance per irradiance, times n.l; all inputs (N, 3) or (N, 1), dfg (N, 2)."""
    alpha2 = roughness**4
    h = (v + light) / np.linalg.norm(v + light, axis=-1, keepdims=True)
    n_l, n_v, n_h, v_h = dot(n, light), dot(n, v), dot(n, h), dot(v, h)
    d = alpha2 / (np.pi * (n_h**2 * (alpha2 - 1.0) + 1.0) ** 2)
    root_l, root_v = (np.sqrt(alpha2 + (1.0 - alpha2) * c**2) for c in (n_l, n_v))
    v_term = 0.5 / (n_l * root_v + n_v * root_l)
    once = dfg[:, :1] + dfg[:, 1:]
    mirrored = np.zeros_like(base)
    for f0, share in ((np.full_like(base, 0.04), 1.0 - metallic), (base, metallic)):
        fresnel = f0 + (1.0 - f0) * (1.0 - np.abs(v_h)) ** 5
        mirrored = mirrored + share * fresnel * (1.0 + f0 * (1.0 - once) / once)
    gloss_albedo = (0.04 * dfg[:, :1] + dfg[:, 1:]) * (1.0 + 0.04 * (1.0 - once) / once)
    diffuse = base * (1.0 - metallic) / np.pi * (1.0 - gloss_albedo)
    return np.asarray((diffuse + d * v_term * mirrored) * np.maximum(n_l, 0.0))
