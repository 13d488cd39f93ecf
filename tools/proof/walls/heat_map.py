"""A heat map of the parallax error, for people: logarithmic colours from 0.001 px to 10 px, with a legend."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.names import ascii_letters
from tools.proof.picture_file import write_picture

LOW_PX, HIGH_PX = 1e-3, 10.0
UNMEASURED = (38, 34, 32)
LEGEND_HEIGHT_PX = 56
MIN_WIDTH_PX = 640


def write_heat_map(path: Path, error_px: NDArray[np.float64], title: str) -> None:
    """A PNG of (h, w) errors; dark grey where nothing was measured (NaN). Raises InputError if it cannot be
    written."""
    measured = ~np.isnan(error_px)
    level = np.zeros(error_px.shape)
    level[measured] = np.log(np.clip(error_px[measured], LOW_PX, HIGH_PX) / LOW_PX) / np.log(HIGH_PX / LOW_PX)
    picture = cv2.applyColorMap(np.asarray(level * 255, np.uint8), cv2.COLORMAP_TURBO)
    picture[~measured] = UNMEASURED
    scale = max(1, -(-MIN_WIDTH_PX // picture.shape[1]))
    enlarged = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    write_picture(path, np.vstack([enlarged, _legend(enlarged.shape[1], title)])[..., ::-1])


def write_coverage(path: Path, covered: NDArray[np.float64]) -> None:
    """A PNG of the camera's picture (h, w): green where it shows the inner view (1), red where not (0), dark grey where
    it meets no wall (NaN). Raises InputError if it cannot be written."""
    picture = np.full((*covered.shape, 3), UNMEASURED, np.uint8)
    picture[covered == 1.0] = (70, 120, 60)
    picture[covered == 0.0] = (40, 40, 230)
    scale = max(1, -(-MIN_WIDTH_PX // picture.shape[1]))
    enlarged = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    bar = np.full((28, enlarged.shape[1], 3), 20, np.uint8)
    text = "the camera's picture: green = inner view, red = not the inner view, grey = no wall"
    cv2.putText(bar, text, (12, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    write_picture(path, np.vstack([enlarged, bar])[..., ::-1])


def _legend(width: int, title: str) -> NDArray[np.uint8]:
    bar = np.full((LEGEND_HEIGHT_PX, width, 3), 20, np.uint8)
    ramp = np.linspace(0, 255, width - 40).astype(np.uint8)[None].repeat(10, axis=0)
    bar[24:34, 20 : width - 20] = cv2.applyColorMap(ramp, cv2.COLORMAP_TURBO)
    for share, text in ((0.0, "0.001 px"), (0.25, "0.01"), (0.5, "0.1"), (0.75, "1"), (1.0, "10 px")):
        size = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 1)[0][0]
        x = int(20 + share * (width - 40) - share * size)
        cv2.putText(bar, text, (x, 50), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (230, 230, 230), 1, cv2.LINE_AA)
    cv2.putText(bar, ascii_letters(title), (20, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return bar
