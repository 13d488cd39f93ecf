"""How much white light from all sides a glossy surface reflects in one bounce, by angle and roughness. Pure numpy.

The table of the split-sum approximation (Karis 2013): reflected = f0 * scale + bias. Sampled by the distribution of
visible normals (Heitz 2018), on a fixed grid: the same table on every machine.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIZE = 24
"""Rows by roughness 0..1, columns by the square root of n.v 0..1: texel centres at the ends."""

_RINGS, _SPOKES = 40, 6


@lru_cache(maxsize=1)
def gloss_table() -> NDArray[np.float32]:
    """(24, 24, 2): scale and bias of f0; row = roughness, column = sqrt(n.v), each from 0 to 1."""
    steps = np.linspace(0.0, 1.0, SIZE)
    n_v = np.maximum(steps**2, 1e-4)
    rows = [_row(n_v, max(roughness, 0.02)) for roughness in steps]
    return np.stack(rows).astype(np.float32)


def _row(n_v: NDArray[np.float64], roughness: float) -> NDArray[np.float64]:
    """(N, 2) for one roughness."""
    a = roughness * roughness
    view = np.stack([np.sqrt(1.0 - n_v**2), np.zeros_like(n_v), n_v], axis=-1)[:, None, :]
    half = visible_normals(view, a)
    v_h = (view * half).sum(axis=-1)
    light = 2.0 * v_h[..., None] * half - view
    n_l = np.clip(light[..., 2], 0.0, 1.0)
    weight = np.where(n_l > 0.0, _smith_ratio(n_v[:, None], n_l, a * a), 0.0)
    grazing = (1.0 - np.clip(v_h, 0.0, 1.0)) ** 5
    return np.stack([(weight * (1.0 - grazing)).mean(axis=1), (weight * grazing).mean(axis=1)], axis=-1)


def visible_normals(view: NDArray[np.float64], a: float) -> NDArray[np.float64]:
    """(N, S, 3) microfacet normals seen from `view` (N, 1, 3), sampled evenly by their share of the view."""
    rings, spokes = (np.arange(_RINGS) + 0.5) / _RINGS, (np.arange(_SPOKES) + 0.5) / _SPOKES
    first, second = (part.ravel()[None, :] for part in np.meshgrid(rings, spokes))
    stretched = view * np.array([a, a, 1.0])
    stretched /= np.linalg.norm(stretched, axis=-1, keepdims=True)
    level = np.hypot(stretched[..., 0], stretched[..., 1])
    safe = np.maximum(level, 1e-12)
    one = np.stack([-stretched[..., 1] / safe, stretched[..., 0] / safe, np.zeros_like(level)], axis=-1)
    one = np.where(level[..., None] > 1e-12, one, np.array([1.0, 0.0, 0.0]))
    two = np.cross(stretched, one)
    radius, angle = np.sqrt(first), math.pi * (second - 0.5)  # one side; the other mirrors it
    t1, t2 = radius * np.cos(angle), radius * np.sin(angle)
    up = 0.5 * (1.0 + stretched[..., 2])
    t2 = (1.0 - up) * np.sqrt(1.0 - t1**2) + up * t2
    t3 = np.sqrt(np.maximum(0.0, 1.0 - t1**2 - t2**2))
    half = t1[..., None] * one + t2[..., None] * two + t3[..., None] * stretched
    half = half * np.array([a, a, 1.0])
    half[..., 2] = np.maximum(half[..., 2], 1e-9)
    return np.asarray(half / np.linalg.norm(half, axis=-1, keepdims=True))


def _smith_ratio(n_v: NDArray[np.float64], n_l: NDArray[np.float64], a2: float) -> NDArray[np.float64]:
    """G2 / G1(view), height-correlated: the weight of a sample of the visible normals."""
    lambda_v = (np.sqrt(1.0 + a2 * (1.0 / n_v**2 - 1.0)) - 1.0) / 2.0
    lambda_l = (np.sqrt(1.0 + a2 * (1.0 / np.maximum(n_l, 1e-9) ** 2 - 1.0)) - 1.0) / 2.0
    return (1.0 + lambda_v) / (1.0 + lambda_v + lambda_l)
