"""Which figures a view shows, and in how much detail. Numpy only, no loop over figures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.layers.crowd.crowd import Standing
from render.layers.crowd.figures import DETAILS
from render.view.view import View

DETAIL_ENDS_M = (6.0, 16.0, 45.0)
"""Distances from the eye where the levels of detail end; beyond the last, figures are flat."""

_DETAIL_ENDS_SQUARE = np.array(DETAIL_ENDS_M, dtype=np.float32) ** 2
_MIDDLE_M, _RADIUS_M = 0.95, 1.25
"""A sphere that holds any figure, arms and strides included."""
_EXPONENT_SHIFT = 21
"""Drops bits of a float32: the rest rises with its logarithm, four steps to a doubling; 1024 cover all values."""
_DEPTHS = 1024


class Shown(NamedTuple):
    """`figures` (M, 8) float32 as in Standing, but from the eye: by level, then costume, near ones first;
    `counts` (levels x costumes): the number of each."""

    figures: NDArray[np.float32]
    counts: NDArray[np.int64]


def shown_figures(standing: Standing, variant: NDArray[np.int64], costumes: int, view: View) -> Shown:
    """The figures whose sphere touches the view. `variant` (N,): the costume of those in `standing`."""
    planes = np.array(view.planes())
    offset = standing.place_m - np.array(view.eye_m)[:, None]
    reach = _RADIUS_M * np.sqrt((planes * planes).sum(axis=1)) + planes[:, 2] * _MIDDLE_M
    seen = np.flatnonzero(((planes @ offset) >= -reach[:, None]).all(axis=0))
    x, y, z = (row.take(seen) for row in offset)
    square = (x * x + y * y + z * z).astype(np.float32)
    slot = _DETAIL_ENDS_SQUARE.searchsorted(square) * costumes + variant.take(seen)
    depth = square.view(np.uint32) >> _EXPONENT_SHIFT
    order = (slot * _DEPTHS + depth).astype(np.uint16).argsort(kind="stable")
    figures = standing.figures.take(seen.take(order), axis=0)
    figures[:, :3] += np.array(standing.centre_m) - view.eye_m
    counts = np.bincount(slot, minlength=DETAILS * costumes)
    flat = int(counts[: (DETAILS - 1) * costumes].sum())
    _face_the_eye(figures[flat:])
    return Shown(figures, counts)


def _face_the_eye(figures: NDArray[np.float32]) -> None:
    """Turn flat figures about their vertical axis to face the eye."""
    across = figures[:, :2]
    length = np.maximum(np.sqrt((across * across).sum(axis=1)), np.float32(1e-6))
    figures[:, 4], figures[:, 5] = -across[:, 1] / length, across[:, 0] / length
