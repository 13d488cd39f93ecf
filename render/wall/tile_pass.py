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
from stage.model.wall import Tile, canvas_px, tiles_of

TILE_LAYOUT = "2i 2i 2i 1i /i"
TILE_FIELDS = ("in_origin_px", "in_size_px", "in_place_px", "in_turned")
QUARTER_DEG = 90
QUAD_CORNERS = 4


class OutputRaster:
    """One output's picture on the graphics card. Row 0 of the texture is the lowest.

    An output that carries one whole wall and nothing else shows that wall's canvas itself (`canvas`): nothing is
    copied.
    """

    def __init__(self, ctx: moderngl.Context, output: Output, bits: int = 8, canvas: WallCanvas | None = None) -> None:
        self.name = output.name
        self.size_px = output.size_px
        self.bits = bits
        self.canvas = canvas
        self.texture = canvas.canvas if canvas else code_texture(ctx, output.size_px, bits)
        self.texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.texture.repeat_x = self.texture.repeat_y = False
        self.framebuffer = canvas.framebuffer if canvas else ctx.framebuffer(self.texture)
        self.framebuffer.clear(0.0, 0.0, 0.0, 1.0)

    def release(self) -> None:
        """Free what is its own."""
        if self.canvas is None:
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
        self._carried = {output.name: tuple(tiles_by_wall(stage, output)) for output in stage.outputs}
        self._copied = {
            output.name: {
                wall: WallTiles(ctx, rasters[output.name], walls[wall], tiles)
                for wall, tiles in tiles_by_wall(stage, output).items()
            }
            for output in stage.outputs
            if rasters[output.name].canvas is None
        }
        self._rasters = rasters

    def draw(self, dirty: Dirty) -> frozenset[str]:
        """Copy the boxes of the walls' canvases that changed; returns the outputs that did."""
        changed = frozenset([name for name, walls in self._carried.items() if any(dirty[wall] for wall in walls)])
        self._ctx.enable_only(moderngl.NOTHING)
        for name in self._copied:
            if name in changed:
                self._rasters[name].framebuffer.use()
                for wall, tiles in self._copied[name].items():
                    tiles.draw(dirty[wall])
        return changed

    def rehearse(self) -> None:
        """A dry run of `draw`: no output changes."""
        self.draw(self._nothing)

    def release(self) -> None:
        """Free it all."""
        for walls in self._copied.values():
            for tiles in walls.values():
                tiles.release()


def whole_wall(stage: Stage, output: Output) -> str | None:
    """The wall that is all an output carries, pixel for pixel in its place; None where it carries anything else."""
    by_wall = tiles_by_wall(stage, output)
    if len(by_wall) != 1:
        return None
    (name, tiles), *_ = by_wall.items()
    size_px = next(canvas_px(wall) for wall in stage.walls if wall.name == name)
    tile, placement = tiles[0]
    upright = placement.rotation_deg == 0 and tuple(placement.position_px) == (0, 0) and len(tiles) == 1
    whole = tuple(tile.origin_px) == (0, 0) and tuple(tile.size_px) == tuple(size_px) == tuple(output.size_px)
    return name if upright and whole else None


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
