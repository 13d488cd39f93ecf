"""A relief's two sheets: the surface itself, and what lies behind its silhouettes. Pure.

At a break of depth the nearer side ends. One pixel beyond, it is continued (`ahead_m`) so that the cut can lie between
two pixels; behind it, the farther side is pushed on under it (`behind_m`) so that a camera that moves sees background
instead of a hole. Colours follow: near the silhouette a picture's pixels are mixtures of both sides, which would be a halo.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Depth = NDArray[np.float32]
Mask = NDArray[np.bool_]
Colour = NDArray[np.float32]
EDGE_PX = 2
"""Pixels on each side of a break whose colour may be mixed."""
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True, slots=True)
class Sheets:
    """(h, w) maps. `ahead_m`: depth of the nearer side, where `edge` says that it is continued from a neighbour;
    `behind_m`: depth with the farther side pushed on, where `hidden` says so. `far_edge`: farther side of a break."""

    ahead_m: Depth
    edge: Mask
    behind_m: Depth
    hidden: Mask
    far_edge: Mask


def sheets(metres: Depth, break_ratio: float, push_px: int) -> Sheets:
    """The sheets of a depth map; the farther side is pushed on by `push_px` pixels."""
    ahead, edge = _continued(metres, break_ratio)
    far_edge = edge.copy()
    for _ in range(EDGE_PX - 1):
        far_edge = _grown(far_edge)
    behind, hidden = _pushed(metres, break_ratio, push_px)
    return Sheets(ahead, edge, behind, hidden, far_edge & ~hidden)


def colours(picture: Colour, own: Sheets) -> tuple[Colour, Colour]:
    """Two pictures (h, w, 3), of the size of the maps: for the nearer sheet, its edge colours carried over the mixed
    pixels and beyond; for the sheet behind, the background carried on under the nearer one."""
    near_side = _grown_by(own.edge, EDGE_PX) & own.hidden
    ahead = _carried(picture, own.edge | own.far_edge | near_side, own.hidden & ~near_side)
    behind = _carried(picture, own.hidden | own.far_edge, ~own.hidden & ~own.far_edge)
    return ahead, behind


def _continued(metres: Depth, ratio: float) -> tuple[Depth, Mask]:
    """The nearer side one pixel on: the mean inverse depth of its neighbours, and where."""
    total, count = np.zeros_like(metres), np.zeros_like(metres)
    for step in STEPS:
        other = _shifted(metres, step)
        near = other * np.float32(ratio) < metres
        total += np.where(near, 1.0 / other, 0.0)
        count += near
    edge = count > 0
    return np.where(edge, np.maximum(count, 1.0) / np.maximum(total, 1e-9), metres).astype(np.float32), edge


def _pushed(metres: Depth, ratio: float, push_px: int) -> tuple[Depth, Mask]:
    """The farther side carried on under the nearer one, pixel by pixel: the farthest neighbour wins."""
    behind, hidden = metres.copy(), np.zeros(metres.shape, bool)
    for _ in range(push_px):
        farthest = np.zeros_like(metres)
        for step in STEPS[:4]:
            farthest = np.maximum(farthest, _shifted(behind, step))
        new = ~hidden & (farthest > behind * np.float32(ratio))
        if not new.any():
            break
        behind = np.where(new, farthest, behind)
        hidden |= new
    return _calmed(behind, hidden), hidden


def _calmed(behind: Depth, hidden: Mask) -> Depth:
    """Steps between pushed rows and columns smoothed away, in inverse depth."""
    inverse = 1.0 / behind
    smooth = np.asarray(cv2.blur(inverse * hidden, (9, 9))) / np.maximum(cv2.blur(hidden.astype(np.float32), (9, 9)), 1e-6)
    return np.where(hidden, 1.0 / np.maximum(smooth, 1e-9), behind).astype(np.float32)


def _carried(picture: Colour, into: Mask, source: Mask) -> Colour:
    """`into` filled from `source`: its pyramid of means, the finest that knows something (push and pull)."""
    if not into.any() or not source.any():
        return picture
    return np.where(into[:, :, None], _pulled(picture * source[:, :, None], source.astype(np.float32)), picture)


def _pulled(colour: Colour, weight: Depth) -> Colour:
    """Premultiplied colour and its weight to colour everywhere (Gortler et al. 1996)."""
    own = colour / np.maximum(weight, 1e-6)[:, :, None]
    height, width = weight.shape
    if min(height, width) < 2:
        return own if weight.max() > 0 else np.zeros_like(own)
    half = ((width + 1) // 2, (height + 1) // 2)
    small_weight = np.asarray(cv2.resize(weight, half, interpolation=cv2.INTER_AREA))
    small = np.asarray(cv2.resize(colour, half, interpolation=cv2.INTER_AREA)).reshape(half[1], half[0], 3)
    known = np.minimum(small_weight * 4.0, 1.0)
    small = small / np.maximum(small_weight, 1e-6)[:, :, None] * known[:, :, None]
    wide = np.asarray(cv2.resize(_pulled(small, known), (width, height), interpolation=cv2.INTER_LINEAR))
    share = np.minimum(weight, 1.0)[:, :, None]
    return (own * share + wide.reshape(height, width, 3) * (1.0 - share)).astype(np.float32)


def _shifted(values: Depth, step: tuple[int, int]) -> Depth:
    """Each pixel's neighbour in that direction; at the border the pixel itself."""
    down, right = step
    padded = np.pad(values, 1, mode="edge")
    height, width = values.shape
    return padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]


def _grown(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))).astype(bool)


def _grown_by(mask: Mask, pixels: int) -> Mask:
    for _ in range(pixels):
        mask = _grown(mask)
    return mask
