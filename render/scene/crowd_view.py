"""Which figures a view shows, and in how much detail. Numpy only, no loop over figures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.scene.crowd import Standing
from render.scene.crowd_figures import DETAILS
from render.view import View

DETAIL_ENDS_M = np.array([6.0, 16.0, 45.0])
"""Distances from the eye where the levels of detail end; beyond the last, figures are flat."""
FIGURE_FLOATS_SHOWN = 8
"""Per figure shown: its feet from the eye (3), its number, motion (4)."""

_MIDDLE_M, _RADIUS_M = 0.95, 1.25
"""A sphere that holds any figure, arms and strides included."""
_NEARNESS_STEPS = 32
_FARTHEST_M = 300.0


class Shown(NamedTuple):
    """`figures` (M, 8) float32, level by level and costume by costume, near ones first; `counts` (levels x costumes):
    how many of each."""

    figures: NDArray[np.float32]
    counts: NDArray[np.int64]


def shown_figures(standing: Standing, variant: NDArray[np.int64], costumes: int, view: View) -> Shown:
    """The figures whose sphere touches the view. `variant` (N,): the costume of those in `standing`."""
    planes = np.array(view.planes())
    offset = standing.place_m - np.array(view.eye_m)[:, None]
    reach = _RADIUS_M * np.sqrt((planes * planes).sum(axis=1)) + planes[:, 2] * _MIDDLE_M
    seen = np.flatnonzero(((planes @ offset) >= -reach[:, None]).all(axis=0))
    offset = offset[:, seen]
    distance_m = np.sqrt((offset * offset).sum(axis=0))
    level = DETAIL_ENDS_M.searchsorted(distance_m)
    slot = level * costumes + variant[seen]
    near = np.minimum(np.sqrt(distance_m / _FARTHEST_M), 0.999) * _NEARNESS_STEPS
    order = (slot * _NEARNESS_STEPS + near.astype(np.int64)).astype(np.uint16).argsort(kind="stable")
    seen = seen[order]
    figures = np.empty((len(seen), FIGURE_FLOATS_SHOWN), dtype=np.float32)
    figures[:, :3] = offset[:, order].T
    figures[:, 3] = standing.numbers[seen]
    figures[:, 4:] = standing.motion[seen]
    counts = np.bincount(slot, minlength=DETAILS * costumes)
    flat = int(counts[: (DETAILS - 1) * costumes].sum())
    _face_the_eye(figures[flat:])
    return Shown(figures, counts)


def _face_the_eye(figures: NDArray[np.float32]) -> None:
    """Flat figures turn about their height until they face the eye."""
    across = figures[:, :2]
    length = np.maximum(np.sqrt((across * across).sum(axis=1)), np.float32(1e-6))
    figures[:, 4], figures[:, 5] = -across[:, 1] / length, across[:, 0] / length
