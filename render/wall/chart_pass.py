"""What the walls show instead of the set: black, or a test pattern, before the calibration or after it."""

from __future__ import annotations

from collections.abc import Mapping

import moderngl
import numpy as np

from render.charts.patterns import CHARTS, FLASH, IDS, MARKERS, chart_codes, signal_of
from render.charts.places import digits
from render.gl.program import build_program, uniform
from render.wall.canvas import WallCanvas
from render.wall.colour import WallColour
from render.wall.composite_pass import CompositePass, Dirty
from stage.messages.frames import Frame
from stage.model.stagefile import Stage
from stage.model.wall import AnyWall
from stage.units import NITS_PER_UNIT

FIGURES = 10
_NUMBER_MODULUS = 10**FIGURES
_TRIANGLE = 3
_NO_FLASH = -1.0


class WallChart:
    """One wall's chart: a texture that exists while a pattern is shown."""

    def __init__(
        self, ctx: moderngl.Context, stage: Stage, wall: AnyWall, canvas: WallCanvas, colour: WallColour
    ) -> None:
        self._ctx = ctx
        self._wall = wall
        self._walls = stage.walls
        self._colour = colour
        self.canvas = canvas
        width, height = canvas.size_px
        self.digit_px = max(8, min(height // 4, width // 10))
        self._digits = _texture(ctx, digits(self.digit_px)[..., None])
        self._signal = signal_of(wall)
        self.texture: moderngl.Texture | None = None

    def show(self, pattern: str, as_light: bool) -> None:
        """Make the pattern's picture: code values, or the light they represent."""
        self.clear()
        picture = chart_codes(pattern, self._wall, self._walls)
        if as_light:
            picture = np.asarray(self._colour.nits_of_codes(picture) / NITS_PER_UNIT, np.float32)
        self.texture = _texture(self._ctx, picture[::-1])

    def draw(self, program: moderngl.Program, array: moderngl.VertexArray, number: int | None, flash: bool) -> None:
        """Draw code values onto the wall's canvas, with the number in figures if there is one."""
        if self.texture is None:
            return
        width, height = self.canvas.size_px
        digit = (round(self.digit_px * 0.75), self.digit_px) if number is not None else (0, 0)
        place = ((width - FIGURES * digit[0]) // 2, (height - digit[1]) // 2)
        figures = f"{(number or 0) % _NUMBER_MODULUS:0{FIGURES}d}"
        uniform(program, "figures").value = (*place, *digit)
        uniform(program, "number").value = tuple(int(figure) for figure in figures)
        uniform(program, "levels").value = (float(self._signal.code(0.7)), float(self._signal.code(0.0)))
        uniform(program, "flash").value = float(self._signal.code(1.0)) if flash else _NO_FLASH
        self.canvas.framebuffer.use()
        self.canvas.framebuffer.viewport = (0, 0, width, height)
        self.texture.use(0)
        self._digits.use(1)
        array.render(moderngl.TRIANGLES, vertices=_TRIANGLE)

    def warm_up(self, program: moderngl.Program, array: moderngl.VertexArray) -> None:
        """Draw something once."""
        self.texture = self._digits
        self.canvas.framebuffer.scissor = (0, 0, 1, 1)
        self.draw(program, array, None, False)
        self.canvas.framebuffer.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor
        self.texture = None

    def black(self) -> None:
        """No light, in the wall's own code."""
        code = self._colour.codes()[2]
        self.canvas.framebuffer.clear(code, code, code, 1.0)

    def clear(self) -> None:
        """Free the picture."""
        if self.texture is not None:
            self.texture.release()
            self.texture = None

    def release(self) -> None:
        """Free it all."""
        self.clear()
        self._digits.release()


class ChartPass:
    """All walls. A pattern is made when it comes on (a fraction of a second on large walls) and then kept."""

    def __init__(
        self, ctx: moderngl.Context, stage: Stage, walls: Mapping[str, WallCanvas], colours: Mapping[str, WallColour]
    ) -> None:
        self._ctx = ctx
        self._rate = max(1, round(stage.rate_hz))
        self._program = build_program(ctx, "chart/chart.vert", "chart/chart.frag")
        self._array = ctx.vertex_array(self._program, [])
        self._walls = {
            wall.name: WallChart(ctx, stage, wall, walls[wall.name], colours[wall.name]) for wall in stage.walls
        }
        self._whole: Dirty = {name: ((0, 0, *wall.size_px),) for name, wall in walls.items()}
        self._nothing: Dirty = {name: () for name in walls}
        self._shown: tuple[object, ...] = ()

    def depends_on(self, frame: Frame) -> tuple[object, ...]:
        """What is shown instead of the set, and whether frame codes are drawn over it."""
        return (frame.show, frame.look.frame_code)

    def draw(self, frame: Frame, composite: CompositePass) -> Dirty | None:
        """Draw what the frame shows instead of the set. Returns the boxes it drew, or None if the frame shows the
        set."""
        show = frame.show
        chart = show.pattern if show.pattern in (*CHARTS, IDS, MARKERS) else None
        if not show.black and chart is None:
            self.leave()
            return None
        flashes = show.pattern == FLASH and not show.black
        key = self.depends_on(frame)
        if key == self._shown and not flashes:
            return self._nothing
        first = key != self._shown
        self._shown = key
        composite.forget()
        if show.black:
            self._black()
            return self._whole
        after = show.pattern_after_calibration or flashes
        if first and chart is not None:
            for wall in self._walls.values():
                wall.show(chart, not after)
        if not after:
            pictures = {name: wall.texture for name, wall in self._walls.items() if wall.texture is not None}
            return composite.draw_light(pictures, "calibration" in show.bypass)
        self._codes(frame.number if flashes else None, flashes and frame.number % self._rate == 0)
        return self._whole

    def warm_up(self) -> None:
        """Draw once on every wall, so that no first chart waits for a compiler."""
        self._ctx.enable_only(moderngl.NOTHING)
        for wall in self._walls.values():
            wall.warm_up(self._program, self._array)

    def leave(self) -> None:
        """Free the pictures when the set comes back."""
        if self._shown:
            self._shown = ()
            for wall in self._walls.values():
                wall.clear()

    def release(self) -> None:
        """Free it all."""
        for wall in self._walls.values():
            wall.release()
        self._array.release()
        self._program.release()

    def _black(self) -> None:
        self._ctx.enable_only(moderngl.NOTHING)
        for wall in self._walls.values():
            wall.black()

    def _codes(self, number: int | None, flash: bool) -> None:
        self._ctx.enable_only(moderngl.NOTHING)
        for wall in self._walls.values():
            wall.draw(self._program, self._array, number, flash)


def _texture(ctx: moderngl.Context, pixels: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> moderngl.Texture:
    """(h, w, n) as a texture that is read texel by texel; float32 or uint8."""
    height, width, parts = pixels.shape
    kind = "f4" if pixels.dtype == np.float32 else "f1"
    texture = ctx.texture((width, height), parts, np.ascontiguousarray(pixels).tobytes(), dtype=kind, alignment=1)
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return texture
