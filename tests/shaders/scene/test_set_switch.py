"""Sets that are held are switched on the very frame that names another, and leave no trace of each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.scene.scene_data import SceneData
from stage.messages.frames import Frame
from stage.model.scene import Ambient
from tests.shaders.small_stage import camera, frame, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

STAGE = small_stage()
OUTPUT = STAGE.outputs[0].name


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def dim_set() -> SceneData:
    """The boxes under another light."""
    return replace(box_set(), ambient=Ambient(up=(5.0, 20.0, 5.0)))


def shot(number: int, scene: str) -> Frame:
    return replace(frame(number, camera()), scene=scene)


def drawn(renderer: Renderer, each: Frame) -> NDArray[np.uint8]:
    renderer.draw(each)
    return renderer.readback.output(OUTPUT)


def test_the_frame_that_names_a_held_set_shows_it_whole(context: moderngl.Context) -> None:
    alone = {
        "first": drawn(Renderer(context, STAGE, surfaces_of(STAGE), box_set()), shot(1, STAGE.scene)),
        "other": drawn(Renderer(context, STAGE, surfaces_of(STAGE), dim_set()), shot(1, STAGE.scene)),
    }
    assert not np.array_equal(alone["first"], alone["other"])
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    renderer.sets.hold("other", dim_set())
    for number, name in enumerate(("first", "other", "other", "first"), start=1):
        scene = STAGE.scene if name == "first" else name
        assert np.array_equal(drawn(renderer, shot(number, scene)), alone[name]), f"frame {number}"
    renderer.release()


def test_frames_between_the_steps_of_holding_a_set_are_those_of_the_set_on_the_wall(context: moderngl.Context) -> None:
    alone = {
        "first": drawn(Renderer(context, STAGE, surfaces_of(STAGE), box_set()), shot(1, STAGE.scene)),
        "other": drawn(Renderer(context, STAGE, surfaces_of(STAGE), dim_set()), shot(1, STAGE.scene)),
    }
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    steps = 0
    for _ in renderer.sets.holding("other", dim_set()):
        steps += 1
        assert np.array_equal(drawn(renderer, shot(steps, "other")), alone["first"]), f"after step {steps}"
    assert steps > 5
    assert np.array_equal(drawn(renderer, shot(steps + 1, "other")), alone["other"])
    renderer.release()


def test_a_set_that_is_not_held_leaves_the_one_before_on_the_wall(context: moderngl.Context) -> None:
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    before = drawn(renderer, shot(1, STAGE.scene))
    assert np.array_equal(drawn(renderer, shot(2, "not-read-yet")), before)
    assert not renderer.outer_drawn
    renderer.release()


def test_a_set_is_made_ready_without_a_trace_on_any_wall(context: moderngl.Context) -> None:
    """The outer views are drawn only when something changed: nothing else may be drawn into them."""
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    outputs = [output.name for output in STAGE.outputs]
    renderer.draw(shot(1, STAGE.scene))
    before = {name: renderer.readback.output(name) for name in outputs}
    renderer.sets.hold("other", dim_set())
    moved = replace(shot(2, STAGE.scene), cameras=())
    renderer.draw(moved)
    unheld = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    unheld.draw(shot(1, STAGE.scene))
    unheld.draw(moved)
    assert not renderer.outer_drawn
    for name in outputs:
        assert np.array_equal(renderer.readback.output(name), unheld.readback.output(name)), name
    assert any(not np.array_equal(before[name], renderer.readback.output(name)) for name in outputs)
    unheld.release()
    renderer.release()
