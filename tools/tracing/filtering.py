"""Noise of path tracing smoothed where the surface is one: an a-trous wavelet stopped by edges.

Dammertz, Sewtz, Hanika, Lensch 2010, with the luminance stop by the noise itself of Schied et al. 2017 (SVGF). Works
on light over albedo, so textures stay as they are.
"""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.tracing.tracing import Guides
from tools.tracing.world import Singles

Value = TypeVar("Value", bound=np.generic)
LEVELS = 5
LEAST_ALBEDO = 0.01
"""Darker surfaces are divided by it: their light stays finite."""
KERNEL = (0.0625, 0.25, 0.375, 0.25, 0.0625)
NORMAL_POWER = 64.0
PLANE_SHARE = 0.004
"""Metres off a pixel's plane for each metre of distance that count as another surface."""
NOISE_STOP = 3.0
"""Standard deviations of noise in luminance that count as another light."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


def filtered(halves: tuple[Singles, Singles], guides: Guides) -> tuple[Singles, Singles, Singles]:
    """The light (h, w, 3) of two independent halves, smoothed: their mean, and each half by itself."""
    albedo = np.maximum(guides.albedo, LEAST_ALBEDO)
    first, second = (np.asarray(half / albedo, np.float32) for half in halves)
    apart = ((first - second) @ LUMINANCE) ** 2
    noise = np.asarray(cv2.GaussianBlur(apart, (7, 7), 1.5), np.float32)
    both = _smoothed(np.asarray((first + second) / 2.0, np.float32), noise / 4.0, guides)
    return (
        both * albedo,
        _smoothed(first, noise / 2.0, guides) * albedo,
        _smoothed(second, noise / 2.0, guides) * albedo,
    )


def _smoothed(light: Singles, variance: Singles, guides: Guides) -> Singles:
    distance = np.asarray(np.linalg.norm(guides.offset_m, axis=2) * PLANE_SHARE + 1e-4, np.float32)
    inside = guides.cover > 0.999
    for level in range(LEVELS):
        light, variance = _level(light, variance, guides, (distance, inside), 2**level)
    return light


def _level(
    light: Singles, variance: Singles, guides: Guides, place: tuple[Singles, NDArray[np.bool_]], step: int
) -> tuple[Singles, Singles]:
    """One level: every pixel becomes the mean of 25 pixels `step` apart that show the same surface in like light."""
    distance, inside = place
    luminance = light @ LUMINANCE
    stop = NOISE_STOP * np.sqrt(np.maximum(cv2.GaussianBlur(variance, (3, 3), 0.8), 0.0)) + 1e-6
    total, weights, squares = np.zeros_like(light), np.zeros_like(luminance), np.zeros_like(luminance)
    for down in range(-2, 3):
        for across in range(-2, 3):
            move = (down * step, across * step)
            normal, offset = _moved(guides.normal, move), _moved(guides.offset_m, move)
            alike = np.clip(np.einsum("hwc,hwc->hw", normal, guides.normal), 0.0, 1.0) ** NORMAL_POWER
            off = np.abs(np.einsum("hwc,hwc->hw", offset - guides.offset_m, guides.normal)) / distance
            change = np.abs(_moved(luminance, move) - luminance) / stop
            weight = np.where(_moved(inside, move) & inside, alike * np.exp(-off - change), 0.0)
            if down == 0 and across == 0:
                weight = np.ones_like(weight)
            weight = (weight * KERNEL[down + 2] * KERNEL[across + 2]).astype(np.float32)
            total += weight[:, :, None] * _moved(light, move)
            squares += weight**2 * _moved(variance, move)
            weights += weight
    smooth = np.asarray(total / weights[:, :, None], np.float32)
    return smooth, np.asarray(squares / weights**2, np.float32)


def _moved(values: NDArray[Value], move: tuple[int, int]) -> NDArray[Value]:
    """`values[y + down, x + across]`, the edges repeated."""
    height, width = values.shape[:2]
    rows = np.clip(np.arange(height) + move[0], 0, height - 1)
    columns = np.clip(np.arange(width) + move[1], 0, width - 1)
    return values[rows][:, columns]
