"""The stage file as the browser draws it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stage.console.link.description import StageDescription, describe
from stage.console.link.plain import plain
from stage.files.loading import find_stage, load_stage
from stage.model.sources.psn import PsnSource
from stage.walls.surface import surface_of


def description_of(path: Path) -> StageDescription:
    stage = load_stage(path)
    return describe(stage, {wall.name: surface_of(wall, path.parent) for wall in stage.walls})


@pytest.mark.parametrize("name", ["two-walls", "volume", "mesh-wall"])
def test_a_demo_stage_is_described_whole(name: str) -> None:
    path = find_stage(name)
    stage, shown = load_stage(path), description_of(path)
    assert [wall.name for wall in shown.walls] == [wall.name for wall in stage.walls]
    assert [output.name for output in shown.outputs] == [output.name for output in stage.outputs]
    assert [(c.name, c.source) for c in shown.cameras] == [(c.name, c.source) for c in stage.cameras]
    assert [source.name for source in shown.sources] == [source.name for source in stage.sources]
    assert shown.rate_hz == float(stage.rate_hz)
    assert plain(shown)


@pytest.mark.parametrize("name", ["two-walls", "volume", "mesh-wall"])
def test_walls_are_the_surfaces_the_wall_is_drawn_with(name: str) -> None:
    path = find_stage(name)
    stage = load_stage(path)
    surfaces = {wall.name: surface_of(wall, path.parent) for wall in stage.walls}
    for shown in describe(stage, surfaces).walls:
        np.testing.assert_array_equal(np.array(shown.vertices_m), surfaces[shown.name].vertices_m)
        np.testing.assert_array_equal(np.array(shown.canvas_px), surfaces[shown.name].canvas_px)
        np.testing.assert_array_equal(np.array(shown.triangles), surfaces[shown.name].triangles)


@pytest.mark.parametrize("name", ["two-walls", "volume", "mesh-wall"])
def test_placed_tiles_cover_every_wall_once_and_stay_inside_their_output(name: str) -> None:
    shown = description_of(find_stage(name))
    covered = {wall.name: np.zeros(wall.size_px[::-1], int) for wall in shown.walls}
    for output in shown.outputs:
        for tile in output.tiles:
            x, y, width, height = tile.canvas_px
            covered[tile.wall][y : y + height, x : x + width] += 1
            left, top, placed_width, placed_height = tile.output_px
            assert left + placed_width <= output.size_px[0]
            assert top + placed_height <= output.size_px[1]
            turned = tile.rotation_deg % 180 != 0
            assert (placed_height, placed_width) == ((width, height) if turned else (height, width))
    assert all(np.all(count == 1) for count in covered.values())


def test_a_source_in_a_group_says_which_and_through_which_card() -> None:
    path = find_stage("two-walls")
    stage = load_stage(path)
    psn = PsnSource(protocol="psn", name="jib", tracker=12, host="192.168.10.5")
    surfaces = {wall.name: surface_of(wall, path.parent) for wall in stage.walls}
    (shape,) = describe(stage.model_copy(update={"sources": (psn,)}), surfaces).sources
    assert (shape.protocol, shape.address) == ("psn", "236.10.10.10:56565 via 192.168.10.5")
