"""Light by parts against the light worked out at once."""

from __future__ import annotations

import numpy as np
import pytest

from render.transport.directions import SKY_CELLS, SUN_PLACES
from render.transport.relight import Sources, relit
from render.transport.solver import Solver
from render.transport.transport import Lamps, LightTransport, Shares

PATCHES, RECEIVERS, GROUPS, LAMPS = 30, 50, 4, 3


def _shares(generator: np.random.Generator, rows: int) -> Shares:
    """Rows of 0 to 12 entries with ascending columns."""
    columns = SKY_CELLS + PATCHES + GROUPS
    length = generator.integers(0, 13, rows)
    column = [np.sort(generator.choice(columns, n, replace=False)) for n in length.tolist()]
    count = [generator.integers(1, 6, n) for n in length.tolist()]
    entries = [(c.astype(np.uint32) << np.uint32(12)) | n.astype(np.uint32) for c, n in zip(column, count, strict=True)]
    first = np.concatenate([[0], np.cumsum(length)]).astype(np.uint32)
    return Shares(first, np.concatenate(entries), np.full(rows, 64.0, np.float32))


@pytest.fixture
def bake() -> LightTransport:
    generator = np.random.default_rng(5)
    normal = generator.normal(0.0, 1.0, (PATCHES, 3))
    lamps = Lamps(
        tuple((number, "glow") for number in range(LAMPS)),
        np.zeros((0, 12), np.float32),
        generator.random((PATCHES, LAMPS)).astype(np.float32),
        generator.random((RECEIVERS, LAMPS)).astype(np.float32),
    )
    return LightTransport(
        digests=(),
        runs=np.zeros(1, np.int64),
        front=np.zeros(0, np.uint32),
        back=np.zeros(0, np.uint32),
        on_patches=_shares(generator, PATCHES),
        on_receivers=_shares(generator, RECEIVERS),
        lamps=lamps,
        reflects=generator.random((PATCHES, 3)).astype(np.float32),
        patch_instance=np.zeros(PATCHES, np.int32),
        group=(np.arange(PATCHES) % GROUPS).astype(np.int32),
        area_m2=generator.random(PATCHES).astype(np.float32),
        normal=(normal / np.linalg.norm(normal, axis=1, keepdims=True)).astype(np.float32),
        sun_open=generator.integers(0, 256, (PATCHES, SUN_PLACES)).astype(np.uint8),
    )


@pytest.mark.parametrize("snow", [0.0, 0.6])
def test_parts_times_their_colours_add_up_to_the_whole(bake: LightTransport, snow: float) -> None:
    generator = np.random.default_rng(6)
    sky, factors = generator.random((SKY_CELLS, 3)).astype(np.float32), np.full((PATCHES, 3), 0.8, np.float32)
    toward, direct = (0.36, 0.48, 0.8), (4.0, 3.0, 2.0)
    levels = generator.random((LAMPS, 3)).astype(np.float32)
    on = np.array([[1], [0], [1]], np.float32)
    practicals, others = levels * on, levels * (1.0 - on)
    whole = relit(bake, sky, Sources(toward, direct, levels * (0.25 * on + 1.0 - on), snow), factors)
    solver = Solver(bake, factors)
    by_sky, by_sun = solver.sky_and_sun(sky, toward, snow)
    by_practicals, by_others = solver.lamps(practicals, others, snow)
    parts = by_sky + by_sun * np.array(direct) + 0.25 * by_practicals + by_others
    np.testing.assert_allclose(parts, whole, rtol=2e-5)


def test_a_set_without_lamps_is_lit_by_none(bake: LightTransport) -> None:
    dark = np.zeros((LAMPS, 3), np.float32)
    for part in Solver(bake, np.ones((PATCHES, 3), np.float32)).lamps(dark, dark, 0.0):
        assert part.shape == (RECEIVERS, 3)
        assert not part.any()
