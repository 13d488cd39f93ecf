"""Where the windows of a stage's outputs go on the screens of this machine. Pure.

An output with a screen fills that screen; one that is also `windowed` is as large as its raster, frameless, and
placed beside the ones before it. One that is `windowed` and names no screen is an ordinary desktop window. Render and
the backdrop both use these places, so the backdrop is exactly behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from stage.errors import InputError
from stage.model.output import Output
from stage.model.stagefile import Stage

MOST_OF_SCREEN = 0.85
"""An ordinary window leaves room for the terminal, the browser and the desktop's own bars."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen of this machine, in pixels of the whole desktop."""

    x: int
    y: int
    width: int
    height: int


class WindowKind(StrEnum):
    """How an output is shown: filling its screen; frameless, pixel for pixel; or in an ordinary desktop window with a
    title, which can be moved and minimised."""

    FULL_SCREEN = "full screen"
    FRAMELESS = "frameless"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """A window: which output, how, on which screen, where on the desktop and how large. The desktop places ordinary
    windows; one is smaller than its output if that does not fit on the screen."""

    output: str
    screen: int
    kind: WindowKind
    x: int
    y: int
    width: int
    height: int


def window_places(
    stage: Stage, screens: Sequence[Screen], where: str, windowed: bool = False
) -> tuple[WindowPlace, ...]:
    """A place for each output that is to be seen, in the stage file's order; `windowed`: all, in ordinary windows.

    Raises InputError, naming the file `where`, for a screen that this machine does not have.
    """
    places: list[WindowPlace] = []
    cursors: dict[int, _Cursor] = {}
    for number, output in enumerate(stage.outputs):
        if windowed or (output.windowed and output.screen is None):
            places.append(_ordinary(output, screens[0]))
            continue
        if output.screen is None:
            continue
        if output.screen >= len(screens):
            raise InputError(
                where,
                f"outputs[{number}].screen",
                f"there is no screen {output.screen}; this machine has {len(screens)}, counted from 0",
                "Connect it, name another, or run with --windowed or --offscreen",
            )
        screen = screens[output.screen]
        if output.windowed:
            places.append(cursors.setdefault(output.screen, _Cursor(screen)).placed(output))
        else:
            place = WindowPlace(
                output=output.name,
                screen=output.screen,
                kind=WindowKind.FULL_SCREEN,
                x=screen.x,
                y=screen.y,
                width=screen.width,
                height=screen.height,
            )
            places.append(place)
    return tuple(places)


def _ordinary(output: Output, screen: Screen) -> WindowPlace:
    """As large as its output, or as much smaller as the screen is."""
    width, height = output.size_px
    scale = min(1.0, MOST_OF_SCREEN * screen.width / width, MOST_OF_SCREEN * screen.height / height)
    return WindowPlace(
        output=output.name,
        screen=0,
        kind=WindowKind.ORDINARY,
        x=screen.x,
        y=screen.y,
        width=max(1, round(width * scale)),
        height=max(1, round(height * scale)),
    )


class _Cursor:
    """Where the next frameless window of a screen goes: beside the one before, or below if there is no room."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._x = self._y = self._row = 0

    def placed(self, output: Output) -> WindowPlace:
        width, height = output.size_px
        if self._x > 0 and self._x + width > self._screen.width:
            self._x, self._y, self._row = 0, self._y + self._row, 0
        place = WindowPlace(
            output=output.name,
            screen=output.screen or 0,
            kind=WindowKind.FRAMELESS,
            x=self._screen.x + self._x,
            y=self._screen.y + self._y,
            width=width,
            height=height,
        )
        self._x, self._row = self._x + width, max(self._row, height)
        return place


def fitted(size_px: tuple[int, int], window_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, lower, right and upper edge of a picture in the middle of a window, as large as fits, its shape kept."""
    scale = min(window_px[0] / size_px[0], window_px[1] / size_px[1])
    width, height = (max(1, round(side * scale)) for side in size_px)
    left, low = (window_px[0] - width) // 2, (window_px[1] - height) // 2
    return left, low, left + width, low + height
