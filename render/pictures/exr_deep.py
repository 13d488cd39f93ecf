"""Deep OpenEXR pictures, with any number of samples a pixel: laid over each other from near to far. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.pictures.picture_bytes import PictureError

MOST_DEEP_PIXELS = 2**22
"""Each deep pixel is an object of its own: 4096 x 1024 of them take 2 GB."""
MOST_SAMPLES = 2**27


def flattened(planes: dict[str, NDArray[Any]], names: tuple[str, ...], depth: str | None) -> NDArray[np.float32]:
    """(h, w, c) the channels `names` by the rule for deep pictures: nearer samples hide farther ones by their alpha.

    `planes`: object arrays (h, w), an array of samples or None a pixel. `depth`: the channel that says how far each is
    (its front, Z); without one they lie in the file's order. The last of four names is alpha; without it nothing shines
    through. Raises PictureError for too many samples.
    """
    shape = planes[names[0]].shape
    counts = np.array([0 if one is None else len(one) for one in planes[names[0]].ravel()], np.int64)
    if counts.sum() > MOST_SAMPLES:
        raise PictureError(f"holds {counts.sum()} deep samples, more than {MOST_SAMPLES}")
    pixel = np.repeat(np.arange(len(counts)), counts)
    values = np.stack([_joined(planes[name], len(pixel)) for name in names], axis=1)
    far = _joined(planes[depth], len(pixel)) if depth is not None else np.arange(len(pixel), dtype=np.float32)
    order = np.lexsort((far, pixel))
    values = values[order]
    first = np.cumsum(counts) - counts
    result = np.zeros((len(counts), len(names)), np.float32)
    for layer in range(int(counts.max(initial=0))):
        there = np.flatnonzero(counts > layer)
        through = 1.0 - result[there, -1:] if len(names) == 4 else np.float32(layer == 0)
        result[there] += through * values[first[there] + layer]
    return result.reshape(*shape, len(names))


def _joined(plane: NDArray[Any], count: int) -> NDArray[np.float32]:
    some = [one for one in plane.ravel() if one is not None]
    joined = np.concatenate(some).astype(np.float32) if some else np.zeros(0, np.float32)
    if len(joined) != count:
        raise PictureError("has channels with different numbers of deep samples")
    return joined
