"""More cameras than the walls can show: those that are on are drawn as if there were no others, whoever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from stage.messages.frames import CameraState
from stage.model.camera import MOST_CAMERAS
from stage.model.stagefile import Stage
from stage.show.camera_choice import first_choice, on_air, ordered, switched
from stage.show.decide import Conductor
from stage.show.first_frame import first_frame
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

MANY = 12
ONE_WALL = {
    "walls": [small_stage().walls[0].model_dump(), small_stage().walls[2].model_dump()],
    "outputs": [output.model_dump() for output in (small_stage().outputs[0], small_stage().outputs[2])],
    "quality": {"inner_max_px": 512},
}


def many_cameras() -> Stage:
    stage = small_stage(1, **ONE_WALL)
    (first,) = stage.cameras
    return stage.model_copy(
        update={"cameras": tuple(first.model_copy(update={"name": f"c{number}"}) for number in range(MANY))}
    )


STAGE = many_cameras()
STATES: tuple[CameraState, ...] = tuple(
    camera((-1.0 + 0.15 * number, -3.0, 1.2 + 0.05 * number), looking(4.0 * number - 20.0), f"c{number}", 30.0)
    for number in range(MANY)
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    context = create_offscreen_context()
    yield Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    context.release()


def drawn(renderer: Renderer, *names: str, others: tuple[str, ...] = ()) -> NDArray[np.uint8]:
    """Both walls with the inner views of `names`, the first in front; `others` are in the record, but off."""
    states = {state.name: state for state in STATES}
    choice = replace(first_choice(STAGE.cameras), off=others)
    record = frame(1, *(states[name] for name in (*names, *others)), look=a_look(feather_deg=4.0))
    renderer.draw(replace(record, choice=choice))
    return np.concatenate([renderer.readback.wall(wall).ravel() for wall in ("flat", "arc")])


def test_as_many_as_the_walls_can_show_are_drawn_and_the_others_change_nothing(renderer: Renderer) -> None:
    on = [state.name for state in STATES[:MOST_CAMERAS]]
    off = tuple(state.name for state in STATES[MOST_CAMERAS:])
    alone = drawn(renderer, *on)
    assert (drawn(renderer, *on, others=off) == alone).all()
    assert (drawn(renderer, *on[:-1]) != alone).any(), "the last of them is seen"
    assert (drawn(renderer, *reversed(on)) != alone).any(), "the order is seen"
    assert (drawn(renderer, *on, others=off) == alone).all(), "and nothing of it stays"


def test_a_change_of_cameras_is_whole_on_the_frame_whose_record_has_it(renderer: Renderer) -> None:
    conductor = Conductor(STAGE, a_look(feather_deg=4.0))
    fresh = first_choice(STAGE.cameras)
    begun = first_frame(STAGE)
    for choice in (fresh, ordered(fresh, ["c5"]), on_air(fresh, ["c3"]), switched(fresh, "c0", False), fresh):
        conductor.air = replace(conductor.air, choice=choice)
        record = conductor.decide(2, 0, 0)
        shown = [state.name for state in record.shown_cameras]
        assert shown == [name for name in (*choice.on_air, *choice.order) if name not in choice.off][:1] + shown[1:]
        renderer.draw(record)
        after = renderer.readback.wall("flat")
        renderer.draw(replace(begun, look=record.look, cameras=(), choice=choice))
        renderer.draw(record)
        assert (renderer.readback.wall("flat") == after).all()
