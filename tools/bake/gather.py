"""Rays counted: what each row sees of the sky and of the patches, of the sun's places, and of the lamps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.transport.directions import SKY_CELLS, SUN_PLACES, even_directions, sky_cell
from render.transport.transport import COUNT_BITS, Shares
from tools.bake.ground import Ground, Numbers, Singles
from tools.bake.points import NONE, SAMPLES, Patches, Places
from tools.bake.rays import MISSED, Rays, cosine_directions, square

OWN_COLUMNS = 16
"""Of a row's patches, as many that fill most of its view; the others are counted by their groups."""
BURIED = 0.25
"""A place from which more of the rays than this end on the back of a surface is inside something: left out."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of `Shares`, and (N,) whether any of a row's places is in the open."""

    shares: Shares
    in_the_open: NDArray[np.bool_]


def counted(rays: Rays, ground: Ground, places: Places, patches: Patches, how: tuple[int, int]) -> Counted:
    """What each of `places` sees; `how`: rays a row, a multiple of SAMPLES, and the number of the first row."""
    count, first_row = how
    rows, each = len(places.normal), count // SAMPLES
    number = np.arange(rows) + first_row
    direction = cosine_directions(places.normal, each * SAMPLES, number).reshape(rows, each, SAMPLES, 3)
    facing, origin = places.facing[:, None], places.origin_m[:, None]
    outward = np.einsum("nesc,nesc->nes", direction, np.broadcast_to(facing, direction.shape)) > 1e-4
    chance = square(count, number + 7919)[0].reshape(-1).astype(np.float64)
    cast = np.flatnonzero(outward.reshape(-1))
    flat = direction.reshape(-1, 3)[cast]
    triangle, _ = rays.hit(np.broadcast_to(origin, direction.shape).reshape(-1, 3)[cast], flat, chance[cast])
    column, dark = _columns(ground, (patches.front, patches.back), triangle, flat)
    flat_seen = np.full(rows * each * SAMPLES, -2, np.int64)
    flat_seen[cast] = np.where(dark, -1, column)
    seen = flat_seen.reshape(rows, each, SAMPLES)
    backs, all_cast = (seen == -1).sum(axis=1), (seen > -2).sum(axis=1)
    good = backs <= BURIED * np.maximum(all_cast, 1)
    in_the_open = (good & (all_cast > 0)).any(axis=1)
    seen[~np.broadcast_to((good | ~in_the_open[:, None])[:, None], seen.shape)] = -2
    return Counted(_shares(seen.reshape(rows, -1), patches.group), in_the_open)


def joined(parts: list[Shares]) -> Shares:
    """Rows after rows."""
    ends = np.cumsum([0] + [len(one.entries) for one in parts])
    first = [one.first[:-1].astype(np.int64) + end for one, end in zip(parts, ends[:-1], strict=True)]
    return Shares(
        np.concatenate([*first, ends[-1:]]).astype(np.uint32),
        np.concatenate([one.entries for one in parts]),
        np.concatenate([one.rays for one in parts]),
    )


def sun_opened(rays: Rays, places: Places, first_row: int) -> NDArray[np.uint8]:
    """(N, SUN_PLACES) the share of 255 of each patch that light from there reaches, by four of its places."""
    suns = even_directions(SUN_PLACES, upper=True).astype(np.float32)
    rows, picked = len(places.normal), np.arange(0, SAMPLES, 2)
    facing = np.einsum("nsc,dc->nds", places.facing[:, picked], suns)
    lit = np.zeros(facing.shape, np.float32)
    row, sun, sample = np.nonzero(facing > 0.0)
    chance = np.mod((row + first_row) * 0.618033988749895 + sun * 0.7548776662466927 + sample * 0.57, 1.0)
    origin = places.origin_m[row, picked[sample]]
    lit[row, sun, sample] = rays.clear(origin, suns[sun], np.full(len(row), 1e8, np.float32), chance)
    possible = np.maximum((facing > 0.0).sum(axis=2), 1)
    return np.asarray(np.round(lit.sum(axis=2) / possible * 255.0), np.uint8).reshape(rows, SUN_PLACES)


def _columns(
    ground: Ground, sides: tuple[Numbers, Numbers], triangle: Numbers, direction: Singles
) -> tuple[Numbers, NDArray[np.bool_]]:
    """The column of what each ray reached, and whether that is black."""
    column = np.zeros(len(triangle), np.int64)
    sky = triangle == MISSED
    column[sky] = sky_cell(direction[sky]) if sky.any() else 0
    own = triangle[~sky]
    behind = np.einsum("nc,nc->n", direction[~sky], ground.facing[own]) > 0.0
    patch = np.where(behind, sides[1][own], sides[0][own])
    column[~sky] = np.where(patch == NONE, -1, patch + SKY_CELLS)
    return column, column < 0


def _shares(seen: Numbers, group: Numbers) -> Shares:
    """Sparse rows from what each ray of a row (N, rays) saw: a column, -1 = black, -2 = was not cast."""
    row, ray = np.nonzero(seen >= 0)
    width = SKY_CELLS + len(group) + int(group.max(initial=0)) + 1
    key, count = np.unique(row * width + seen[row, ray], return_counts=True)
    row, column = np.divmod(key, width)
    patch = column >= SKY_CELLS
    order = np.lexsort((column[patch], -count[patch], row[patch]))
    own = row[patch][order]
    place = np.arange(len(own)) - np.searchsorted(own, own)
    few = np.zeros(len(own), np.bool_)
    few[order] = place >= OWN_COLUMNS
    key[patch] = np.where(
        few, row[patch] * width + SKY_CELLS + len(group) + group[column[patch] - SKY_CELLS], key[patch]
    )
    key, at = np.unique(key, return_inverse=True)
    total = np.bincount(at.reshape(-1), count, len(key)).astype(np.uint32)
    first = np.searchsorted(key // width, np.arange(len(seen) + 1))
    entries = ((key % width).astype(np.uint32) << np.uint32(COUNT_BITS)) | total
    return Shares(first.astype(np.uint32), entries, np.maximum((seen > -2).sum(axis=1), 1).astype(np.float32))
