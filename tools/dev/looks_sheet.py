"""`python -m tools.dev.looks_sheet --out SHEET.png`: every bundled look on every set, small, with their names.

A row is a look and a column a set, from where the demo camera stands. What to look for: that each picture is what the
name of its row says, and that no set clips or sinks where the next one holds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.stills.drawing import SetDrawing
from stage.errors import OpenStageError
from stage.files.loading import find_look, find_scene, load_preset, load_scene
from stage.model.preset import Preset
from stage.model.stagefile import Quality
from tools.scene.drawing import StillPose, view_of

SETS = ("courtyard", "street", "snowfield", "desert", "open_sky")
LOOKS = (
    "neutral",
    "noon",
    "golden-hour",
    "overcast",
    "rain",
    "snowfall",
    "dust-storm",
    "dusk",
    "sky-dusk",
    "blue-hour",
    "sky-blue-hour",
    "night",
    "sky-night",
)
POSE = StillPose("eye", (0.4, -2.6, 1.5), 4.0, 3.0)
FOV_DEG = 60.0
TIME_S = 3.0
"""Scene time: rain and snow have filled the air by then."""
LABEL_PX = 16
CLIPPED_CODE = 250
"""From this 8-bit code on, in all three channels, a pixel counts as white."""


def main() -> None:
    """Draw the looks on the sets; a line for each picture with its mean code and the share of it that is white."""
    parser = argparse.ArgumentParser(prog="python -m tools.dev.looks_sheet", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the picture to write: .png or .jpg")
    parser.add_argument("--sets", nargs="+", default=list(SETS), metavar="SET", help="names of sets, or scene files")
    parser.add_argument(
        "--looks", nargs="+", default=list(LOOKS), metavar="LOOK", help="names of looks, or their files"
    )
    parser.add_argument(
        "--size", nargs=2, type=int, default=[320, 180], metavar=("WIDTH", "HEIGHT"), help="pixels each"
    )
    arguments = parser.parse_args()
    size_px = (arguments.size[0], arguments.size[1])
    if min(size_px) < LABEL_PX:
        parser.error(f"--size {size_px[0]} {size_px[1]}: a picture has {LABEL_PX} pixels or more each way")
    try:
        looks = [load_preset(find_look(name)) for name in arguments.looks]
        columns = [np.vstack(list(_column(name, looks, size_px))) for name in arguments.sets]
    except OpenStageError as error:
        parser.error(str(error))
    sheet = np.hstack(columns)
    if not cv2.imwrite(str(arguments.out), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)):
        parser.error(f"--out {arguments.out}: cannot be written")
    print(f"{arguments.out}: {sheet.shape[1]} x {sheet.shape[0]}")


def _column(name: str, looks: list[Preset], size_px: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """The stills of one set, each with its label, in the order of the looks; (height, width, 3)."""
    path = find_scene(name)
    scene = load_scene(path)
    drawing = SetDrawing(scene, path.parent, Quality(shadow_px=1024))
    try:
        for preset in looks:
            moment = drawing.moment(preset.look, TIME_S)
            picture = drawing.still(view_of(POSE, FOV_DEG, size_px), size_px, moment)
            white = float((picture.min(axis=2) >= CLIPPED_CODE).mean())
            print(
                f"{scene.name:16} {preset.name:16} mean {picture.mean():5.1f}   white {100 * white:5.1f} %", flush=True
            )
            yield _labelled(picture, f"{scene.name} {preset.name}")
    finally:
        drawing.close()


def _labelled(picture: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    label = np.zeros((LABEL_PX, picture.shape[1], 3), np.uint8)
    cv2.putText(label, text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (220, 220, 220), 1, cv2.LINE_AA)
    return np.vstack((label, picture))


if __name__ == "__main__":
    main()
