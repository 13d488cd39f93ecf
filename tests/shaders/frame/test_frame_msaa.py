"""Multisampling smooths edges of every view and changes nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set


def drawn(samples: int) -> dict[str, NDArray[np.float64]]:
    """Every wall's code values, drawn with so many samples."""
    stage = small_stage(quality={"msaa": samples})
    context = create_offscreen_context()
    renderer = Renderer(context, stage, surfaces_of(stage), box_set())
    renderer.draw(frame(1, camera(orientation=looking(-20.0, 5.0, 8.0))))
    walls = {name: renderer.readback.wall(name)[..., :3].astype(np.float64) for name in ("flat", "arc")}
    renderer.release()
    context.release()
    return walls


def test_edges_are_smooth_and_the_rest_is_the_same() -> None:
    hard, smooth = drawn(0), drawn(4)
    for name in hard:
        moved = np.abs(hard[name] - smooth[name]).max(axis=2)
        assert 0.002 < (moved > 4).mean() < 0.1, "edges, and only they"
        assert np.abs(hard[name].mean() - smooth[name].mean()) < 0.5
        assert len(np.unique(smooth[name])) > len(np.unique(hard[name]))
