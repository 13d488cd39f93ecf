"""Borderless windows that show pictures, pixel for pixel, through pyglet. Imported only where there is a screen."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Sequence
from typing import Any

import pyglet

from render.presenters.placement import Screen, WindowKind, WindowPlace, fitted
from stage.errors import GraphicsError

pyglet.options.shadow_window = False
pyglet.options.dpi_scaling = "real"

from pyglet import gl  # noqa: E402  (options first)
from pyglet.display import get_display  # noqa: E402
from pyglet.window import NoSuchConfigException, Window  # noqa: E402
from pyglet.window import NoSuchDisplayException as NoDisplay  # noqa: E402

if sys.platform == "linux":
    from pyglet.libs.x11 import xlib

MAJOR, MINOR = 4, 3
BYTE_BITS = 8

log = logging.getLogger("openstage.render")


def _config(bits: int) -> Any:
    """A config for windows with that many bits a colour."""
    config_of: Any = gl.Config  # abstract to a type checker, chosen by platform at run time
    size = {"red_size": bits, "green_size": bits, "blue_size": bits} if bits > BYTE_BITS else {}
    return config_of(double_buffer=True, major_version=MAJOR, minor_version=MINOR, forward_compatible=True, **size)


def _offers(screen: int, bits: int) -> bool:
    """Whether a screen offers windows with that many bits a colour."""
    try:
        get_display().get_screens()[screen].get_best_config(_config(bits))
    except NoSuchConfigException:
        return False
    return True


def screens() -> tuple[Screen, ...]:
    """The screens of this machine. Raises GraphicsError where there is no display."""
    try:
        found: Sequence[Any] = get_display().get_screens()
    except NoDisplay as error:
        raise GraphicsError(
            "there is no display to open windows on: start a desktop or X server, or run with --offscreen"
        ) from error
    return tuple([Screen(screen.x, screen.y, screen.width, screen.height) for screen in found])


class PictureWindow(Window):  # type: ignore[misc]  # pyglet chooses the base by platform
    """A window that shows one output. All windows of a process share their textures; `vsync` on one of them paces all.

    Asks for `bits` a colour; if the desktop has fewer, a warning is logged and those are used.
    """

    def __init__(
        self, place: WindowPlace, caption: str, vsync: bool, visible: bool = True, bits: int = BYTE_BITS
    ) -> None:
        if bits > BYTE_BITS and not _offers(place.screen, bits):
            log.warning("%s: this desktop shows windows in 8 bit, not %d; set it to 30 bit colour", caption, bits)
            bits = BYTE_BITS
        config = _config(bits)
        screen = get_display().get_screens()[place.screen]
        full_screen, self._ordinary = place.kind is WindowKind.FULL_SCREEN, place.kind is WindowKind.ORDINARY
        size = {} if full_screen else {"width": place.width, "height": place.height}
        try:
            super().__init__(
                **size,
                caption=caption,
                style=Window.WINDOW_STYLE_DEFAULT if self._ordinary else Window.WINDOW_STYLE_BORDERLESS,
                resizable=self._ordinary,
                fullscreen=full_screen,
                visible=visible,
                vsync=vsync,
                screen=screen,
                config=config,
            )
        except NoSuchConfigException as error:
            raise GraphicsError(f"the display offers no OpenGL {MAJOR}.{MINOR} window: install its driver") from error
        self._source = 0
        self._size_px = (0, 0)
        if place.kind is WindowKind.FRAMELESS:
            self.set_location(place.x, place.y)
        self.set_mouse_visible(not full_screen)

    def on_close(self) -> None:
        """A mouse click does not close a wall. An ordinary window is minimised; the stage keeps running."""
        if self._ordinary:
            self.minimize()

    def show_below(self) -> None:
        """Open the window beneath all others, without a moment above them: that would flash black on the wall.

        Desktops other than X11 put it where they like.
        """
        if sys.platform != "linux":
            self.set_visible(True)
            return
        self._set_wm_state("_NET_WM_STATE_BELOW")
        xlib.XSelectInput(self._x_display, self._window, self._default_event_mask)
        xlib.XLowerWindow(self._x_display, self._window)
        xlib.XMapWindow(self._x_display, self._window)  # set_visible would raise it
        xlib.XFlush(self._x_display)

    def show_texture(self, texture: int, size_px: tuple[int, int]) -> None:
        """Show a texture of the share group in this window from now on; row 0 is its lowest."""
        self.switch_to()
        name = gl.GLuint()
        gl.glGenFramebuffers(1, ctypes.byref(name))
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, name)
        gl.glFramebufferTexture2D(gl.GL_READ_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_TEXTURE_2D, texture, 0)
        self._source, self._size_px = name.value, size_px

    def copy(self) -> None:
        """Copy the texture into the back buffer, pixel for pixel from the upper left corner, black beside it. An
        ordinary window shows all of it, centred and as large as fits."""
        self.switch_to()
        width, height = self._size_px
        window_width, window_height = self.get_framebuffer_size()
        gl.glDisable(gl.GL_SCISSOR_TEST)
        gl.glBindFramebuffer(gl.GL_DRAW_FRAMEBUFFER, 0)
        gl.glClearColor(0.0, 0.0, 0.0, 1.0)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT)
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, self._source)
        if self._ordinary:
            left, low, right, top = fitted(self._size_px, (window_width, window_height))
            sharp = (right - left, top - low) == self._size_px
            way = gl.GL_NEAREST if sharp else gl.GL_LINEAR
            gl.glBlitFramebuffer(0, 0, width, height, left, low, right, top, gl.GL_COLOR_BUFFER_BIT, way)
            gl.glFlush()
            return
        low = window_height - height
        gl.glBlitFramebuffer(0, 0, width, height, 0, low, width, low + height, gl.GL_COLOR_BUFFER_BIT, gl.GL_NEAREST)
        gl.glFlush()
