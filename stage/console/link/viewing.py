"""How an output's code values look on a monitor: each tile's wall turns them into light, and the light is shown.

A wall of 1500 nits shows white at a third of its codes, so a browser would show raw pictures of it too dark. Here
100 nits, the white of the scene, is the monitor's white, as in the witness's picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.console.link.description import OutputShape, RectanglePx
from stage.model.wall import AnyWall
from stage.walls.light import BYTE_CODES, WallLight, display_codes, to_light

Pixels = NDArray[np.uint8]
"""(h, w, 3) RGB, top row first."""


@dataclass(frozen=True, slots=True)
class ViewedTile:
    """A rectangle of an output, `place` as fractions of it (left, top, right, bottom), and how its codes become light.

    `table`: display code by wall code, where the channels are independent."""

    place: tuple[float, float, float, float]
    light: WallLight
    table: Pixels | None


@dataclass(frozen=True, slots=True)
class Viewing:
    """How to show one output's picture."""

    tiles: tuple[ViewedTile, ...]

    def shown(self, codes: Pixels) -> Pixels:
        """The picture for a monitor; areas outside tiles are unchanged."""
        height, width = codes.shape[:2]
        picture = codes.copy()
        for tile in self.tiles:
            left, top, right, bottom = tile.place
            part = (
                slice(round(top * height), round(bottom * height)),
                slice(round(left * width), round(right * width)),
            )
            picture[part] = _shown(codes[part], tile)
        return picture


def viewings(walls: Sequence[AnyWall], outputs: Sequence[OutputShape]) -> Mapping[str, Viewing]:
    """The viewing of each output."""
    lights = {wall.name: WallLight.of(wall) for wall in walls}
    tables = {name: _table(light) for name, light in lights.items()}
    return {
        output.name: Viewing(
            tuple(
                ViewedTile(_shares(tile.output_px, output.size_px), lights[tile.wall], tables[tile.wall])
                for tile in output.tiles
            )
        )
        for output in outputs
    }


def _shares(box: RectanglePx, size_px: tuple[int, int]) -> tuple[float, float, float, float]:
    (x, y, wide, high), (width, height) = box, size_px
    return (x / width, y / height, (x + wide) / width, (y + high) / height)


def _table(light: WallLight) -> Pixels | None:
    if light.gamut != "rec709" or light.transfer == "hlg":
        return None
    grey = np.repeat(np.arange(BYTE_CODES, dtype=np.uint8)[:, None], 3, axis=1)
    return display_codes(to_light(grey, light))[:, 0]


def _shown(codes: Pixels, tile: ViewedTile) -> Pixels:
    if codes.size == 0:
        return codes
    if tile.table is None:
        return display_codes(to_light(codes, tile.light))
    return np.asarray(cv2.LUT(np.ascontiguousarray(codes), tile.table), np.uint8)
