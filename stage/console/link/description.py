"""The stage as the browser draws it: walls as triangles, the tiles of each output, cameras, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stage.maths.pose import Vector
from stage.maths.projection import offset, unit
from stage.model.camera import Camera
from stage.model.fixture import Fixture, Kind
from stage.model.output import Output
from stage.model.source import Source
from stage.model.stagefile import Stage
from stage.model.wall import Tile, Wall, tiles_of
from stage.walls.surface import Surface

RectanglePx = tuple[int, int, int, int]
"""x, y, width, height; (0, 0) is the upper left."""


@dataclass(frozen=True, slots=True)
class WallShape:
    """A wall in stage space: `vertices_m` (V), their places on the canvas `canvas_px` (V), `triangles` (T)."""

    name: str
    kind: Literal["flat", "ceiling", "arc", "mesh"]
    size_px: tuple[int, int]
    peak_nits: float
    vertices_m: tuple[Vector, ...]
    canvas_px: tuple[tuple[float, float], ...]
    triangles: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class PlacedTile:
    """A tile in an output: the rectangle `canvas_px` of the wall's canvas, turned clockwise by `rotation_deg`, is at
    `output_px` (already turned)."""

    wall: str
    tile: str
    canvas_px: RectanglePx
    output_px: RectanglePx
    rotation_deg: Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class OutputShape:
    """An output's raster. Without a `screen` it is an ordinary window (`windowed`) or is kept in memory."""

    name: str
    size_px: tuple[int, int]
    screen: int | None
    tiles: tuple[PlacedTile, ...]
    windowed: bool = False


@dataclass(frozen=True, slots=True)
class CameraShape:
    """A camera as in the stage file; its present pose is in the newest Frame."""

    name: str
    source: str
    sensor_mm: tuple[float, float]
    image_px: tuple[int, int]
    home_m: Vector = (0.0, -3.5, 1.6)


@dataclass(frozen=True, slots=True)
class SourceShape:
    """A tracker stream as in the stage file."""

    name: str
    protocol: str
    address: str
    rate_hz: float


@dataclass(frozen=True, slots=True)
class FixtureShape:
    """A lamp: its position, the direction it shines in (unit vector), and its first slot."""

    name: str
    kind: Kind
    position_m: Vector
    direction: Vector
    universe: int
    address: int
    bits: int


@dataclass(frozen=True, slots=True)
class StageDescription:
    """Everything of the stage file that the console shows. `take_locks`: what is locked while a take rolls."""

    name: str
    frame_rate: str
    rate_hz: float
    scene: str
    look: str
    stage_eye_m: Vector
    mark_m: Vector | None
    walls: tuple[WallShape, ...]
    outputs: tuple[OutputShape, ...]
    cameras: tuple[CameraShape, ...]
    sources: tuple[SourceShape, ...]
    fixtures: tuple[FixtureShape, ...]
    take_locks: tuple[str, ...] = ()


def describe(stage: Stage, surfaces: Mapping[str, Surface]) -> StageDescription:
    """The description of a stage; `surfaces` by the wall's name."""
    tiles = {f"{wall.name}/{tile.name}": tile for wall in stage.walls for tile in tiles_of(wall)}
    return StageDescription(
        name=stage.name,
        frame_rate=stage.frame_rate,
        rate_hz=float(stage.rate_hz),
        scene=stage.scene,
        look=stage.look,
        stage_eye_m=stage.stage_eye_m,
        mark_m=stage.mark_m,
        walls=tuple(_wall(wall, surfaces[wall.name]) for wall in stage.walls),
        outputs=tuple(_output(output, tiles) for output in stage.outputs),
        cameras=tuple(_camera(camera) for camera in stage.cameras),
        sources=tuple(_source(source) for source in stage.sources),
        fixtures=tuple(_fixture(fixture, stage.light_mark_m) for fixture in stage.fixtures),
        take_locks=stage.take_locks,
    )


def _wall(wall: Wall, surface: Surface) -> WallShape:
    return WallShape(
        name=wall.name,
        kind=wall.kind,
        size_px=surface.size_px,
        peak_nits=wall.peak_nits,
        vertices_m=tuple((float(x), float(y), float(z)) for x, y, z in surface.vertices_m),
        canvas_px=tuple((float(x), float(y)) for x, y in surface.canvas_px),
        triangles=tuple((int(a), int(b), int(c)) for a, b, c in surface.triangles),
    )


def _output(output: Output, tiles: Mapping[str, Tile]) -> OutputShape:
    placed = []
    for placement in output.tiles:
        tile = tiles[placement.tile]
        wall, _, name = placement.tile.partition("/")
        width, height = tile.size_px if placement.rotation_deg % 180 == 0 else tile.size_px[::-1]
        placed.append(
            PlacedTile(
                wall,
                name,
                (*tile.origin_px, *tile.size_px),
                (*placement.position_px, width, height),
                placement.rotation_deg,
            )
        )
    return OutputShape(output.name, output.size_px, output.screen, tuple(placed), output.windowed)


def _camera(camera: Camera) -> CameraShape:
    return CameraShape(camera.name, camera.source, camera.sensor_mm, camera.image_px, camera.home.position_m)


def _source(source: Source) -> SourceShape:
    where = (
        f"{source.host}:{source.port}" if source.group is None else f"{source.group}:{source.port} via {source.host}"
    )
    return SourceShape(source.name, source.protocol, where, source.rate_hz)


def _fixture(fixture: Fixture, mark_m: Vector) -> FixtureShape:
    direction = unit(offset(fixture.aim_m or mark_m, fixture.position_m))
    where = (fixture.universe, fixture.address, fixture.bits)
    return FixtureShape(fixture.name, fixture.kind, fixture.position_m, direction, *where)
