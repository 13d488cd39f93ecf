"""Writes the pictures of a measurement as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError


def write_picture(path: Path, rgb: NDArray[Any]) -> None:
    """(h, w, 3) as a PNG, 8 or 16 bit. Raises InputError if the file cannot be written."""
    try:
        written = cv2.imwrite(str(path), np.ascontiguousarray(rgb[..., ::-1]))
    except cv2.error:
        written = False
    if not written:
        raise InputError(str(path), "", "cannot be written", "Give another folder, or make room on the disk")
