"""The live light meter: the walls' light at the actor's mark, from previews of what they show now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.console.link.description import OutputShape, PlacedTile
from stage.maths.pose import Vector
from stage.messages.frames import Preview
from stage.model.stagefile import Stage
from stage.units import NITS_PER_UNIT
from stage.walls.light import WallLight, to_light
from stage.walls.light_reading import (
    FACINGS,
    FacingReading,
    WallReading,
    facing_reading,
    given_by,
    meter_place_m,
    wall_reading,
)
from stage.walls.patches import WallPatches, wall_patches
from stage.walls.surface import Surface

CHANNELS = 4


@dataclass(frozen=True, slots=True)
class MeterReading:
    """Light of the walls at `place_m`, from each side. A wall's luminance is that of its preview, whose pixels are
    averages: a small highlight is brighter than `peak_nits`."""

    place_m: Vector
    facings: tuple[FacingReading, ...]
    walls: tuple[WallReading, ...]


@dataclass(slots=True)
class _Wall:
    patches: WallPatches
    light: WallLight
    nits: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Carried:
    """Patches of a wall in an output, and their places in it, (N, 2) fractions of its width and height."""

    wall: str
    patches: NDArray[np.intp]
    shares: NDArray[np.float64]


class LiveMeter:
    """Fed with previews; outputs without a preview yet count as dark."""

    def __init__(self, stage: Stage, surfaces: Mapping[str, Surface], outputs: tuple[OutputShape, ...]) -> None:
        self._place_m = meter_place_m(stage)
        self._walls: dict[str, _Wall] = {}
        for wall in stage.walls:
            patches = wall_patches(surfaces[wall.name])
            self._walls[wall.name] = _Wall(
                patches, WallLight.of(wall), np.zeros((len(patches.areas_m2), 3), np.float32)
            )
        self._carried = {
            output.name: [self._placed(tile, output.size_px) for tile in output.tiles] for output in outputs
        }

    def hear(self, preview: Preview) -> None:
        """Take in an output's preview. An incomplete one, or of an unknown output, is ignored."""
        width, height = preview.width_px, preview.height_px
        if width * height * CHANNELS != len(preview.pixels) or not preview.pixels:
            return
        codes = np.frombuffer(preview.pixels, np.uint8).reshape(height, width, CHANNELS)
        for carried in self._carried.get(preview.output, ()):
            column, row = (carried.shares * (width, height)).astype(np.intp).T
            seen = codes[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1), :3]
            wall = self._walls[carried.wall]
            wall.nits[carried.patches] = to_light(seen, wall.light) * NITS_PER_UNIT

    def reading(self) -> MeterReading:
        """The present reading."""
        total = {name: np.zeros(3) for name in FACINGS}
        for wall in self._walls.values():
            for name, lux in given_by(wall.patches, wall.nits.astype(np.float64), self._place_m).items():
                total[name] += lux
        return MeterReading(
            self._place_m,
            tuple([facing_reading(name, lux) for name, lux in total.items()]),
            tuple([wall_reading(name, wall.nits) for name, wall in self._walls.items()]),
        )

    def _placed(self, tile: PlacedTile, output_px: tuple[int, int]) -> _Carried:
        """A tile turned clockwise: a quarter turn brings its left side to the top, seen from its upper left corner."""
        left, top, width, height = tile.canvas_px
        x, y = (self._walls[tile.wall].patches.canvas_px - (left, top)).T
        here = np.flatnonzero((x >= 0) & (x < width) & (y >= 0) & (y < height))
        x, y = x[here], y[here]
        turned = {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}
        across, down = turned[tile.rotation_deg % 360]
        place = np.stack([across + tile.output_px[0], down + tile.output_px[1]], axis=-1)
        return _Carried(tile.wall, here, place / output_px)
