"""A wall's codes from light: the composite of one flat wall whose outer picture the test gives."""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.passes.material import Material
from render.passes.targets import TargetMaker
from render.passes.wall_canvas import WallCanvas
from render.passes.wall_colour import WallColour
from render.passes.wall_composite import WallComposite
from render.passes.wall_steps import SteppedWall
from tests.shaders.small_stage import small_stage, surfaces_of

SURFACE = surfaces_of(small_stage())["flat"]
WIDTH, HEIGHT = SURFACE.size_px


def as_drawn(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is left of light in a half-float picture."""
    return light.astype(np.float16).astype(np.float64)


def stepped_wall(colour: WallColour) -> SteppedWall:
    """The wall as the steps know it."""
    return SteppedWall("flat", (WIDTH, HEIGHT), (0.008, 0.008), colour.peak_nits)


def codes_of(
    context: moderngl.Context,
    light: NDArray[np.float64],
    colour: WallColour,
    steps: bytes | None = None,
    bypass: bool = False,
) -> NDArray[np.int64]:
    """Code values of (n, 3) light, n not more than the wall's pixels; dither included."""
    wall = WallCanvas(context, SURFACE, TargetMaker(context, Material.LIT, 0), Material.LIT, 0, colour.bits)
    picture = np.zeros((HEIGHT * WIDTH, 4), np.float16)
    with np.errstate(over="ignore"):
        picture[: len(light), :3] = light
    wall.outer.write(picture.tobytes())
    composite = WallComposite(context, wall, [], Material.LIT, colour)
    composite.set_steps(steps, bypass)
    composite.draw([(0, 0, WIDTH, HEIGHT)], [])
    shares = np.frombuffer(wall.framebuffer.read(components=4, dtype="f4"), np.float32).reshape(-1, 4)
    composite.release()
    wall.release()
    return np.rint(shares[: len(light), :3].astype(np.float64) * colour.most).astype(np.int64)
