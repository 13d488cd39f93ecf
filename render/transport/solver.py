"""A bake made ready to be solved often: the same light as `relight`, in a tenth of the time. Pure.

Light is linear in its sources, so each is worked out by itself, for one unit of it: `Parts` holds them, and their sum
for any colours and levels is a moment's work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.transport.directions import SKY_CELLS
from render.transport.relight import BOUNCES, Singles, Sources, albedo_of, on_patches
from render.transport.transport import COUNT_BITS, LightTransport, Shares
from stage.maths.pose import Vector

ROWS_AT_ONCE = 2048
_COUNT = (1 << COUNT_BITS) - 1
_ONE: Vector = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Parts:
    """(R, 3) each, irradiance over pi on the receivers, bounces included: of the `sky`; of light that the sun (or moon)
    sends on by surfaces, for one unit of it; of `practicals` at full gain; of all other `lamps`."""

    sky: Singles
    sun: Singles
    practicals: Singles
    lamps: Singles


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of about the same length: `rows` (N,), and (N, K) the `index` and `share` of patches and groups in each."""

    rows: NDArray[np.int64]
    index: NDArray[np.int32]
    share: Singles


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of `Shares`, ready to be multiplied: `sky` (R, SKY_CELLS) shares, and the rest in blocks."""

    sky: Singles
    blocks: tuple[_Block, ...]

    @classmethod
    def of(cls, shares: Shares) -> _Rows:
        """From sparse rows."""
        ends = shares.first.astype(np.int64)
        count, row = len(ends) - 1, np.repeat(np.arange(len(ends) - 1), ends[1:] - ends[:-1])
        column = shares.entries >> COUNT_BITS
        weight = (shares.entries & _COUNT).astype(np.float32) / shares.rays[row]
        above = column < SKY_CELLS
        sky = np.zeros((count, SKY_CELLS), np.float32)
        sky[row[above], column[above]] = weight[above]
        row, column, weight = row[~above], column[~above] - SKY_CELLS, weight[~above]
        first = np.searchsorted(row, np.arange(count + 1))
        length = first[1:] - first[:-1]
        order = np.argsort(length, kind="stable")
        blocks = []
        for rows in np.array_split(order, max(1, count // ROWS_AT_ONCE)):
            place = np.arange(int(length[rows].max(initial=0)))
            there = place < length[rows, None]
            at = np.where(there, first[rows, None] + place, 0)
            index = np.where(there, column[at], 0) if len(column) else np.zeros(at.shape)
            share = np.where(there, weight[at], 0.0) if len(column) else np.zeros(at.shape)
            blocks.append(_Block(rows, index.astype(np.int32), share.astype(np.float32)))
        return cls(sky, tuple(blocks))

    def times(self, sent: Singles) -> Singles:
        """(R, C) of what patches and groups send (P + groups, C)."""
        made = np.empty((len(self.sky), sent.shape[1]), np.float32)
        columns = np.ascontiguousarray(sent.T)
        for block in self.blocks:
            each = [np.einsum("rk,rk->r", column.take(block.index), block.share) for column in columns]
            made[block.rows] = np.stack(each, axis=1)
        return made


class Solver:
    """Works out the light of a bake; `factors` (P, 3) are those of the patches' materials."""

    def __init__(self, bake: LightTransport, factors: Singles) -> None:
        self._bake, self._factors = bake, factors
        self._patches, self._receivers = _Rows.of(bake.on_patches), _Rows.of(bake.on_receivers)

    def sky_and_sun(self, sky: Singles, toward: Vector, snow: float) -> tuple[Singles, Singles]:
        """(R, 3) the light of a sky (SKY_CELLS, 3), and what one unit of sunlight gives by way of surfaces."""
        none = np.zeros((self._bake.lamps.on_patches.shape[1], 3), np.float32)
        by_sun = on_patches(self._bake, Sources(toward, _ONE, none))
        sent = self._sent(np.hstack([self._patches.sky @ sky, by_sun]), snow)
        reaching = self._receivers.times(sent)
        return self._receivers.sky @ sky + reaching[:, :3], reaching[:, 3:]

    def lamps(self, practicals: Singles, others: Singles, snow: float) -> tuple[Singles, Singles]:
        """(R, 3) twice: the light of lamps (G, 3)."""
        given, own = np.hstack([practicals, others]), self._bake.lamps
        if not given.any():
            nothing = np.zeros((len(self._receivers.sky), 3), np.float32)
            return nothing, nothing
        reaching = self._receivers.times(self._sent(own.on_patches @ given, snow)) + own.on_receivers @ given
        return reaching[:, :3], reaching[:, 3:]

    def _sent(self, first: Singles, snow: float) -> Singles:
        """(P + groups, 6) what patches send of the light that reaches them first (P, 6), and of its bounces."""
        albedo = np.tile(albedo_of(self._bake, self._factors, snow), 2)
        sent = albedo * first
        for _ in range(BOUNCES):
            sent = albedo * (first + self._patches.times(self._bake.with_groups(sent)))
        return self._bake.with_groups(sent)
