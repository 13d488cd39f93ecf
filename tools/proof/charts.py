"""Test patterns of a stage without a screen, drawn by the product's renderer and written to files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.view.material import Material
from stage.messages.frames import Show
from tools.proof.picture_file import write_picture
from tools.proof.rig import Rig

BLACK = "black"
LEAST_SCENE = "boxes"
"""A set that loads quickly; charts do not show it."""
MOST_16 = 65_535


class ChartPictures:
    """Draws patterns on a stage's outputs."""

    def __init__(self, stage_path: Path) -> None:
        self._rig = Rig(stage_path, LEAST_SCENE)
        self._renderer = self._rig.renderer(Material.LIT)

    def codes(self, pattern: str, after: bool) -> dict[str, NDArray[np.uint16]]:
        """(h, w, 3) code values of every output, in its own bits."""
        show = Show(black=True) if pattern == BLACK else Show(pattern=pattern, pattern_after_calibration=after)
        frame = replace(self._rig.frame(0, ()), show=show)
        self._renderer.draw(frame)
        return {output.name: self._renderer.readback.codes(output.name) for output in self._rig.stage.outputs}

    def write(self, pattern: str, after: bool, out: Path) -> list[Path]:
        """Write OUTPUT-PATTERN.png; returns the files. Raises InputError if a file cannot be written."""
        written = []
        for name, codes in self.codes(pattern, after).items():
            most = (1 << self._renderer.readback.bits(name)) - 1
            kind: type[np.uint8] | type[np.uint16] = np.uint8 if most == np.iinfo(np.uint8).max else np.uint16
            scaled = codes if kind is np.uint8 else np.rint(codes * (MOST_16 / most))
            path = out / f"{name}-{pattern}.png"
            write_picture(path, scaled.astype(kind))
            written.append(path)
        return written

    def close(self) -> None:
        """Release the renderer."""
        self._renderer.release()
        self._rig.close()
