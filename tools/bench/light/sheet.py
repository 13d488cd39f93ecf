"""Both pictures and their difference side by side, labelled."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.tracing.likeness import exposure, shown
from tools.tracing.world import Singles

BAND_PX, EDGE_PX = 28, 8
TEXT, PAPER = (225, 225, 225), 24
BRIGHTER = 2.0
"""The map of FLIP is shown this much brighter: 0.5 and above is white."""


def sheet(ours: Singles, theirs: Singles, error: Singles, labels: tuple[str, str, str]) -> NDArray[np.uint8]:
    """(h, w, 3) sRGB: ours, the path tracer's, FLIP; both at the exposure that suits the path tracer's."""
    gain = exposure(theirs)
    grey = np.clip(error * BRIGHTER, 0.0, 1.0)
    pictures = (shown(ours, gain), shown(theirs, gain), np.repeat(grey[:, :, None], 3, axis=2))
    height, width = ours.shape[:2]
    paper = np.full((height + BAND_PX + 2 * EDGE_PX, 3 * width + 4 * EDGE_PX, 3), PAPER, np.uint8)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        left = EDGE_PX + number * (width + EDGE_PX)
        paper[EDGE_PX + BAND_PX : EDGE_PX + BAND_PX + height, left : left + width] = picture * 255.0 + 0.5
        size = min(0.5, 0.5 * width / 320.0)
        cv2.putText(paper, label, (left, EDGE_PX + 18), cv2.FONT_HERSHEY_SIMPLEX, size, TEXT, 1, cv2.LINE_AA)
    return paper
