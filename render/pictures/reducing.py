"""Large pictures reduced to what the graphics card takes, a strip of rows at a time: memory stays near the result's."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

LARGEST_SIDE_PX = 8192
"""Larger pictures are reduced: 8192 columns of an equirect are 23 a degree, 400 MB with mipmaps."""
STRIP_ROWS = 64
"""Rows of the result made at a time."""


def reduced(
    size: tuple[int, int], strip: Callable[[slice], NDArray[np.float32]], longest_px: int = LARGEST_SIDE_PX
) -> NDArray[np.float16]:
    """The picture whose rows `strip` gives (rows, w, c), of `size` (h, w), at most `longest_px` a side, as 16-bit
    floats. Where it is smaller, each pixel is the mean of what it covers."""
    height, width = size
    scale = min(1.0, longest_px / max(height, width))
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    result: NDArray[np.float16] | None = None
    for first in range(0, rows, STRIP_ROWS):
        last = min(first + STRIP_ROWS, rows)
        if scale == 1.0:
            made = strip(slice(first, last))
        else:
            made = _means(strip, (first, last), (height / rows, height), columns)
        if result is None:
            result = np.empty((rows, columns, made.shape[2]), np.float16)
        result[first:last] = made
    assert result is not None
    return result


def _means(
    strip: Callable[[slice], NDArray[np.float32]], own: tuple[int, int], given: tuple[float, int], columns: int
) -> NDArray[np.float32]:
    """Rows `own` of the result: the means of `given[0]` rows each, of the `given[1]` that there are."""
    step, height = given
    low, high = int(own[0] * step), min(int(np.ceil(own[1] * step)), height)
    rows = strip(slice(low, high))
    narrow = np.asarray(cv2.resize(rows, (columns, high - low), interpolation=cv2.INTER_AREA))
    narrow = narrow.reshape(high - low, columns, rows.shape[2])
    edges = np.arange(own[0], own[1] + 1)[:, None] * step
    place = np.arange(low, high)[None, :]
    share = np.clip(np.minimum(edges[1:], place + 1) - np.maximum(edges[:-1], place), 0.0, 1.0)
    weights = (share / share.sum(axis=1, keepdims=True)).astype(np.float32)
    means = weights @ narrow.reshape(high - low, -1)
    return np.asarray(means, np.float32).reshape(own[1] - own[0], columns, rows.shape[2])
