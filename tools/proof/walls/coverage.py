"""Coverage: whether everything that the camera films shows the inner view, with the look's margin, and nothing else.

Nothing here is computed as the renderer does: rays leave the true pupil through the sensor, their distortion undone by
iteration (tools/sim/witness.py), and the LED each one meets must show the inner view alone. What is asked for is the
true picture, so a view that is too small cannot make it smaller.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import rotation_matrix
from stage.messages.frames import CameraState
from stage.model.look import InnerView
from tools.sim.witness import Hits, Witness, ray_slopes

RAYS_PX = (192, 108)
"""The rays through the picture."""
EDGE_RAYS = 96
"""Rays along each edge of the margin."""
MARGIN_SHARE = 0.97
"""They go through this share of the margin: a LED's middle may lie beyond the ray that meets it."""
SPILL_DEG = 1.0
"""The inner view may reach this much beyond margin and feather; and as far as a rectangle round a distorted picture."""

Map = NDArray[np.float64]
Shown = Mapping[str, NDArray[np.float32]]
"""By wall, (h, w, 4): the stage position that each pixel shows, and its coverage by the inner view."""


@dataclass(slots=True)
class Coverage:
    """Counts over all measured frames. `film_*`: rays through the picture that meet a wall, and those whose LED shows
    the inner view alone; `edge_*`: the same along the margin. `spilt` of `outside` LEDs beyond margin and feather show
    some of it. `worst`: the picture (h, w) with the fewest covered rays: 1 covered, 0 not, NaN no wall."""

    film: int = 0
    film_covered: int = 0
    edge: int = 0
    edge_covered: int = 0
    outside: int = 0
    spilt: int = 0
    uncovered_by_wall: dict[str, int] = field(default_factory=dict)
    worst: Map | None = None

    @property
    def film_share(self) -> float:
        """Share of the true picture on walls that shows the inner view; NaN if it meets no wall."""
        return self.film_covered / self.film if self.film else math.nan

    @property
    def edge_share(self) -> float:
        """The same along the edge of the margin."""
        return self.edge_covered / self.edge if self.edge else math.nan

    @property
    def spill_share(self) -> float:
        """Share of the LEDs beyond the margin that show the inner view."""
        return self.spilt / self.outside if self.outside else 0.0


def add_coverage(
    found: Coverage, witness: Witness, positions: Mapping[str, Map], shown: Shown, true: CameraState, inner: InnerView
) -> None:
    """Count one frame: `positions` (h, w, 3) of each wall's pixels, in the same order as the witness' walls."""
    names = list(positions)
    slopes = ray_slopes(true, RAYS_PX)
    hits = witness.cast(true, slopes)
    film = _covered(hits, names, shown)
    met = ~np.isnan(film)
    found.film += int(met.sum())
    found.film_covered += int((film[met] == 1.0).sum())
    if found.worst is None or np.nansum(film == 0.0) > np.nansum(found.worst == 0.0):
        found.worst = film
    for index, name in enumerate(names):
        missing = int(((hits.wall == index) & (film == 0.0)).sum())
        if missing:
            found.uncovered_by_wall[name] = found.uncovered_by_wall.get(name, 0) + missing
    margin_deg, feather_deg = inner.trim_of(true.name)
    edge = _covered(witness.cast(true, _margin_rays(slopes, MARGIN_SHARE * margin_deg)), names, shown)
    found.edge += int((~np.isnan(edge)).sum())
    found.edge_covered += int((edge == 1.0).sum())
    beyond = margin_deg + feather_deg + SPILL_DEG
    for name, places in positions.items():
        outside = _beyond(places, true, slopes, beyond)
        found.outside += int(outside.sum())
        found.spilt += int((outside & (shown[name][..., 3] > 0.0)).sum())


def _covered(hits: Hits, names: list[str], shown: Shown) -> Map:
    """(h, w): 1 where the ray's LED shows the inner view alone, 0 where not, NaN where it meets no wall."""
    covered = np.full(hits.wall.shape, np.nan)
    for index, name in enumerate(names):
        here = hits.wall == index
        height, width = shown[name].shape[:2]
        column = np.clip(np.floor(hits.canvas_px[here][:, 0]).astype(int), 0, width - 1)
        row = np.clip(np.floor(hits.canvas_px[here][:, 1]).astype(int), 0, height - 1)
        covered[here] = shown[name][row, column, 3] >= 1.0
    return covered


def _margin_rays(slopes: Map, margin_deg: float) -> Map:
    """(4, n, 2) slopes along the four edges of the picture, turned outward by the margin."""
    left, right = slopes[..., 0].min(), slopes[..., 0].max()
    lower, upper = slopes[..., 1].min(), slopes[..., 1].max()
    across, up = np.linspace(left, right, EDGE_RAYS), np.linspace(lower, upper, EDGE_RAYS)
    sides = [
        np.stack([np.full(EDGE_RAYS, _widened(left, -margin_deg)), up], axis=-1),
        np.stack([np.full(EDGE_RAYS, _widened(right, margin_deg)), up], axis=-1),
        np.stack([across, np.full(EDGE_RAYS, _widened(lower, -margin_deg))], axis=-1),
        np.stack([across, np.full(EDGE_RAYS, _widened(upper, margin_deg))], axis=-1),
    ]
    return np.stack(sides)


def _widened(slope: float, by_deg: float) -> float:
    return math.tan(math.atan(slope) + math.radians(by_deg))


def _beyond(places: Map, true: CameraState, slopes: Map, by_deg: float) -> NDArray[np.bool_]:
    """(h, w): wall pixels in front of the camera that lie beyond the picture's edges by an angle; where the picture is
    distorted, by as much more as a rectangle round it reaches."""
    turn = rotation_matrix(true.orientation)
    local = (places - np.asarray(true.position_m)) @ turn
    swell = max(0.0, max(1.0, true.lens.overscan) - 1.0) * 1.5
    with np.errstate(divide="ignore", invalid="ignore"):
        at = local[..., [0, 2]] / local[..., 1:2]
    outside = np.zeros(at.shape[:2], bool)
    for axis in (0, 1):
        low, high = float(slopes[..., axis].min()), float(slopes[..., axis].max())
        room = swell * (high - low) / 2.0
        outside |= at[..., axis] < _widened(low - room, -by_deg)
        outside |= at[..., axis] > _widened(high + room, by_deg)
    seen: NDArray[np.bool_] = outside & (local[..., 1] > 0.0)
    return seen
