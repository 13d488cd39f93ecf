"""A tile that keeps an earlier frame is told while the stage runs, and so is its recovery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import pytest

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.wall.tile_guard import TileGuard
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

WALLS = [
    {"name": "flat", "kind": "flat", "position_m": [0, 0, 0.2], "tile_grid": {"columns": 4, "rows": 1},
     "cabinets": {"columns": 4, "rows": 1, "size_px": [64, 48], "pitch_mm": 20.0}},
]  # fmt: skip
TURNED = [
    {"tile": f"flat/c{number}r0", "position_px": [64 * number, 0], "rotation_deg": 90 * number} for number in range(4)
]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    context: moderngl.Context = create_offscreen_context()
    stage = small_stage(walls=WALLS, outputs=[{"name": "flat", "size_px": [256, 64], "tiles": TURNED}])
    made = Renderer(context, stage, surfaces_of(stage), box_set())
    yield made
    made.release()
    context.release()


def test_stale_tiles_are_told_once_and_again_when_they_are_right(renderer: Renderer) -> None:
    stage = small_stage(walls=WALLS, outputs=[{"name": "flat", "size_px": [256, 64], "tiles": TURNED}])
    guard, coded = TileGuard(stage, renderer.readback), a_look(frame_code=True)
    first, second = (frame(number, camera(), look=coded) for number in (7, 8))
    renderer.draw(first)
    assert guard.look("flat", first, 0) == [], "turned any way"
    told = guard.look("flat", second, 1)
    assert [(each.code, each.active) for each in told] == [("tile-stale", True)] * 4
    assert {each.subject for each in told} == {f"flat/c{number}r0 in flat" for number in range(4)}
    assert told[0].detail == "shows frame 7 where 8 was drawn"
    assert guard.look("flat", second, 2) == [], "told once"
    renderer.draw(second)
    assert [each.active for each in guard.look("flat", second, 3)] == [False] * 4
    assert guard.look("flat", replace(second, look=a_look()), 4) == []
