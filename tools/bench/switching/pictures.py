"""Checks that a picture shows its frame and nothing else: frames of a run are redrawn from their records and compared.

A frame's pixels depend on its record alone. So an output that still showed the previous frame's look or set, in whole
or in part, would differ from the same record drawn by a renderer that never saw that frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.scene.loading import load_scene_data
from render.warm_up import warm_up
from stage.calibration.wall_calibration import calibrations_of
from stage.files.loading import find_scene, load_scene, load_stage
from stage.messages.frames import Preview
from stage.show.first_frame import first_frame
from stage.walls.surface import surface_of
from tools.bench.switching.heard import Heard, first_frames

MOST_PICTURES = 300
ROUNDING = 2
"""The largest difference allowed between two drawings of the same record, in code values of 255."""
STRIDE = 0.382
"""Pictures are redrawn in leaps of this length through the run, so that each follows a different look or set than in
the run."""


class Again:
    """Redraws frames of a stage, each as a preview of one output."""

    def __init__(self, stage_path: Path, scenes: Sequence[str]) -> None:
        folder, stage = stage_path.parent, load_stage(stage_path)
        surfaces = {wall.name: surface_of(wall, folder) for wall in stage.walls}
        self._ctx = create_offscreen_context()
        found = {name: find_scene(name, folder) for name in dict.fromkeys((stage.scene, *scenes))}
        sets = {name: load_scene_data(load_scene(path), path.parent) for name, path in found.items()}
        self._renderer = Renderer(
            self._ctx, stage, surfaces, sets[stage.scene], calibrations=calibrations_of(stage, folder)
        )
        for name in list(sets)[1:]:
            self._renderer.sets.hold(name, sets[name])
        warm_up(self._renderer, first_frame(stage))

    def apart(self, heard: Heard, preview: Preview) -> int:
        """The largest difference between the preview and its redrawn frame, in code values."""
        self._renderer.draw(heard.frames[preview.frame_number])
        meant = self._renderer.readback.preview(preview.output)
        shown = np.frombuffer(preview.pixels, np.uint8).reshape(meant.shape)
        return int(np.abs(meant.astype(np.int16) - shown).max())

    def close(self) -> None:
        """Free what is on the graphics card."""
        self._renderer.release()
        self._ctx.release()


def picture_figures(again: Again, heard: Heard) -> dict[str, float]:
    """How many of at most `MOST_PICTURES` previews are mixed; those of a command's first frame are chosen first."""
    chosen = chosen_previews(heard)
    apart = [again.apart(heard, preview) for preview in chosen]
    first = first_frames(heard)
    return {
        "compared": len(chosen),
        "of_first_frames": sum(preview.frame_number in first for preview in chosen),
        "outputs": len({preview.output for preview in chosen}),
        "mixed": sum(codes > ROUNDING for codes in apart),
        "apart_codes_p50": float(median(apart)) if apart else float("nan"),
        "apart_codes_max": max(apart, default=0),
    }


def chosen_previews(heard: Heard) -> list[Preview]:
    """The previews to compare, in leaps through the run."""
    known = [preview for preview in heard.previews if preview.frame_number in heard.frames]
    first = first_frames(heard)
    known.sort(key=lambda preview: (preview.frame_number not in first, preview.frame_number, preview.output))
    chosen = known[:MOST_PICTURES]
    return [chosen[place] for place in sorted(range(len(chosen)), key=lambda n: n * STRIDE % 1.0)]
