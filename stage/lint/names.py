"""Lint rules about names: they are unique, and everything named exists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stage.files.finding import Finding
from stage.files.problems import nearest
from stage.lint.subject import LintedStage
from stage.model.wall import tiles_of


def duplicate_names(linted: LintedStage) -> Iterator[Finding]:
    """Walls, outputs, sources, cameras, sends, fixtures, and the tiles of a wall have names of their own."""
    stage = linted.stage
    lists: list[tuple[str, list[str]]] = [
        ("walls", [wall.name for wall in stage.walls]),
        ("outputs", [output.name for output in stage.outputs]),
        ("sources", [source.name for source in stage.sources]),
        ("cameras", [camera.name for camera in stage.cameras]),
        ("sends", [send.name for send in stage.sends]),
        ("fixtures", [fixture.name for fixture in stage.fixtures]),
        *((f"walls[{index}].tiles", [tile.name for tile in wall.tiles]) for index, wall in enumerate(stage.walls)),
    ]
    for place, names in lists:
        for index in _repeated(names):
            first = f"{place}[{names.index(names[index])}]"
            problem = f"{names[index]!r} is already the name of {first}"
            yield linted.error(f"{place}[{index}].name", problem, "Give each a name of its own")


def unknown_tiles(linted: LintedStage) -> Iterator[Finding]:
    """An output carries tiles that exist."""
    tiles = {wall.name: [tile.name for tile in tiles_of(wall)] for wall in linted.stage.walls}
    for o, output in enumerate(linted.stage.outputs):
        for t, placement in enumerate(output.tiles):
            field, (wall, tile) = f"outputs[{o}].tiles[{t}].tile", placement.tile.split("/")
            if wall not in tiles:
                yield linted.error(field, f"there is no wall {wall!r}", nearest(wall, tiles))
            elif tile not in tiles[wall]:
                problem = f"wall {wall!r} has no tile {tile!r}"
                yield linted.error(field, problem, nearest(tile, tiles[wall]))


def unknown_sources(linted: LintedStage) -> Iterator[Finding]:
    """A camera's tracker exists."""
    names = [source.name for source in linted.stage.sources]
    for index, camera in enumerate(linted.stage.cameras):
        if camera.source not in names:
            problem = f"there is no source {camera.source!r} for camera {camera.name!r}"
            yield linted.error(f"cameras[{index}].source", problem, nearest(camera.source, names))


def idle_sources(linted: LintedStage) -> Iterator[Finding]:
    """A tracker that no camera uses."""
    used = {camera.source for camera in linted.stage.cameras}
    for index, source in enumerate(linted.stage.sources):
        if source.name not in used:
            problem = f"no camera uses source {source.name!r}"
            yield linted.warning(f"sources[{index}].name", problem, "Use it in a camera, or remove it")


def no_camera(linted: LintedStage) -> Iterator[Finding]:
    """Without a camera the walls show the outer view only."""
    if not linted.stage.cameras:
        problem = "the stage has no camera: the walls show the outer view only"
        yield linted.warning("cameras", problem, "Add [[sources]] and [[cameras]]")


def _repeated(names: Iterable[str]) -> Iterator[int]:
    """The positions of repeated names."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index
        seen.add(name)
