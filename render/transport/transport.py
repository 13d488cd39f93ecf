"""What a bake knows of a set: who sees how much of what, without any colour or power of light. Frozen.

Direct-to-indirect transfer (Hasan, Pellacini, Bala 2006; Lehtinen et al. 2008): of the cosine-weighted rays of a point,
how many reach each cell of the sky and each patch of surface. So light that is sent out is never more than came in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import PunctualLight

COUNT_BITS = 12
"""Of an entry: the rays; the column is above them."""
NO_RECEIVER = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Shares:
    """Sparse rows of rays counted. Row r has `entries[first[r]:first[r + 1]]` (uint32: column << 12 | rays), of
    `rays[r]` (float32) in all. Columns: the sky's cells, the patches, the groups of patches."""

    first: NDArray[np.uint32]
    entries: NDArray[np.uint32]
    rays: NDArray[np.float32]

    def times(self, sources: NDArray[np.float32]) -> NDArray[np.float32]:
        """(R, 3) from (C, 3): what reaches each row, irradiance over pi from radiance."""
        weight = (self.entries & ((1 << COUNT_BITS) - 1)).astype(np.float32)
        each = sources[self.entries >> COUNT_BITS] * weight[:, None]
        summed = np.concatenate([np.zeros((1, 3)), np.cumsum(each, axis=0, dtype=np.float64)])
        rows = summed[self.first[1:]] - summed[self.first[:-1]]
        return np.asarray(rows / self.rays[:, None], np.float32)


@dataclass(frozen=True, slots=True)
class Lamps:
    """Whose light was sampled by itself: surfaces that glow, by their material, and the set's own lights.

    `materials` (number, name); `lights` (L, 12) float32, the place and shape of each (`shape_of`); `on_patches` (P, G),
    `on_receivers` (R, G): the light per unit of each, the materials first."""

    materials: tuple[tuple[int, str], ...]
    lights: NDArray[np.float32]
    on_patches: NDArray[np.float32]
    on_receivers: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LightTransport:
    """The bake of one set.

    `digests` (I,) hexadecimal, one for each instance that holds light; `runs` (I + 1,): where its vertices begin in
    `front`, `back` (V,) uint32, the receiver that lights each vertex from either side. Per patch: `reflects` (P, 3),
    its albedo without its material's factor; `patch_instance`; `group`, which group it is in, and `area_m2`, what it
    counts for in that; `normal` (P, 3) and `sun_open` (P, SUN_PLACES) uint8,
    the share of 255 of it that each place of the sun lights."""

    digests: tuple[str, ...]
    runs: NDArray[np.int64]
    front: NDArray[np.uint32]
    back: NDArray[np.uint32]
    on_patches: Shares
    on_receivers: Shares
    lamps: Lamps
    reflects: NDArray[np.float32]
    patch_instance: NDArray[np.int32]
    group: NDArray[np.int32]
    area_m2: NDArray[np.float32]
    normal: NDArray[np.float32]
    sun_open: NDArray[np.uint8]

    def with_groups(self, sent: NDArray[np.float32]) -> NDArray[np.float32]:
        """(P + groups, C): what patches send (P, C), then the mean of each group."""
        count = int(self.group.max(initial=-1)) + 1
        area = np.maximum(np.bincount(self.group, self.area_m2, count), 1e-12)
        means = [np.bincount(self.group, self.area_m2 * sent[:, i], count) / area for i in range(sent.shape[1])]
        return np.concatenate([sent, np.stack(means, axis=1).astype(np.float32)])


def shape_of(light: PunctualLight) -> tuple[float, ...]:
    """Twelve numbers: all of a light but its power and colour."""
    kind = float(("point", "spot", "directional").index(light.kind))
    return (kind, *light.position_m, *light.direction, light.range_m, light.inner_rad, light.outer_rad, 0.0, 0.0)
