"""Whatever a wall expects, a camera before it sees the same light, and its frame codes can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.wall.frame_code import read_frame_code
from stage.model.look import LightCard
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set
from tools.sim.witness import WallLight, to_light

SIGNALS = [
    {"transfer": "pq", "gamut": "rec2020", "range": "narrow", "bits": 10},
    {"transfer": "pq", "gamut": "p3-d65", "range": "full", "bits": 8},
    {"transfer": "hlg", "gamut": "rec2020", "range": "narrow", "bits": 10, "peak_nits": 1000.0},
    {"transfer": "gamma-2.2", "gamut": "rec709", "range": "narrow", "bits": 8},
    {"transfer": "gamma-2.4", "gamut": "p3-d65", "range": "full", "bits": 10},
    {"transfer": "srgb", "gamut": "rec2020", "range": "full", "bits": 8},
]
COLOUR = (1.0, 0.6, 0.3)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: "-".join(map(str, signal.values())))
def test_the_witness_sees_the_nits_of_a_card(context: moderngl.Context, signal: dict[str, object]) -> None:
    stage = small_stage(walls=[wall.model_dump() | signal for wall in small_stage().walls])
    renderer = Renderer(context, stage, surfaces_of(stage), box_set())
    lit = LightCard("c", "flat", size=(1.0, 1.0), colour=COLOUR, nits=600.0, softness=0.0, over_inner=True)
    renderer.draw(frame(4711, camera(), look=replace(a_look(frame_code=True), light_cards=(lit,))))
    codes = renderer.readback.wall("flat")[..., :3].astype(np.uint8)
    light = to_light(codes, WallLight.of(stage.walls[0])).reshape(-1, 3)
    assert np.median(light, axis=0) == pytest.approx(6.0 * np.array(COLOUR), rel=0.02)  # but for the tiles' codes
    assert read_frame_code(renderer.readback.output("flat")) == 4711
    renderer.release()
