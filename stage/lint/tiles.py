"""Lint rules about pixels: every wall pixel is in one tile, every tile in one output, at one place. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from stage.files.finding import Finding
from stage.lint.rectangles import Rectangle, free_px, overlaps
from stage.lint.subject import LintedStage
from stage.model.output import Output, TilePlacement
from stage.model.wall import Tile, canvas_px, tiles_of


def tile_outside_canvas(linted: LintedStage) -> Iterator[Finding]:
    """A tile lies on its wall."""
    for w, wall in enumerate(linted.stage.walls):
        width, height = canvas_px(wall)
        for t, tile in enumerate(wall.tiles):
            if not _on_canvas(tile).within((width, height)):
                problem = f"tile {tile.name!r} reaches beyond the canvas of {width} x {height} pixels"
                yield linted.error(f"walls[{w}].tiles[{t}].origin_px", problem, "Correct origin_px or size_px")


def tiles_overlap(linted: LintedStage) -> Iterator[Finding]:
    """No wall pixel belongs to two tiles."""
    for w, wall in enumerate(linted.stage.walls):
        for first, second, pixels in overlaps([_on_canvas(tile) for tile in wall.tiles]):
            problem = f"tile {wall.tiles[second].name!r} overlaps {wall.tiles[first].name!r} by {pixels} pixels"
            yield linted.error(f"walls[{w}].tiles[{second}].origin_px", problem, "Correct origin_px or size_px")


def tile_gap(linted: LintedStage) -> Iterator[Finding]:
    """Every wall pixel belongs to a tile."""
    for w, wall in enumerate(linted.stage.walls):
        count, (x, y) = free_px([_on_canvas(tile) for tile in tiles_of(wall)], canvas_px(wall))
        if count:
            problem = f"{count} pixels of wall {wall.name!r} are in no tile, the first at [{x}, {y}]"
            yield linted.warning(f"walls[{w}].tiles", problem, "Add a tile, unless there are no LEDs there")


def tile_not_carried(linted: LintedStage) -> Iterator[Finding]:
    """Every tile is in an output; otherwise its LEDs stay dark."""
    carried = {placement.tile for output in linted.stage.outputs for placement in output.tiles}
    for w, wall in enumerate(linted.stage.walls):
        dark = [f"{wall.name}/{tile.name}" for tile in tiles_of(wall) if f"{wall.name}/{tile.name}" not in carried]
        if dark:
            problem = f"no output carries {', '.join(dark)}: those LEDs stay dark"
            yield linted.error(f"walls[{w}]", problem, "Add it to an output's `tiles`")


def tile_carried_twice(linted: LintedStage) -> Iterator[Finding]:
    """A tile goes to one place."""
    places: dict[str, str] = {}
    for o, output in enumerate(linted.stage.outputs):
        for t, placement in enumerate(output.tiles):
            field = f"outputs[{o}].tiles[{t}]"
            first = places.setdefault(placement.tile, field)
            if first != field:
                problem = f"tile {placement.tile!r} is already carried by {first}"
                yield linted.warning(f"{field}.tile", problem, "Carry it once, unless this is a monitor")


def placement_outside(linted: LintedStage) -> Iterator[Finding]:
    """A tile lies within its output's raster."""
    for o, output in enumerate(linted.stage.outputs):
        for t, rectangle in _placed(linted, output):
            if not rectangle.within(output.size_px):
                width, height = output.size_px
                placement = output.tiles[t]
                problem = (
                    f"tile {placement.tile!r} ({rectangle.width} x {rectangle.height} as placed) reaches beyond "
                    f"the output of {width} x {height} pixels"
                )
                field = f"outputs[{o}].tiles[{t}].position_px"
                yield linted.error(field, problem, "Correct position_px, rotation_deg or the output's size_px")


def placements_overlap(linted: LintedStage) -> Iterator[Finding]:
    """No pixel of an output is mapped twice."""
    for o, output in enumerate(linted.stage.outputs):
        placed = list(_placed(linted, output))
        for first, second, pixels in overlaps([rectangle for _, rectangle in placed]):
            i, k = placed[first][0], placed[second][0]
            problem = f"tile {output.tiles[k].tile!r} overlaps {output.tiles[i].tile!r}: {pixels} pixels mapped twice"
            yield linted.error(f"outputs[{o}].tiles[{k}].position_px", problem, "Move one of them")


def _placed(linted: LintedStage, output: Output) -> Iterator[tuple[int, Rectangle]]:
    """(number, rectangle in the output) of every placement whose tile exists."""
    known = {f"{wall.name}/{tile.name}": tile for wall in linted.stage.walls for tile in tiles_of(wall)}
    for index, placement in enumerate(output.tiles):
        tile = known.get(placement.tile)
        if tile is not None:
            yield index, _in_output(placement, tile)


def _in_output(placement: TilePlacement, tile: Tile) -> Rectangle:
    """A quarter turn swaps width and height."""
    width, height = tile.size_px if placement.rotation_deg % 180 == 0 else tile.size_px[::-1]
    return Rectangle(*placement.position_px, width, height)


def _on_canvas(tile: Tile) -> Rectangle:
    return Rectangle(*tile.origin_px, *tile.size_px)
