"""Coherence: every tile of every output shows the newest frame, all of it, the right way round.

Frames follow one another while the camera moves, as on a stage. The frame's number goes through the same canvas and the
same copy as the picture; and each pixel of each output is compared with the pixel of the wall it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from render.view.material import Material
from render.wall.frame_code import cell_px, read_frame_code
from stage.messages.frames import CameraState
from stage.model.wall import tiles_of
from tools.proof.rig import Rig
from tools.sim.wall_picture import tile_picture


@dataclass(frozen=True, slots=True)
class Coherence:
    """Over all frames: tiles with a frame code that was not the frame's, tiles whose pixels differ from the wall's, and
    their names; `tiles` is how many were looked at."""

    tiles: int
    wrong_numbers: int
    wrong_pictures: int
    named: tuple[str, ...]


def coherence(rig: Rig, cameras: list[CameraState], first: int) -> Coherence:
    """Draw the states one frame after another, beginning with number `first`, and look at every tile of each."""
    renderer = rig.renderer(Material.LIT)
    look = replace(rig.look, frame_code=True)
    tiles = {f"{wall.name}/{tile.name}": (wall.name, tile) for wall in rig.stage.walls for tile in tiles_of(wall)}
    looked, numbers, pictures, named = 0, 0, 0, set()
    for number, camera in enumerate(cameras, first):
        renderer.draw(rig.frame(number, (camera,), look))
        canvases = {name: np.asarray(renderer.readback.wall(name), np.uint8)[..., :3] for name in rig.surfaces}
        for output in rig.stage.outputs:
            picture = renderer.readback.output(output.name)
            for placement in output.tiles:
                wall, tile = tiles[placement.tile]
                shown = tile_picture(output, placement, tile, picture)
                (left, top), (width, height) = tile.origin_px, tile.size_px
                looked += 1
                wrong = cell_px(tile.size_px) > 0 and read_frame_code(shown) != number
                differs = not np.array_equal(shown[..., :3], canvases[wall][top : top + height, left : left + width])
                numbers, pictures = numbers + wrong, pictures + differs
                if wrong or differs:
                    named.add(f"{placement.tile} in {output.name}")
    renderer.release()
    return Coherence(looked, numbers, pictures, tuple(sorted(named)))
