"""Rigid transforms from points: exact without noise, as good as anybody's with it, and mistakes are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.transform import Rotation

from stage.maths.rigid_fit import (
    SURE,
    NotEnoughPoints,
    expected_error_m,
    fit_points,
    mirrored,
    umeyama,
)

Points = NDArray[np.float64]


def turned(seed: int) -> Points:
    rotation: Any = Rotation
    return np.asarray(rotation.random(random_state=seed).as_matrix())


def spread(chance: np.random.Generator, count: int) -> Points:
    return chance.uniform([-2.5, -4.0, 0.2], [2.5, -1.0, 2.5], (count, 3))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 14), st.floats(0.5, 2.0))
def test_without_noise_the_transform_is_found_exactly(seed: int, count: int, scale: float) -> None:
    chance = np.random.default_rng(seed)
    source, turn, shift = spread(chance, count), turned(seed), chance.uniform(-5, 5, 3)
    found = fit_points(source, shift + scale * source @ turn.T, with_scale=True)
    assert found.turn == pytest.approx(turn, abs=1e-9)
    assert found.position_m == pytest.approx(shift, abs=1e-8)
    assert found.scale == pytest.approx(scale, rel=1e-9)
    assert found.believed.all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_the_turn_is_that_of_scipy(seed: int) -> None:
    chance = np.random.default_rng(seed)
    source = spread(chance, 7)
    target = source @ turned(seed).T + chance.normal(0, 0.01, source.shape)
    rotation: Any = Rotation
    theirs = rotation.align_vectors(target - target.mean(axis=0), source - source.mean(axis=0))[0].as_matrix()
    assert umeyama(source, target)[0] == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("count", "wrong"), [(4, 1), (5, 1), (6, 1), (8, 3), (12, 4), (30, 10)])
def test_mistakes_are_named_and_do_no_harm(count: int, wrong: int) -> None:
    named = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        source, turn = spread(chance, count), turned(seed)
        target = source @ turn.T + chance.normal(0, 1e-3, source.shape)
        bad = chance.choice(count, wrong, replace=False)
        step = chance.normal(size=(wrong, 3))
        target[bad] += 0.2 * step / np.linalg.norm(step, axis=1, keepdims=True)
        found = fit_points(source, target)
        named += set(np.flatnonzero(~found.believed)) == set(bad)
    assert named >= 19


def test_points_without_a_mistake_are_all_believed() -> None:
    accused = 0
    for seed in range(100):
        chance = np.random.default_rng(seed)
        source = spread(chance, 6)
        accused += not fit_points(source, source + chance.normal(0, 1e-3, source.shape)).believed.all()
    assert accused <= 2


def test_the_expected_error_is_what_it_turns_out_to_be() -> None:
    at = np.array([1.0, -3.0, 1.5])
    errors, expected = [], []
    for seed in range(300):
        chance = np.random.default_rng(seed)
        source = spread(chance, 8)
        found = fit_points(source, source + chance.normal(0, 2e-3, source.shape))
        errors.append(float(((found.put(at[None])[0] - at) ** 2).sum()))
        expected.append(expected_error_m(found, source, at) ** 2)
    assert np.sqrt(np.mean(errors)) == pytest.approx(np.sqrt(np.mean(expected)), rel=0.15)


def test_a_mirror_image_is_noticed() -> None:
    chance = np.random.default_rng(1)
    source = spread(chance, 7)
    target = source * [1.0, -1.0, 1.0] + chance.normal(0, 1e-3, source.shape)
    every = np.ones(7, np.bool_)
    assert mirrored(source, target, every)
    assert not mirrored(source, source + chance.normal(0, 1e-3, source.shape), every)
    assert np.linalg.det(fit_points(source, target).turn) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([[0, 0, 0], [1, 0, 0]], "2 points"),
        ([[0, 0, 0], [1, 0, 0], [2, 0, 0], [3.5, 0, 0]], "on a line"),
        ([[0, 0, 0], [1, 0, 0.001], [2, 0, 0], [3.5, 0.001, 0]], "on a line"),
        ([[0, 0, 0], [0.01, 0, 0], [0, 0.01, 0], [0, 0, 0.01]], "within a few centimetres"),
    ],
)
def test_points_that_do_not_fix_it_are_refused_in_words(points: list[list[float]], reason: str) -> None:
    with pytest.raises(NotEnoughPoints, match=reason):
        fit_points(np.array(points, np.float64), np.array(points, np.float64))


def test_points_in_one_plane_are_enough() -> None:
    source = np.array([[0, 0, 0], [2, 0, 0], [0, 3, 0], [2, 3, 0], [1, 1, 0]], np.float64)
    turn = turned(3)
    assert fit_points(source, source @ turn.T).turn == pytest.approx(turn, abs=1e-9)


def test_how_sure_is_taken_from_the_f_distribution() -> None:
    distributions: Any = stats
    for freedom, times in SURE:
        assert times == pytest.approx(np.sqrt(3.0 * distributions.f.ppf(0.9999, 3, freedom)), rel=2e-3)
