"""A coarser outer view: the same picture with fewer pixels, and not one pixel of an inner view is another."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.view.material import Material
from stage.model.stagefile import Stage
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

WALLS = ("flat", "arc")


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def stage_of(density: float) -> Stage:
    return small_stage(quality={"outer_density": density})


def pictures(
    context: moderngl.Context, density: float, material: Material = Material.LIT
) -> dict[str, NDArray[np.uint8] | NDArray[np.float32]]:
    stage = stage_of(density)
    renderer = Renderer(context, stage, surfaces_of(stage), box_set(), material)
    renderer.draw(
        frame(1, camera(orientation=looking(-20.0), focal_mm=80.0), look=a_look(margin_deg=0.0, feather_deg=0.0))
    )
    found = {name: renderer.readback.wall(name) for name in WALLS}
    renderer.release()
    return found


def covered(context: moderngl.Context) -> dict[str, NDArray[np.bool_]]:
    """Where the walls show the inner view alone."""
    return {name: picture[..., 3] >= 1.0 for name, picture in pictures(context, 1.0, Material.PROBE).items()}


def test_inner_views_stay_as_they_are_and_outer_views_lose_only_detail(context: moderngl.Context) -> None:
    fine, coarse, inner = pictures(context, 1.0), pictures(context, 0.5), covered(context)
    for name in WALLS:
        apart = np.abs(fine[name].astype(int) - coarse[name].astype(int)).max(axis=2)
        assert inner[name].any()
        assert not apart[inner[name]].any(), name
        outside = apart[~inner[name]]
        assert outside.size > 1000
        assert (outside > 0).mean() > 0.01, "it is not drawn as fine"
        assert np.median(outside) <= 1, "but shows the same"


def test_a_probe_looks_where_the_fine_picture_looks(context: moderngl.Context) -> None:
    fine, coarse = (pictures(context, density, Material.PROBE) for density in (1.0, 0.25))
    for name in WALLS:
        assert np.array_equal(fine[name], coarse[name])


def test_a_coarse_picture_is_not_shifted(context: moderngl.Context) -> None:
    """Averaged over blocks, a picture of a quarter of the pixels is the fine one, and one moved by a block is not."""
    fine, coarse = (np.asarray(pictures(context, density)["flat"][..., :3], float) for density in (1.0, 0.5))
    outside = ~covered(context)["flat"]
    here = np.abs(fine - coarse).mean(axis=2)[outside].mean()
    for step in ((0, 2), (0, -2), (2, 0), (-2, 0)):
        moved = np.roll(coarse, step, axis=(0, 1))
        assert here < 0.7 * np.abs(fine - moved).mean(axis=2)[outside].mean(), step
