"""LED walls as described in a stage file.

Every wall has a canvas: its pixels, (0, 0) at the upper left as seen from the stage. A wall of zero pose stands
upright and faces -Y (the stage), X to the right, its lower edge's middle at `position_m`. A ceiling of zero pose
lies flat, faces down, its canvas' lower edge toward +Y (where it meets the main wall), its **centre** at
`position_m`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from stage.model.base import (
    Degrees,
    Model,
    Name,
    Pixels,
    PoseModel,
    PositiveMetres,
    PositiveMillimetres,
    SizePx,
)
from stage.model.calibration import Calibration

Count = Annotated[int, Field(ge=1, le=512)]


class Cabinets(Model):
    """A grid of equal flat LED cabinets. `pitch_mm` is the pixel pitch; give `[x, y]` where it is measured."""

    columns: Count
    rows: Count
    size_px: SizePx
    pitch_mm: PositiveMillimetres | tuple[PositiveMillimetres, PositiveMillimetres]

    @property
    def pitch_xy_mm(self) -> tuple[float, float]:
        """Pitch across and down."""
        return self.pitch_mm if isinstance(self.pitch_mm, tuple) else (self.pitch_mm, self.pitch_mm)

    @property
    def canvas_px(self) -> tuple[int, int]:
        """Pixels of the whole grid."""
        return (self.columns * self.size_px[0], self.rows * self.size_px[1])

    @property
    def cabinet_m(self) -> tuple[float, float]:
        """Width and height of one cabinet."""
        pitch = self.pitch_xy_mm
        return (self.size_px[0] * pitch[0] / 1000.0, self.size_px[1] * pitch[1] / 1000.0)


class Tile(Model):
    """A rectangle of wall pixels that one output carries."""

    name: Name
    origin_px: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
    size_px: SizePx


class TileGrid(Model):
    """Equal tiles, `columns` x `rows`; tile names are `c0r0`, `c1r0`, ... from the upper left."""

    columns: Count
    rows: Count


class WallBase(PoseModel):
    """What every wall has. Without `tiles` or `tile_grid` the wall is one tile named `all`.

    `transfer`, `gamut`, `range` and `bits` are what its processor expects. Light above `knee` of the peak is compressed
    to stay below it; 1 = it is clipped at the peak. From the moment an output shows a frame until its light is there,
    processor and panels take `delay_ms` and `delay_frames` together.
    """

    name: Name
    peak_nits: Annotated[float, Field(gt=0, le=20_000)] = 1500.0
    transfer: Literal["gamma-2.2", "gamma-2.4", "srgb", "pq", "hlg"] = "gamma-2.4"
    gamut: Literal["rec709", "p3-d65", "rec2020"] = "rec709"
    range: Literal["full", "narrow"] = "full"
    bits: Literal[8, 10] = 8
    knee: Annotated[float, Field(ge=0.1, le=1)] = 1.0
    delay_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0
    delay_frames: Annotated[float, Field(ge=0, le=30)] = 0.0
    calibration: Calibration | None = None
    tiles: tuple[Tile, ...] = ()
    tile_grid: TileGrid | None = None


class FlatWall(WallBase):
    """A flat wall of cabinets."""

    kind: Literal["flat"]
    cabinets: Cabinets


class CeilingWall(WallBase):
    """A flat wall overhead that faces down."""

    kind: Literal["ceiling"]
    cabinets: Cabinets


class ArcWall(WallBase):
    """Columns of flat cabinets along a circle, concave toward the stage; each column's edges lie on the circle.

    The middle of the lower edge of the arc is at `position_m`; the circle's centre lies `radius_m` toward -Y.
    """

    kind: Literal["arc"]
    cabinets: Cabinets
    radius_m: PositiveMetres


class MeshWall(WallBase):
    """A wall from an OBJ or glTF file with UV (canvas = UV square: u right; OBJ v up, glTF v down).

    OBJ has neither unit nor axes, so give them; glTF is metres, Y up. The file's (x, y up, z) is stage
    (x, -z, y), then turned by `mesh_pan_deg`, then placed. `object` takes one object, group or node of the file.
    """

    kind: Literal["mesh"]
    file: str
    object: str | None = None
    size_px: tuple[Pixels, Pixels]
    unit_m: Annotated[float, Field(gt=0, le=1000)] = 1.0
    up_axis: Literal["y", "z"] = "y"
    flip_v: bool = False
    mesh_pan_deg: Degrees = 0.0


AnyWall = FlatWall | CeilingWall | ArcWall | MeshWall


def canvas_px(wall: AnyWall) -> tuple[int, int]:
    """Width and height of the wall's canvas."""
    return wall.size_px if isinstance(wall, MeshWall) else wall.cabinets.canvas_px


def _tiled(wall: AnyWall) -> AnyWall:
    """Check that there is one way of tiling, and that every tile of a grid has at least a pixel."""
    if wall.tiles and wall.tile_grid is not None:
        raise ValueError("has both `tiles` and `tile_grid`; keep one of them")
    grid, (width, height) = wall.tile_grid, canvas_px(wall)
    if grid is not None and (grid.columns > width or grid.rows > height):
        raise ValueError(f"tile_grid has more tiles than the canvas of {width} x {height} has pixels")
    return wall


Wall = Annotated[AnyWall, Field(discriminator="kind"), AfterValidator(_tiled)]


def tiles_of(wall: AnyWall) -> tuple[Tile, ...]:
    """The wall's tiles, from the list, the grid, or the whole canvas. A grid's last column and row take the rest."""
    if wall.tiles:
        return wall.tiles
    width, height = canvas_px(wall)
    if wall.tile_grid is None:
        return (Tile(name="all", origin_px=(0, 0), size_px=(width, height)),)
    columns, rows = wall.tile_grid.columns, wall.tile_grid.rows
    edges_x = [width * column // columns for column in range(columns + 1)]
    edges_y = [height * row // rows for row in range(rows + 1)]
    return tuple(
        Tile(
            name=f"c{c}r{r}",
            origin_px=(edges_x[c], edges_y[r]),
            size_px=(edges_x[c + 1] - edges_x[c], edges_y[r + 1] - edges_y[r]),
        )
        for r in range(rows)
        for c in range(columns)
    )
