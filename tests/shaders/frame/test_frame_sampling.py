"""Curved walls sample a rectilinear inner picture: in the right place, and as sharp as the wall's pixels can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from stage.walls.surface import Surface
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

LOOK = a_look(margin_deg=40.0, feather_deg=0.0)
FINER = 4
BLUR_PX = 3.0
EDGE_NOISE_PX = 0.1
"""Some fifty straight edges, each up to half a pixel off in the reference, leave 0.04 px; half a texel is 0.5."""
EYES = [camera((0.3, -3.0, 1.4), looking(4.0, 2.0)), camera((-0.8, -2.2, 1.1), looking(-15.0, 5.0, 12.0))]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def light_on(context: moderngl.Context, surface: Surface, number: int) -> NDArray[np.float64]:
    """(h, w) linear light of the flat wall's inner view, drawn on `surface` in its place."""
    stage = small_stage()
    alone = stage.model_copy(update={"walls": stage.walls[:1], "outputs": stage.outputs[:1]})
    renderer = Renderer(context, alone, {"flat": surface}, box_set())
    renderer.draw(frame(1, EYES[number], look=LOOK))
    codes = renderer.readback.wall("flat")[..., :3].mean(axis=2) / 255.0
    renderer.release()
    return np.asarray(codes**2.4)


def finer(surface: Surface) -> Surface:
    """The same wall with 4 x 4 pixels for each."""
    width, height = surface.size_px
    return replace(surface, canvas_px=surface.canvas_px * FINER, size_px=(width * FINER, height * FINER))


def sharpness(light: NDArray[np.float64]) -> float:
    """Energy of the differences between neighbours."""
    return float((np.diff(light, axis=0) ** 2).sum() + (np.diff(light, axis=1) ** 2).sum())


def shift_px(reference: NDArray[np.float64], moved: NDArray[np.float64]) -> tuple[float, float]:
    """How far right and down a picture lies from its reference: least squares on the gradient (Lucas and Kanade),
    both blurred, so that neither has finer detail than its pixels carry."""
    still, other = (np.asarray(cv2.GaussianBlur(each, (0, 0), BLUR_PX), np.float64) for each in (reference, moved))
    down, across = np.gradient(still)
    slopes = np.stack([across.ravel(), down.ravel()], axis=1)
    found, *_ = np.linalg.lstsq(slopes, (still - other).ravel(), rcond=None)
    return float(found[0]), float(found[1])


@pytest.mark.parametrize("number", range(len(EYES)))
def test_a_wall_drawn_as_curved_shows_what_it_shows_as_flat(context: moderngl.Context, number: int) -> None:
    flat = surfaces_of(small_stage())["flat"]
    fine = finer(flat)
    reference = light_on(context, fine, number)
    across, down = shift_px(reference, light_on(context, replace(fine, planar=False), number))
    assert abs(across) < EDGE_NOISE_PX
    assert abs(down) < EDGE_NOISE_PX


@pytest.mark.parametrize("number", range(len(EYES)))
def test_sampling_does_not_blur(context: moderngl.Context, number: int) -> None:
    flat = surfaces_of(small_stage())["flat"]
    width, height = flat.size_px
    fine = light_on(context, finer(flat), number)
    reference = fine.reshape(height, FINER, width, FINER).mean(axis=(1, 3))
    curved = light_on(context, replace(flat, planar=False), number)
    assert sharpness(curved) >= 0.9 * sharpness(reference)
    assert np.abs(curved - reference).mean() < 0.02 * reference.mean()
