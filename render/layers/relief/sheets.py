"""A relief's two sheets: the surface itself, and what is behind its silhouettes. Pure.

At a break of depth the nearer side ends. It is continued by one pixel (`ahead_m`), so the cut can fall between two
pixels; the farther side is extended under it (`behind_m`), so a moving camera sees background instead of a hole.
Colours follow: near a silhouette a picture's pixels mix both sides, which would make halos.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Depth = NDArray[np.float32]
Mask = NDArray[np.bool_]
Colour = NDArray[np.float32]
ALIKE = 0.35
"""Natural logarithm of the ratio of depths that may share a colour."""
AROUND_PX = 6
"""Pixels beside the mixed ones that supply their colour."""
CALM_PX = (1, 5)
"""Columns and rows over which extended depth is smoothed."""
EDGE_PX = 2
"""Pixels on each side of a break whose colours may be mixed."""
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True, slots=True)
class Sheets:
    """(h, w) maps. `own_m`: the original depth. `ahead_m`: depth of the nearer side, continued from a neighbour where
    `edge`; `behind_m`: depth with the farther side extended where `hidden`. `far_edge`, `near_edge`: pixels of mixed
    colour on both sides of a break; `around`: the farther side next to them, of unmixed colour."""

    own_m: Depth
    ahead_m: Depth
    edge: Mask
    behind_m: Depth
    hidden: Mask
    far_edge: Mask
    near_edge: Mask
    around: Mask


def sheets(metres: Depth, break_ratio: float, push_px: int) -> Sheets:
    """The sheets of a depth map; the farther side is extended by `push_px` pixels."""
    ahead, edge = _continued(metres, break_ratio)
    behind, hidden = _pushed(metres, break_ratio, push_px)
    far_edge = _grown_by(edge, EDGE_PX - 1) & ~hidden
    near_edge = _grown_by(edge, EDGE_PX) & hidden
    around = _grown_by(far_edge, AROUND_PX) & ~hidden & ~far_edge
    return Sheets(
        own_m=metres,
        ahead_m=ahead,
        edge=edge,
        behind_m=behind,
        hidden=hidden,
        far_edge=far_edge,
        near_edge=near_edge,
        around=around,
    )


def colours(picture: Colour, own: Sheets) -> tuple[Colour, Colour]:
    """Two pictures (h, w, 3): for the nearer sheet, its own colours spread over the mixed pixels and beyond; for the
    sheet behind, the background continued under the nearer one. The picture may be larger than the maps."""
    size = (picture.shape[1], picture.shape[0])
    edge, hidden, far_edge, near_edge, around = (
        np.asarray(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)).astype(bool)
        for mask in (own.edge, own.hidden, own.far_edge, own.near_edge, own.around)
    )
    own_m, ahead_m, behind_m = (
        np.asarray(cv2.resize(depth, size, interpolation=cv2.INTER_NEAREST), np.float32)
        for depth in (own.own_m, own.ahead_m, own.behind_m)
    )
    ahead = _carried(picture, edge | far_edge | near_edge, hidden & ~near_edge, own_m, ahead_m)
    behind = _carried(picture, hidden | far_edge, around, own_m, behind_m)
    return ahead, behind


def _continued(metres: Depth, ratio: float) -> tuple[Depth, Mask]:
    """The nearer side continued by one pixel, at its neighbours' mean inverse depth; and where."""
    total, count = np.zeros_like(metres), np.zeros_like(metres)
    for step in STEPS:
        other = _shifted(metres, step)
        near = other * np.float32(ratio) < metres
        total += np.where(near, 1.0 / other, 0.0)
        count += near
    edge = count > 0
    return np.where(edge, np.maximum(count, 1.0) / np.maximum(total, 1e-9), metres).astype(np.float32), edge


def _pushed(metres: Depth, ratio: float, push_px: int) -> tuple[Depth, Mask]:
    """The farther side continued under the nearer one, pixel by pixel: along rows first, because cameras move sideways
    more than up, then along columns where rows gave nothing and need no source of colour."""
    behind, hidden = metres.copy(), np.zeros(metres.shape, bool)
    kept = np.zeros(metres.shape, bool)
    for steps in (STEPS[:2], STEPS[2:4]):
        for _ in range(push_px):
            farthest = np.maximum(_shifted(behind, steps[0]), _shifted(behind, steps[1]))
            new = ~hidden & ~kept & (farthest > behind * np.float32(ratio))
            if not new.any():
                break
            behind = np.where(new, farthest, behind)
            hidden |= new
        beside = np.ones((1, 2 * (AROUND_PX + EDGE_PX) + 1), np.uint8)
        kept = np.asarray(cv2.dilate(hidden.astype(np.uint8), beside)).astype(bool) & ~hidden
    return _calmed(behind, hidden), hidden


def _calmed(behind: Depth, hidden: Mask) -> Depth:
    """Smooth the steps between extended rows, in inverse depth."""
    share = np.asarray(cv2.blur(hidden.astype(np.float32), CALM_PX))
    smooth = np.asarray(cv2.blur((1.0 / behind) * hidden.astype(np.float32), CALM_PX)) / np.maximum(share, 1e-6)
    return np.asarray(np.where(hidden, 1.0 / np.maximum(smooth, 1e-9), behind), np.float32)


def _along_rows(picture: Colour, into: Mask, source: Mask, own_m: Depth, target_m: Depth) -> tuple[Colour, Mask]:
    """Fill each run of `into` in a row from the source pixels at its ends, nearer ones more, where their depth is close
    to the target's; and return where."""
    column = np.broadcast_to(np.arange(into.shape[1]), into.shape)
    left = np.maximum.accumulate(np.where(into, -1, column), axis=1)
    right = np.minimum.accumulate(np.where(into, into.shape[1], column)[:, ::-1], axis=1)[:, ::-1]
    row = np.arange(into.shape[0])[:, None]
    total, colour = np.zeros(into.shape, np.float32), np.zeros_like(picture)
    for end in (left, right):
        inside = np.clip(end, 0, into.shape[1] - 1)
        alike = np.abs(np.log(own_m[row, inside] / target_m)) < ALIKE
        known = into & (inside == end) & source[row, inside] & alike
        weight = np.where(known, 1.0 / np.maximum(np.abs(column - end), 1), 0.0).astype(np.float32)
        total += weight
        colour += picture[row, inside] * weight[:, :, None]
    return np.asarray(colour / np.maximum(total, 1e-9)[:, :, None], np.float32), total > 0.0


def _carried(picture: Colour, into: Mask, source: Mask, own_m: Depth, target_m: Depth) -> Colour:
    """Fill `into` from `source`: along rows from pixels of similar depth, else from a pyramid of means."""
    if not into.any() or not source.any():
        return picture
    pulled = _pulled(picture * source[:, :, None].astype(np.float32), source.astype(np.float32))
    rows, found = _along_rows(picture, into, source, own_m, target_m)
    filled = np.where(found[:, :, None], rows, pulled)
    return np.asarray(np.where(into[:, :, None], filled, picture), np.float32)


def _pulled(colour: Colour, weight: Depth) -> Colour:
    """Premultiplied colour and its weight to colour everywhere (Gortler et al. 1996)."""
    own = colour / np.maximum(weight, 1e-6)[:, :, None]
    height, width = weight.shape
    if min(height, width) < 2:
        return np.asarray(own if weight.max() > 0 else np.zeros_like(own), np.float32)
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
