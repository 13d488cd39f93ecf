"""How sharp a picture is: the modulation transfer along a slanted edge (the method of ISO 12233). Pure.

The edge runs nearly down the picture, a few degrees off, so that its crossings fall on every phase of a pixel: together
the rows sample the edge's profile more finely than the pixels.
"""

from __future__ import annotations

import numpy as np

from stage.maths.arrays import Floats

BINS_PER_PX = 4
REACH_PX = 20.0
"""The profile's reach to each side of the edge."""
FLAT = 0.6
"""The window keeps this share of the profile unchanged and tapers its ends to zero (Tukey)."""
LEAST_CONTRAST = 0.05
HIGHEST = BINS_PER_PX / 2.0
"""Cycles per pixel: the limit of the bins; reported for a picture that keeps half its modulation up to there."""


def mtf50(picture: Floats) -> float | None:
    """Where modulation falls to half, cycles per pixel across the edge; None if there is no such edge.

    `picture` is (h, w) of linear light, dark on one side, bright on the other. A pixel that averages the light over
    its area gives 0.603 (its aperture is a sinc), times any other blur.
    """
    line = _edge_line(picture)
    if line is None:
        return None
    profile = _profile(picture, *line)
    return None if profile is None else _half_modulation(np.diff(profile))


def _edge_line(picture: Floats) -> tuple[float, float] | None:
    """(offset, slope) of the edge x = offset + slope y: a line through the rows' centroids of change."""
    low, high = np.percentile(picture, (2, 98))
    if not high - low > LEAST_CONTRAST * max(high, 1e-9):
        return None
    change = np.abs(np.diff(picture, axis=1))
    change[change < 0.1 * (high - low)] = 0.0
    weight = change.sum(axis=1)
    rows = np.flatnonzero(weight > 0)
    if len(rows) < picture.shape[0] // 2:
        return None
    places = (change[rows] * (np.arange(change.shape[1]) + 0.5)).sum(axis=1) / weight[rows]
    slope, offset = np.polyfit(rows, places, 1)
    return float(offset), float(slope)


def _profile(picture: Floats, offset: float, slope: float) -> Floats | None:
    """The light across the edge, `BINS_PER_PX` bins a pixel: the mean of the pixels in each."""
    height, width = picture.shape
    distance = (np.arange(width)[None] - offset - slope * np.arange(height)[:, None]) / np.hypot(1.0, slope)
    number = np.floor((distance + REACH_PX) * BINS_PER_PX).astype(np.int64)
    inside = (number >= 0) & (number < round(2 * REACH_PX * BINS_PER_PX))
    counts = np.bincount(number[inside], minlength=round(2 * REACH_PX * BINS_PER_PX))
    if (counts == 0).any():
        return None
    return np.asarray(np.bincount(number[inside], picture[inside], len(counts)) / counts)


def _half_modulation(spread: Floats) -> float:
    """Cycles per pixel at half modulation, of a line spread function in bins."""
    middle, half = int(np.abs(spread).argmax()), len(spread) / 2
    away = np.abs(np.arange(len(spread)) - middle) / half
    window = np.where(away < FLAT, 1.0, 0.5 + 0.5 * np.cos(np.pi * np.clip((away - FLAT) / (1.0 - FLAT), 0.0, 1.0)))
    padded = np.zeros(16 * len(spread))
    padded[: len(spread)] = spread * window
    modulation = np.abs(np.fft.rfft(padded))
    cycles = np.fft.rfftfreq(len(padded), 1.0 / BINS_PER_PX)
    difference = np.sinc(cycles / BINS_PER_PX)
    modulation = modulation / modulation[0] / np.maximum(difference, 0.3)
    below = np.flatnonzero(modulation < 0.5)
    if not len(below):
        return HIGHEST
    high = int(below[0])
    part = (modulation[high - 1] - 0.5) / (modulation[high - 1] - modulation[high])
    return float(cycles[high - 1] + part * (cycles[high] - cycles[high - 1]))
