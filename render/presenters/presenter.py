"""Brings the outputs to their screens, whatever the screens are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import moderngl

from render.wall.tile_pass import OutputRaster


class Presenter(Protocol):
    """Owns the OpenGL context that everything is drawn in, and shows all finished outputs at once."""

    ctx: moderngl.Context
    """The context that the renderer draws in."""
    windowed: tuple[str, ...]
    """Names of the outputs whose last picture the backdrop keeps on this machine's screens when render dies."""

    def attach(self, rasters: Sequence[OutputRaster]) -> None:
        """Take over the outputs to show. Once, before the first frame."""
        ...

    def appear(self) -> None:
        """Open what a spare kept hidden."""
        ...

    def prepare(self, changed: Collection[str]) -> None:
        """Copy the outputs that changed as they are now to the back buffers; makes the renderer's context current
        again. The others' screens go on showing what they show."""
        ...

    def show(self) -> None:
        """Put what was prepared on all screens, together."""
        ...

    def idle(self) -> None:
        """Handle the desktop's events while there is nothing to show."""
        ...

    def close(self) -> None:
        """Release the screens and the context."""
        ...
