"""`python -m tools.dev.sets_picture`: the sheet of the demo sets in the README, each under its own light."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.stills.drawing import SetDrawing
from stage.files.loading import find_look, find_scene, load_preset, load_scene, presets_directory
from stage.model.stagefile import Quality
from tools.scene.drawing import StillPose, view_of

SIZE_PX = (480, 270)
FOV_DEG = 60.0
GAP_PX = 6
PAPER = 18
COLUMNS = 3
QUALITY = 88
PICTURES: tuple[tuple[str, str, StillPose, float], ...] = (
    ("courtyard_crowd", "neutral", StillPose("eye", (0.4, -2.6, 1.5), 0.0, 2.0), 3.3),
    ("snowfield", "neutral", StillPose("eye", (0.4, -2.6, 1.5), 8.0, 2.0), 3.0),
    ("desert", "neutral", StillPose("eye", (0.4, -2.6, 1.5), 4.0, 3.0), 3.0),
    ("painted_valley", "neutral", StillPose("eye", (0.4, -2.6, 1.5), 0.0, 4.0), 3.0),
    ("open_sky", "golden-hour", StillPose("eye", (2.0, 5.0, 1.6), -20.0, 6.0), 3.0),
    ("street", "neutral", StillPose("eye", (0.4, -2.6, 1.5), 0.0, 4.0), 3.0),
    ("courtyard", "night", StillPose("eye", (0.4, -2.6, 1.5), 0.0, 2.0), 3.0),
    ("snowfield", "night", StillPose("eye", (0.4, -2.6, 1.5), 14.0, 2.0), 3.0),
    ("street", "night", StillPose("eye", (-0.4, -2.6, 1.5), 34.0, 4.0), 3.0),
)
"""Set, look, viewpoint, scene time in seconds."""


def main() -> None:
    """Draw all of them and write the sheet."""
    stills = [_still(*row) for row in PICTURES]
    rows = [_beside(stills[first : first + COLUMNS]) for first in range(0, len(stills), COLUMNS)]
    gap = np.full((GAP_PX, rows[0].shape[1], 3), PAPER, np.uint8)
    sheet = np.vstack([part for row in rows for part in (gap, row)][1:])
    path = presets_directory() / "scenes" / "sets.jpg"
    cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    print(f"{path}: {sheet.shape[1]} x {sheet.shape[0]}, {Path(path).stat().st_size // 1024} kB")


def _still(name: str, look: str, pose: StillPose, time_s: float) -> NDArray[np.uint8]:
    path = find_scene(name)
    drawing = SetDrawing(load_scene(path), path.parent, Quality(shadow_px=2048))
    try:
        moment = drawing.moment(load_preset(find_look(look)).look, time_s)
        return drawing.still(view_of(pose, FOV_DEG, SIZE_PX), SIZE_PX, moment)
    finally:
        drawing.close()


def _beside(stills: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    gap = np.full((SIZE_PX[1], GAP_PX, 3), PAPER, np.uint8)
    return np.hstack([part for still in stills for part in (gap, still)][1:])


if __name__ == "__main__":
    main()
