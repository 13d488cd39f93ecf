"""Outputs without a screen: they stay where they are drawn and are read from there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import moderngl

from render.gl.context import create_offscreen_context
from render.wall.tile_pass import OutputRaster


class OffscreenPresenter:
    """A context of its own on EGL; nothing to show."""

    def __init__(self) -> None:
        self.ctx: moderngl.Context = create_offscreen_context()
        self.windowed: tuple[str, ...] = ()

    def attach(self, rasters: Sequence[OutputRaster]) -> None:
        """Nothing to take over: the outputs are read where they are."""

    def appear(self) -> None:
        """There is nothing to see."""

    def prepare(self, changed: Collection[str]) -> None:
        """There is no back buffer."""

    def show(self) -> None:
        """Nothing to swap."""

    def idle(self) -> None:
        """There is no desktop to answer."""

    def close(self) -> None:
        """Release the context."""
        self.ctx.release()
