"""The outer view of a wall that is not flat: a few rectilinear panels from the stage eye, side by side in an atlas.

The panels are faces of a cube round the eye, each cut to what the wall needs. A wall pixel takes the panel whose
axis is nearest to its direction. Each panel has a rim, so filtering never reaches its neighbour. Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from render.plan.cover import CameraCover
from render.plan.curved_wall import CurvedWall
from render.view.view import View
from stage.maths.pose import Vector
from stage.maths.projection import CUBE, CUBE_FACE, Axes, Slopes, perspective

RIM_PX = 2
"""Texels round a panel: bilinear filtering needs one, rounding may take another."""

ANY_VIEW = View((0.0, 0.0, 0.0), perspective((0.0, 0.0, 0.0), CUBE[0], CUBE_FACE))
"""For warming up only."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A rectilinear picture of `size_px` that shows `slopes` along `axes`, rim included."""

    axes: Axes
    slopes: Slopes
    size_px: tuple[int, int]

    def view(self, eye_m: Vector) -> View:
        """The view that fills it."""
        return View(eye_m, perspective(eye_m, self.axes, self.slopes))

    def texel_from_slope(self) -> tuple[float, float, float, float]:
        """Scale and offset across, scale and offset up: texels from the picture's lower left corner."""
        left, right, lower, upper = self.slopes
        across, up = self.size_px[0] / (right - left), self.size_px[1] / (upper - lower)
        return (across, -left * across, up, -lower * up)


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel and its place in the atlas, (x, y) from the lower left."""

    picture: Picture
    place_px: tuple[int, int]

    @property
    def viewport_px(self) -> tuple[int, int, int, int]:
        """x, y, width, height in the atlas."""
        return (*self.place_px, *self.picture.size_px)


@dataclass(frozen=True, slots=True)
class Atlas:
    """All panels of a wall."""

    panels: tuple[Panel, ...]
    size_px: tuple[int, int]


def sized_picture(axes: Axes, slopes: Slopes, density: tuple[float, float], most_px: int, step_px: int = 1) -> Picture:
    """A picture of `slopes` with `density` texels per unit of slope and a rim, its sides multiples of `step_px`, no
    side longer than `most_px`, at the cost of density."""
    left, right, lower, upper = slopes
    across, rim_x = _side(right - left, density[0], most_px, step_px)
    up, rim_y = _side(upper - lower, density[1], most_px, step_px)
    return Picture(axes, (left - rim_x, right + rim_x, lower - rim_y, upper + rim_y), (across, up))


def panels_for(wall: CurvedWall, eye_m: Vector, most_px: int, outer_density: float = 1.0) -> Atlas:
    """The panels that a wall's outer view needs from the stage eye, with `outer_density` texels for each pixel of the
    wall, across and up."""
    landings = wall.landings([CameraCover(eye_m, axes, CUBE_FACE, CUBE_FACE, CUBE_FACE) for axes in CUBE])
    needed = [(axes, landing) for axes, landing in zip(CUBE, landings, strict=True) if landing is not None]
    sized = []
    for axes, landing in needed:
        across, up = landing.density
        sized.append(sized_picture(axes, landing.slopes, (across * outer_density, up * outer_density), most_px))
    return _packed(sized)


def _side(span: float, density: float, most_px: int, step_px: int) -> tuple[int, float]:
    """Texels along a side, and its rim as a slope."""
    wanted = math.ceil(max(span * density, 1.0)) + 2 * RIM_PX
    size = min(math.ceil(wanted / step_px) * step_px, most_px)
    return size, span * RIM_PX / (size - 2 * RIM_PX)


def _packed(pictures: list[Picture]) -> Atlas:
    """Pack pictures into two stacks, each onto the lower one."""
    heights, widths = [0, 0], [0, 0]
    stacks: list[int] = []
    places: list[int] = []
    for picture in pictures:
        stack = 0 if heights[0] <= heights[1] else 1
        stacks.append(stack)
        places.append(heights[stack])
        heights[stack] += picture.size_px[1]
        widths[stack] = max(widths[stack], picture.size_px[0])
    panels = tuple(
        Panel(picture, (widths[0] * stack, place))
        for picture, stack, place in zip(pictures, stacks, places, strict=True)
    )
    return Atlas(panels, (max(sum(widths), 1), max(*heights, 1)))
