"""Outputs as windows: one share group, everything drawn in the first window's context, one swap for all."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

import moderngl

from render.gl.context import GL_VERSION
from render.presenters.desktop import PictureWindow, screens
from render.presenters.placement import WindowKind, WindowPlace, window_places
from render.wall.tile_pass import OutputRaster
from stage.model.stagefile import Stage, output_bits

REFRESHED_FRAMES = 30
"""A window whose output does not change is drawn again once in so many frames."""

log = logging.getLogger("openstage.render")


class WindowPresenter:
    """Windows for the outputs that are to be seen, or for all with `windowed`; the rest stay offscreen.

    Raises InputError for a screen that is not there, GraphicsError where there is no display or no OpenGL.
    """

    def __init__(self, stage: Stage, where: str, windowed: bool = False, visible: bool = True) -> None:
        """`visible`: False for a spare, whose windows stay hidden until `appear`."""
        places = window_places(stage, screens(), where, windowed)
        self._windows = {
            place.output: PictureWindow(
                place, _title(stage, place), vsync=number == 0, visible=visible, bits=output_bits(stage, place.output)
            )
            for number, place in enumerate(places)
        }
        self.windowed: tuple[str, ...] = tuple(
            [place.output for place in places if place.kind is not WindowKind.ORDINARY]
        )
        self._unchanged = dict.fromkeys(self._windows, 0)
        self._prepared: list[PictureWindow] = []
        self._first = next(iter(self._windows.values()))
        self._first.switch_to()
        self.ctx: moderngl.Context = moderngl.create_context(require=GL_VERSION)

    def attach(self, rasters: Sequence[OutputRaster]) -> None:
        """Each window shows its output."""
        for raster in rasters:
            if (window := self._windows.get(raster.name)) is None:
                continue
            if raster.name in self.windowed and window.get_framebuffer_size() != raster.size_px:
                log.warning(
                    "output %s is %d x %d but its screen is %d x %d: shown from the upper left corner, not scaled",
                    *(raster.name, *raster.size_px, *window.get_framebuffer_size()),
                )
            window.show_texture(raster.texture.glo, raster.size_px)
        self._first.switch_to()

    def appear(self) -> None:
        """Open the windows of a spare; those of a process that is no spare are open."""
        for window in self._windows.values():
            window.set_visible(True)
        self._first.switch_to()

    def prepare(self, changed: Collection[str]) -> None:
        """Copy the outputs that changed into their windows' back buffers. The others are neither copied nor swapped,
        but for one in `REFRESHED_FRAMES`: a desktop may have lost what they show."""
        self._prepared = []
        for name, window in self._windows.items():
            self._unchanged[name] = 0 if name in changed else self._unchanged[name] + 1
            if self._unchanged[name] % REFRESHED_FRAMES == 0:
                window.copy()
                self._prepared.append(window)
        self._first.switch_to()

    def show(self) -> None:
        """Swap all windows that have something new, the paced one last, and handle the desktop's events."""
        for window in reversed(self._prepared):
            window.flip()
        self.idle()

    def idle(self) -> None:
        """Handle the desktop's events."""
        for window in self._windows.values():
            window.dispatch_events()
        self._first.switch_to()

    def close(self) -> None:
        """Close the windows, the context's own last."""
        for window in reversed(self._windows.values()):
            window.close()


def _title(stage: Stage, place: WindowPlace) -> str:
    """The window's title; for an ordinary window also how to end the stage, because people close those."""
    title = f"{stage.name}: {place.output}"
    return f"{title} (Ctrl-C in the terminal ends the stage)" if place.kind is WindowKind.ORDINARY else title
