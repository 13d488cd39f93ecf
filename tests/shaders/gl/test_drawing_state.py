"""A pass's own OpenGL state holds while it draws and is gone after."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.gl.drawing_state import ADDED, MULTIPLIED, OVER, DrawingState

VERTEX = """#version 430
uniform float depth; uniform bool turned;
void main() {
    vec2 corner = vec2(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1);
    gl_Position = vec4(turned ? corner.yx : corner, depth, 1);
}"""
FRAGMENT = """#version 430
uniform vec4 colour; out vec4 shown;
void main() { shown = colour; }"""
THERE = (0.5, 0.25, 1.0, 1.0)
DRAWN = (0.25, 0.5, 0.25, 0.5)


class Canvas:
    """One pixel, and a triangle that covers it."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program = ctx.program(VERTEX, FRAGMENT)
        self._array = ctx.vertex_array(self._program, [])
        self.target = ctx.framebuffer([ctx.texture((1, 1), 4, dtype="f4")], ctx.depth_renderbuffer((1, 1)))
        self.target.use()
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        ctx.depth_func = "<="
        self.target.clear(*THERE, depth=1.0)

    def draw(self, colour: tuple[float, ...], depth: float, turned: bool = False) -> list[float]:
        """The pixel after a triangle of a colour was drawn at a depth; `turned`: its back is seen."""
        self._program["colour"], self._program["depth"], self._program["turned"] = colour, depth, turned
        self._array.render(moderngl.TRIANGLES, vertices=3)
        pixel = np.frombuffer(self.target.read(components=4, dtype="f4"), np.float32)
        return [float(value) for value in pixel]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.fixture
def canvas(context: moderngl.Context) -> Canvas:
    return Canvas(context)


@pytest.mark.parametrize(
    ("blend", "expected"),
    [
        (None, list(DRAWN)),
        (OVER, [0.25 + 0.5 * 0.5, 0.5 + 0.5 * 0.25, 0.25 + 0.5 * 1.0, 0.5 + 0.5 * 1.0]),
        (ADDED, [0.75, 0.75, 1.25, 1.5]),
        (MULTIPLIED, [0.125, 0.125, 0.25, 0.5]),
    ],
    ids=["none", "over", "added", "multiplied"],
)
def test_light_is_mixed_as_the_state_says(
    context: moderngl.Context, canvas: Canvas, blend: tuple[int, int] | None, expected: list[float]
) -> None:
    with DrawingState(context, blend=blend):
        assert canvas.draw(DRAWN, 0.0) == expected
    assert canvas.draw(DRAWN, -0.1) == list(DRAWN)


def test_back_faces_show_while_the_state_lasts(context: moderngl.Context, canvas: Canvas) -> None:
    with DrawingState(context, both_sides=True):
        assert canvas.draw(DRAWN, 0.0, turned=True) == list(DRAWN)
    assert canvas.draw(THERE, -0.1, turned=True) == list(DRAWN)


def test_depth_is_left_as_it_was_while_the_state_lasts(context: moderngl.Context, canvas: Canvas) -> None:
    with DrawingState(context, writes_depth=False):
        canvas.draw(DRAWN, -0.5)
        assert canvas.draw(THERE, 0.5) == list(THERE), "what was drawn before hides nothing"
    canvas.draw(DRAWN, -0.5)
    assert canvas.draw(THERE, 0.5) == list(DRAWN)


def test_a_state_ends_where_drawing_fails(context: moderngl.Context, canvas: Canvas) -> None:
    with (
        pytest.raises(RuntimeError),
        DrawingState(context, blend=ADDED, both_sides=True, writes_depth=False, point_sizes=True),
    ):
        raise RuntimeError
    assert canvas.draw(DRAWN, -0.5) == list(DRAWN)
    assert canvas.draw(THERE, 0.5) == list(DRAWN)
    assert canvas.draw(THERE, -0.6, turned=True) == list(DRAWN)
