"""A frame's pixels depend on its record alone: not on history, not on how walls are cut into tiles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.wall.frame_code import read_frame_code
from render.warm_up import warm_up
from stage.messages.frames import Frame
from stage.model.stagefile import Stage
from stage.model.wall import tiles_of
from stage.show.first_frame import first_frame
from tests.looks import a_look
from tests.shaders.small_stage import camera, cut_stage, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set, moving_box_set
from tools.sim.wall_picture import canvases_from_outputs, tile_picture

LOOKS = (a_look(), a_look(gain=0.5, margin_deg=0.0), a_look(frame_code=True, feather_deg=6.0))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def renderer_of(context: moderngl.Context, stage: Stage) -> Renderer:
    return Renderer(context, stage, surfaces_of(stage), box_set())


def some_frames(count: int, cameras: int) -> list[Frame]:
    """Cameras that turn and walk about, looks that change."""
    random = np.random.default_rng(11)
    frames = []
    for number in range(count):
        states = [
            camera(
                (random.uniform(-0.5, 0.5), random.uniform(-3.5, -2.5), random.uniform(1.2, 1.8)),
                looking(random.uniform(-80, 80), random.uniform(-10, 40), random.uniform(-5, 5)),
                name,
            )
            for name in "ab"[:cameras]
        ]
        frames.append(frame(number, *states, look=LOOKS[number // 3 % len(LOOKS)]))
    return frames


def outputs(renderer: Renderer, stage: Stage) -> dict[str, NDArray[np.uint8]]:
    return {output.name: renderer.readback.output(output.name) for output in stage.outputs}


def same(a: dict[str, NDArray[np.uint8]], b: dict[str, NDArray[np.uint8]]) -> bool:
    return all(np.array_equal(a[name], b[name]) for name in a)


def test_any_order_gives_the_pixels_of_a_fresh_renderer(context: moderngl.Context) -> None:
    stage = small_stage(cameras=2)
    frames = some_frames(10, cameras=2)
    fresh = {}
    for each in frames:
        renderer = renderer_of(context, stage)
        renderer.draw(each)
        fresh[each.number] = outputs(renderer, stage)
        renderer.release()
    used = renderer_of(context, stage)
    order = [int(number) for number in np.random.default_rng(4).permutation(len(frames))]
    for number in [*order, order[-1], *reversed(order)]:
        used.draw(frames[number])
        assert same(outputs(used, stage), fresh[number]), f"frame {number} differs in another order"
    used.release()
    assert not same(fresh[0], fresh[1]), "the frames do differ from each other"


def test_a_rehearsal_leaves_no_trace(context: moderngl.Context) -> None:
    """Not in what is shown, and not in what is drawn next."""
    stage = small_stage(cameras=2)
    frames = some_frames(5, cameras=2)
    calm, rehearsing = renderer_of(context, stage), renderer_of(context, stage)
    for each, other in itertools.pairwise(frames):
        calm.draw(each)
        rehearsing.draw(each)
        rehearsing.rehearse(each)
        rehearsing.rehearse(other)
        assert same(outputs(rehearsing, stage), outputs(calm, stage))
        assert all(
            np.array_equal(rehearsing.readback.wall(wall.name), calm.readback.wall(wall.name)) for wall in stage.walls
        )
    calm.release()
    rehearsing.release()


def test_warm_up_leaves_no_trace(context: moderngl.Context) -> None:
    stage = small_stage()
    cold, warm = renderer_of(context, stage), renderer_of(context, stage)
    warm_up(warm, first_frame(stage))
    one = some_frames(1, cameras=1)[0]
    cold.draw(one)
    warm.draw(one)
    assert same(outputs(cold, stage), outputs(warm, stage))


def test_outer_view_is_drawn_only_when_it_changes(context: moderngl.Context) -> None:
    renderer = renderer_of(context, small_stage())
    drawn = []
    for each in (
        frame(1, camera()),
        frame(2, camera(orientation=looking(30.0))),
        frame(13, camera(), look=a_look(margin_deg=9.0)),
        frame(14, camera(), look=a_look(gain=2.0)),
        frame(15, camera(), look=a_look(gain=2.0)),
    ):
        renderer.draw(each)
        drawn.append(renderer.outer_drawn)
    assert drawn == [True, False, False, True, False]


def test_a_moving_set_is_drawn_again_at_every_outer_frame(context: moderngl.Context) -> None:
    stage = small_stage()
    renderer = Renderer(context, stage, surfaces_of(stage), moving_box_set())
    drawn = []
    for number in (11, 12, 13, 15, 16, 24):
        renderer.draw(frame(number, camera()))
        drawn.append(renderer.outer_drawn)
    assert drawn == [True, True, False, True, False, True], "four walls take turns: 12, 15, 18, 21"


def test_twenty_four_turned_tiles_show_the_pixels_of_whole_walls(context: moderngl.Context) -> None:
    whole_stage, cut = small_stage(), cut_stage()
    whole, tiled = renderer_of(context, whole_stage), renderer_of(context, cut)
    for each in some_frames(4, cameras=1):
        plain = replace(each, look=replace(each.look, frame_code=False))
        whole.draw(plain)
        tiled.draw(plain)
        joined = canvases_from_outputs(cut, outputs(tiled, cut))
        for wall in cut.walls:
            assert np.array_equal(joined[wall.name], whole.readback.wall(wall.name))
            assert np.array_equal(whole.readback.output(wall.name), whole.readback.wall(wall.name))


def test_every_tile_carries_its_frame_number_upright(context: moderngl.Context) -> None:
    cut = cut_stage()
    renderer = renderer_of(context, cut)
    tiles = {f"{wall.name}/{tile.name}": tile for wall in cut.walls for tile in tiles_of(wall)}
    for number in (0, 1, 77_777_777, 4_000_000_000):
        renderer.draw(frame(number, camera(), look=a_look(frame_code=True)))
        for output in cut.outputs:
            picture = renderer.readback.output(output.name)
            for placement in output.tiles:
                tile = tile_picture(output, placement, tiles[placement.tile], picture)
                assert read_frame_code(tile) == number
    renderer.draw(frame(5, camera()))
    tile = tile_picture(cut.outputs[0], cut.outputs[0].tiles[0], tiles["flat/c0r0"], renderer.readback.output("o0"))
    assert read_frame_code(tile) is None


def test_previews_are_small_copies(context: moderngl.Context) -> None:
    stage = small_stage()
    renderer = renderer_of(context, stage)
    renderer.draw(frame(1, camera()))
    small = renderer.readback.preview("mesh")
    assert small.shape == (320, 480, 4)
    error = np.abs(small.astype(int) - renderer.readback.output("mesh").astype(int))
    assert np.percentile(error, 90) <= 4
