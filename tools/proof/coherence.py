"""Coherence: every tile of every output carries the number of the same frame, read from its pixels."""

from __future__ import annotations

from dataclasses import replace

from render.view.material import Material
from render.wall.frame_code import read_frame_code
from stage.messages.frames import CameraState
from stage.model.wall import tiles_of
from tools.proof.rig import Rig
from tools.sim.wall_picture import tile_picture


def tiles_agree(rig: Rig, camera: CameraState, numbers: list[int]) -> bool:
    """Draw frames with the frame code and read it back from each tile in its output."""
    renderer = rig.renderer(Material.LIT)
    look = replace(rig.look, frame_code=True)
    tiles = {f"{wall.name}/{tile.name}": tile for wall in rig.stage.walls for tile in tiles_of(wall)}
    agree = True
    for number in numbers:
        renderer.draw(rig.frame(number, (camera,), look))
        for output in rig.stage.outputs:
            picture = renderer.readback.output(output.name)
            for placement in output.tiles:
                tile = tile_picture(output, placement, tiles[placement.tile], picture)
                agree = agree and read_frame_code(tile) == number
    renderer.release()
    return agree
