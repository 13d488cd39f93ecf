"""Draws everything once before it is needed: no frame waits for a compiler."""

from __future__ import annotations

from render.frame import Renderer
from stage.messages.frames import Frame


def warm_up(renderer: Renderer, first: Frame | None = None) -> None:
    """Draw every variant of a renderer's passes once, into its real targets.

    `first` is drawn as a frame; None at the start, where nothing is on the walls yet: the show's own first frame is
    drawn next.
    """
    renderer.sets.warm_up()
    renderer.walls.warm_up()
    if first is not None:
        renderer.draw(first)
    renderer.readback.warm_up()
    renderer.ctx.finish()
