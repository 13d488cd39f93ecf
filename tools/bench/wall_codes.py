"""A wall's codes from light: the composite of one flat wall with a given outer picture."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.view.material import Material
from render.view.targets import TargetMaker
from render.wall.canvas import WallCanvas
from render.wall.colour import WallColour
from render.wall.composite import WallComposite
from render.wall.steps import SteppedWall
from stage.model.wall import FlatWall
from stage.walls.surface import surface_of

_CABINETS = {"columns": 4, "rows": 3, "size_px": [96, 96], "pitch_mm": 8.0}
SURFACE = surface_of(FlatWall.model_validate({"name": "flat", "kind": "flat", "cabinets": _CABINETS}), Path())
WIDTH, HEIGHT = SURFACE.size_px


def as_drawn(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light as a half-float picture holds it."""
    return light.astype(np.float16).astype(np.float64)


def stepped_wall(colour: WallColour) -> SteppedWall:
    """The wall in the terms of the steps."""
    return SteppedWall("flat", (WIDTH, HEIGHT), (0.008, 0.008), colour.peak_nits)


def codes_of(
    context: moderngl.Context,
    light: NDArray[np.float64],
    colour: WallColour,
    steps: bytes | None = None,
    bypass: bool = False,
) -> NDArray[np.int64]:
    """Code values of (n, 3) light, n not more than the wall's pixels; dither included."""
    shares = signals_of(context, light, colour, steps, bypass)
    return np.rint(shares.astype(np.float64) * colour.most).astype(np.int64)


def signals_of(
    context: moderngl.Context,
    light: NDArray[np.float64],
    colour: WallColour,
    steps: bytes | None = None,
    bypass: bool = False,
    exact: bool = False,
) -> NDArray[np.float32]:
    """Signals (n, 3), 0 to 1, as the wall's canvas of 8 or 10 bit holds them; `exact`: before that, as the
    shader's 32-bit floats."""
    wall = WallCanvas(context, SURFACE, TargetMaker(context, Material.LIT, 0), Material.LIT, 0, colour.bits)
    if exact:
        wall.framebuffer.release()
        wall.framebuffer = context.framebuffer(context.texture((WIDTH, HEIGHT), 4, dtype="f4"))
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
    return shares[: len(light), :3].copy()
