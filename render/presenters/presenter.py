"""What brings the outputs to their screens, whatever the screens are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import moderngl

from render.wall.tile_pass import OutputRaster


class Presenter(Protocol):
    """Owns the OpenGL context everything is drawn in, and shows finished outputs, all at once."""

    ctx: moderngl.Context
    """The context that the renderer draws in."""
    windowed: tuple[str, ...]
    """Names of the outputs whose picture stays on a screen of this machine when render dies: the backdrop shows it."""

    def attach(self, rasters: Sequence[OutputRaster]) -> None:
        """Take over the outputs to show. Once, before the first frame."""
        ...

    def prepare(self) -> None:
        """Bring the outputs as they are now behind the screens; makes the renderer's context current again."""
        ...

    def show(self) -> None:
        """Put what was prepared on all screens, together."""
        ...

    def idle(self) -> None:
        """Answer the desktop while there is nothing to show."""
        ...

    def close(self) -> None:
        """Let go of the screens and the context."""
        ...
