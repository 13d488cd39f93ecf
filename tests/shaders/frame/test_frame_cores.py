"""What is saved changes no pixel: cores of covered boxes, frames that show the same, outputs that share a canvas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest

import render.plan.faceted_wall
from render.gl.context import create_offscreen_context
from tests.looks import a_look
from tests.shaders.frame.test_frame_repeat import outputs, renderer_of, same, some_frames
from tests.shaders.small_stage import cut_stage, small_stage

STAGE = small_stage(cameras=2)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def test_cores_change_no_pixel(context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = some_frames(8, cameras=2)
    with_cores = renderer_of(context, STAGE)
    seen = []
    cores = 0
    for each in frames:
        with_cores.draw(each)
        seen.append(outputs(with_cores, STAGE))
        cores += sum(core is not None for own in with_cores._planner.plan(each).cores.values() for core in own)
    assert cores > len(frames), "cores are told apart in this test"
    with_cores.release()
    monkeypatch.setattr(render.plan.faceted_wall, "WORTH_SHARE", np.inf)
    without_cores = renderer_of(context, STAGE)
    for each, shown in zip(frames, seen, strict=True):
        without_cores.draw(each)
        assert same(outputs(without_cores, STAGE), shown), f"frame {each.number}"
    without_cores.release()


def test_a_frame_that_differs_in_its_number_alone_draws_nothing(context: moderngl.Context) -> None:
    renderer = renderer_of(context, STAGE)
    first, *_ = some_frames(1, cameras=2)
    renderer.draw(first)
    renderer.finish()
    shown = outputs(renderer, STAGE)
    again = replace(first, number=first.number + 1, present_ns=first.present_ns + 1)
    with context.query(samples=True) as query:
        renderer.draw(again)
    assert query.samples == 0
    assert renderer._changed == frozenset()
    assert same(outputs(renderer, STAGE), shown)
    moved = replace(again, number=again.number + 1, look=a_look(gain=0.25))
    renderer.draw(moved)
    assert not same(outputs(renderer, STAGE), shown)
    renderer.release()


def test_frame_codes_are_drawn_on_walls_that_stand_still(context: moderngl.Context) -> None:
    renderer = renderer_of(context, STAGE)
    first = replace(some_frames(1, cameras=1)[0], look=a_look(frame_code=True))
    renderer.draw(first)
    shown = outputs(renderer, STAGE)
    renderer.draw(replace(first, number=first.number + 1))
    assert not same(outputs(renderer, STAGE), shown)
    renderer.release()


def test_an_output_that_is_one_wall_shows_its_canvas_and_others_get_copies(context: moderngl.Context) -> None:
    shared, copied = renderer_of(context, STAGE), renderer_of(context, cut_stage())
    assert {raster.canvas is not None for raster in shared.walls.outputs.values()} == {True}
    assert {raster.canvas is None for raster in copied.walls.outputs.values()} == {True}
    shared.release()
    copied.release()
