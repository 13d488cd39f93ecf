"""Where the windows of a stage's outputs stand on the screens of this machine. Pure.

An output with a screen fills that screen; a `windowed` one is as large as its raster, borderless, and stands beside
the ones before it. Render and backdrop both ask here, so that the backdrop lies exactly behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stage.errors import InputError
from stage.model.stagefile import Stage


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen of this machine, in pixels of the whole desktop."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """A window: which output, on which screen, where on the desktop and how large."""

    output: str
    screen: int
    full_screen: bool
    x: int
    y: int
    width: int
    height: int


def window_places(stage: Stage, screens: Sequence[Screen], where: str) -> tuple[WindowPlace, ...]:
    """A place for each output that names a screen, in the order of the stage file.

    Raises InputError, blaming the file `where`, for a screen that this machine does not have.
    """
    places: list[WindowPlace] = []
    cursors: dict[int, tuple[int, int, int]] = {}
    for number, output in enumerate(stage.outputs):
        if output.screen is None:
            continue
        if output.screen >= len(screens):
            raise InputError(
                where,
                f"outputs[{number}].screen",
                f"there is no screen {output.screen}; this machine has {len(screens)}, counted from 0",
                "Connect it, name another, or run with --offscreen",
            )
        screen = screens[output.screen]
        if not output.windowed:
            places.append(
                WindowPlace(
                    output=output.name,
                    screen=output.screen,
                    full_screen=True,
                    x=screen.x,
                    y=screen.y,
                    width=screen.width,
                    height=screen.height,
                )
            )
            continue
        width, height = output.size_px
        x, y, row = cursors.get(output.screen, (0, 0, 0))
        if x > 0 and x + width > screen.width:
            x, y, row = 0, y + row, 0
        places.append(
            WindowPlace(
                output=output.name,
                screen=output.screen,
                full_screen=False,
                x=screen.x + x,
                y=screen.y + y,
                width=width,
                height=height,
            )
        )
        cursors[output.screen] = (x + width, y, max(row, height))
    return tuple(places)
