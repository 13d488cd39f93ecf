"""Noise is smoothed, edges and textures stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.tracing.filtering import filtered
from tools.tracing.tracing import Guides
from tools.tracing.world import Singles

HEIGHT, WIDTH = 48, 64


def wall_and_floor() -> Guides:
    """The upper half a wall 5 m ahead, the lower a floor; a chequered albedo."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    upper = (y < HEIGHT // 2)[:, :, None]
    normal = np.where(upper, np.array([0.0, -1.0, 0.0]), np.array([0.0, 0.0, 1.0])).astype(np.float32)
    across = (x / WIDTH - 0.5) * 4.0
    wall = np.stack([across, np.full_like(across, 5.0), (HEIGHT / 2 - y) / 10.0], axis=2)
    floor = np.stack([across, 5.0 - (y - HEIGHT / 2) / 8.0, np.full_like(across, -1.0)], axis=2)
    chequered = np.where((x // 4 + y // 4) % 2 == 0, 0.8, 0.1)[:, :, None].repeat(3, axis=2)
    ones = np.ones((HEIGHT, WIDTH), np.float32)
    place = np.where(upper, wall, floor).astype(np.float32)
    return Guides(ones, chequered.astype(np.float32), normal, place, ones * 0.0)


def noisy(light: Singles, seed: int) -> Singles:
    return np.asarray(light * np.random.default_rng(seed).gamma(4.0, 0.25, light.shape), np.float32)


def true_light(guides: Guides) -> Singles:
    """The wall twice as bright as the floor."""
    return np.asarray(guides.albedo * np.where(guides.normal[:, :, 2:] > 0.5, 1.0, 2.0), np.float32)


def test_noise_falls_to_less_than_a_third_and_the_mean_stays() -> None:
    guides = wall_and_floor()
    true = true_light(guides)
    halves = (noisy(true, 1), noisy(true, 2))
    both, _, _ = filtered(halves, guides)
    before = np.abs((halves[0] + halves[1]) / 2.0 - true)
    assert np.abs(both - true).mean() < before.mean() / 3.0
    np.testing.assert_allclose(both.mean(), true.mean(), rtol=0.02)


def test_light_without_noise_stays_as_it_is() -> None:
    guides = wall_and_floor()
    true = true_light(guides)
    for one in filtered((true, true), guides):
        np.testing.assert_allclose(one, true, rtol=1e-3)


def test_nothing_is_taken_from_across_an_edge_or_from_the_sky() -> None:
    guides = wall_and_floor()
    guides = replace(guides, cover=np.where(np.arange(WIDTH)[None, :] < 8, 0.0, guides.cover).astype(np.float32))
    true = true_light(guides)
    true[:, :8] = 50.0
    both, _, _ = filtered((noisy(true, 1), noisy(true, 2)), guides)
    expected = true_light(guides)
    apart = np.abs(both / expected - 1.0)[:, 8:]
    assert apart.max() < 3.0  # the sky beside is 60 to 500 times as bright
    assert apart[HEIGHT // 2 - 2 : HEIGHT // 2 + 2].mean() < 0.25  # the wall is twice as bright as the floor


def test_halves_do_not_see_each_other() -> None:
    guides = wall_and_floor()
    true = true_light(guides)
    _, first, second = filtered((noisy(true, 1), noisy(true, 2)), guides)
    assert 1e-3 < np.abs(first - second).mean() < 0.3
