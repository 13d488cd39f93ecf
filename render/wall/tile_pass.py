"""Copies walls' pictures to outputs: every tile pixel by pixel to its place, rotated as its output requires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import moderngl
import numpy as np

from render.gl.program import build_program, uniform
from render.wall.canvas import WallCanvas, code_texture
from render.wall.composite_pass import NOWHERE, Dirty
from stage.model.output import Output, TilePlacement
from stage.model.stagefile import Stage
from stage.model.wall import Tile, tiles_of

TILE_LAYOUT = "2i 2i 2i 1i /i"
TILE_FIELDS = ("in_origin_px", "in_size_px", "in_place_px", "in_turned")
QUARTER_DEG = 90
QUAD_CORNERS = 4


class OutputRaster:
    """One output's picture on the graphics card. Row 0 of the texture is the lowest."""

    def __init__(self, ctx: moderngl.Context, output: Output, bits: int = 8) -> None:
        self.name = output.name
        self.size_px = output.size_px
        self.bits = bits
        self.texture = code_texture(ctx, output.size_px, bits)
        self.texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.texture.repeat_x = self.texture.repeat_y = False
        self.framebuffer = ctx.framebuffer(self.texture)
        self.framebuffer.clear(0.0, 0.0, 0.0, 1.0)

    def release(self) -> None:
        """Free it."""
        self.framebuffer.release()
        self.texture.release()


class WallTiles:
    """The tiles of one wall that one output carries."""

    def __init__(
        self, ctx: moderngl.Context, raster: OutputRaster, wall: WallCanvas, tiles: list[tuple[Tile, TilePlacement]]
    ) -> None:
        self._raster = raster
        self._wall = wall
        self._boxes = [
            (*tile.origin_px, tile.origin_px[0] + tile.size_px[0], tile.origin_px[1] + tile.size_px[1])
            for tile, _ in tiles
        ]
        self._program = build_program(
            ctx,
            "tiles/tiles.vert",
            "tiles/tiles.frag",
            uniforms={"output_px": raster.size_px, "canvas_height_px": wall.size_px[1]},
        )
        self._region = uniform(self._program, "region_px")
        self._buffer = ctx.buffer(tile_records(tiles).tobytes())
        self._array = ctx.vertex_array(self._program, [(self._buffer, TILE_LAYOUT, *TILE_FIELDS)])
        self._count = len(tiles)

    def draw(self, regions: Iterable[tuple[int, int, int, int]]) -> None:
        """Copy what changed; the output's framebuffer is bound."""
        self._wall.canvas.use(0)
        for region in regions:
            self._region.value = region
            self._array.render(moderngl.TRIANGLE_STRIP, vertices=QUAD_CORNERS, instances=self._count)

    def release(self) -> None:
        """Free array, tiles and program."""
        for thing in (self._array, self._buffer, self._program):
            thing.release()


class TilePass:
    """All tiles of all outputs."""

    def __init__(
        self,
        ctx: moderngl.Context,
        stage: Stage,
        walls: Mapping[str, WallCanvas],
        rasters: Mapping[str, OutputRaster],
    ) -> None:
        self._ctx = ctx
        self._nothing: Dirty = dict.fromkeys(walls, (NOWHERE,))
        self._outputs = [
            (
                rasters[output.name].framebuffer,
                {
                    wall: WallTiles(ctx, rasters[output.name], walls[wall], tiles)
                    for wall, tiles in tiles_by_wall(stage, output).items()
                },
            )
            for output in stage.outputs
        ]

    def draw(self, dirty: Dirty) -> None:
        """Copy the boxes of the walls' canvases that changed."""
        self._ctx.enable_only(moderngl.NOTHING)
        for framebuffer, walls in self._outputs:
            framebuffer.use()
            for name, tiles in walls.items():
                tiles.draw(dirty[name])

    def rehearse(self) -> None:
        """A dry run of `draw`: no output changes."""
        self.draw(self._nothing)

    def release(self) -> None:
        """Free it all."""
        for _, walls in self._outputs:
            for tiles in walls.values():
                tiles.release()


def tiles_by_wall(stage: Stage, output: Output) -> dict[str, list[tuple[Tile, TilePlacement]]]:
    """The tiles an output carries and their places, by wall."""
    known = {f"{wall.name}/{tile.name}": (wall.name, tile) for wall in stage.walls for tile in tiles_of(wall)}
    found: dict[str, list[tuple[Tile, TilePlacement]]] = {}
    for placement in output.tiles:
        wall, tile = known[placement.tile]
        found.setdefault(wall, []).append((tile, placement))
    return found


def tile_records(tiles: list[tuple[Tile, TilePlacement]]) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """(N, 7) int32: origin on the canvas, size, place in the output, quarter turns clockwise."""
    rows = [
        (*tile.origin_px, *tile.size_px, *placement.position_px, placement.rotation_deg // QUARTER_DEG)
        for tile, placement in tiles
    ]
    return np.array(rows, np.int32)
