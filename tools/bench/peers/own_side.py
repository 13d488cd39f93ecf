"""This product: its own frame path, `Renderer.draw` and `Renderer.finish`, on frame records."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.warm_up import warm_up
from tools.bench.peers.baked_set import baked_set, lit_set
from tools.bench.peers.cases import Case, frame_of, stage_of
from tools.bench.peers.walls import surfaces_of


class Side:
    """Draws a case."""

    def __init__(self, case: Case) -> None:
        self._case, self._stage = case, stage_of(case)
        scene = (lit_set if case.lit else baked_set)(case.moving)
        self._renderer = Renderer(create_offscreen_context(), self._stage, surfaces_of(self._stage), scene)
        warm_up(self._renderer, frame_of(case, self._stage, 0))

    def draw(self, number: int) -> None:
        """Draw frame `number` and wait until it is finished."""
        self._renderer.draw(frame_of(self._case, self._stage, number))
        self._renderer.finish()
        if self._case.read_back:
            self.pictures()

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """(h, w, 3) code values of every wall, rows from the top."""
        read = self._renderer.readback.output
        return {output.name: read(output.name)[..., :3] for output in self._stage.outputs}
