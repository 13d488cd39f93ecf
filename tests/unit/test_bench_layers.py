"""The bench of layers: its rows, and that the bare program draws what it is given."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from stage.errors import InputError
from tools.bench.bare_scene import BareDraw, BareScene
from tools.bench.layers import CASES, ahead, layer_figures

QUAD = np.array(
    [[-1, 0, -1, 0, -1, 0, 0, 0], [1, 0, -1, 0, -1, 0, 1, 0], [1, 0, 1, 0, -1, 0, 1, 1], [-1, 0, 1, 0, -1, 0, 0, 1]],
    np.float32,
)
TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)


@pytest.fixture
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def test_the_bare_program_draws_each_place_of_an_item(context: moderngl.Context) -> None:
    target = context.framebuffer(context.texture((64, 36), 4, dtype="f4"), context.depth_renderbuffer((64, 36)))
    places = np.stack([np.eye(4), np.eye(4)])
    places[:, :3, 3] = ((-2.0, 8.0, 1.0), (2.0, 8.0, 1.0))
    BareScene(context, [BareDraw(QUAD, TRIANGLES, places=places)], ahead((0.0, 0.0, 1.0))).draw(target)
    lit = np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(36, 64, 4)[18, :, 3] > 0.5
    starts = np.flatnonzero(np.diff(lit.astype(int)) == 1)
    assert len(starts) == 2, "two squares beside each other"


def test_a_row_that_is_not_known_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"no such layer row.*meshes"):
        layer_figures(["voxels"])


def test_a_row_prints_what_it_drew_and_the_ratio() -> None:
    figures = layer_figures(["meshes"], (64, 36), frames=1)["meshes"]
    assert figures["triangles"] > 1000
    assert figures["ratio"] == pytest.approx(figures["bare_ms"] / figures["ms"])
    assert set(CASES) >= {"meshes"}
