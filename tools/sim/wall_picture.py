"""The simulated wall: the outputs as LED processors show them, tile by tile, back on the walls' canvases."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.model.output import Output, TilePlacement
from stage.model.stagefile import Stage
from stage.model.wall import Tile, canvas_px, tiles_of

Picture = NDArray[np.uint8]
QUARTER_DEG = 90


def canvases_from_outputs(stage: Stage, pictures: Mapping[str, Picture], scale: float = 1.0) -> dict[str, Picture]:
    """Each wall's canvas, (h, w, 4) RGBA, assembled from the outputs' pictures; black where there is no output.

    `pictures` are (h, w, 4), of the outputs' own size or smaller (previews). `scale` is the size of the canvases
    made, as a share of the walls' pixels.
    """
    tiles = {f"{wall.name}/{tile.name}": (wall.name, tile) for wall in stage.walls for tile in tiles_of(wall)}
    canvases = {wall.name: _black(canvas_px(wall), scale) for wall in stage.walls}
    for output in stage.outputs:
        if output.name not in pictures:
            continue
        for placement in output.tiles:
            wall_name, tile = tiles[placement.tile]
            _place(canvases[wall_name], tile, tile_picture(output, placement, tile, pictures[output.name]), scale)
    return canvases


def tile_picture(output: Output, placement: TilePlacement, tile: Tile, picture: Picture) -> Picture:
    """The part of an output's picture that carries a tile, rotated back upright."""
    width, height = tile.size_px if placement.rotation_deg % 180 == 0 else tile.size_px[::-1]
    across, down = picture.shape[1] / output.size_px[0], picture.shape[0] / output.size_px[1]
    left, top = placement.position_px
    part = picture[
        round(top * down) : max(round((top + height) * down), round(top * down) + 1),
        round(left * across) : max(round((left + width) * across), round(left * across) + 1),
    ]
    return np.rot90(part, placement.rotation_deg // QUARTER_DEG)


def _black(size_px: tuple[int, int], scale: float) -> Picture:
    return np.zeros((max(2, round(size_px[1] * scale)), max(2, round(size_px[0] * scale)), 4), np.uint8)


def _place(canvas: Picture, tile: Tile, picture: Picture, scale: float) -> None:
    """Put a tile's picture on its wall's canvas, resized if scales differ."""
    left, top = round(tile.origin_px[0] * scale), round(tile.origin_px[1] * scale)
    right = min(round((tile.origin_px[0] + tile.size_px[0]) * scale), canvas.shape[1])
    bottom = min(round((tile.origin_px[1] + tile.size_px[1]) * scale), canvas.shape[0])
    if right <= left or bottom <= top:
        return
    if picture.shape[:2] != (bottom - top, right - left):
        picture = np.asarray(cv2.resize(picture, (right - left, bottom - top), interpolation=cv2.INTER_AREA), np.uint8)
    canvas[top:bottom, left:right] = picture
