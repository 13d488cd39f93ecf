"""The reflection of surfaces: the shader against numpy on random inputs, and energy in a white furnace."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import pytest

from render.gl.context import create_offscreen_context
from render.layers.mesh.gloss_table import gloss_table
from tools.bench.picture.brdf import COUNT, ROUGHNESSES, furnace_error, random_inputs, shader_error


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def test_the_shader_is_the_specification_on_a_thousand_random_inputs(context: moderngl.Context) -> None:
    assert random_inputs().shape == (4, COUNT, 4), "enough inputs are left"
    assert shader_error(context) <= 1e-4


@pytest.mark.parametrize("metallic", [0.0, 1.0])
@pytest.mark.parametrize("roughness", ROUGHNESSES)
def test_a_white_surface_in_a_white_furnace_stays_white(roughness: float, metallic: float) -> None:
    assert furnace_error(roughness, metallic) <= 0.01


def test_nothing_mirrors_more_light_than_there_is() -> None:
    share = gloss_table().sum(axis=-1)
    assert share.max() <= 1.0 + 1e-6
    assert share.min() > 0.25
