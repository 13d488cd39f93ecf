"""Cards are drawn so that, on every ray, the nearer one is drawn after the farther."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.card.order import CardOrder
from stage.model.layers import CardLayer


def _cards(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """(count, 4, 3) upright cards of all sizes, turned a little, at different depths: none cuts another."""
    from render.layers.card.card import card_corners

    corners = []
    for number in range(count):
        place = (float(random.uniform(-20, 20)), 3.0 + 4.0 * number, 0.0)
        layer = CardLayer(kind="card", file="a", size_m=1.0, position_m=place, pan_deg=float(random.uniform(-4, 4)))
        corners.append(card_corners(layer, (float(random.uniform(1, 25)), float(random.uniform(1, 12)))))
    return np.array([corners[i] for i in random.permutation(count)])


def _normals(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))


def _distances(corners: NDArray[np.float64], eye: NDArray[np.float64], ray: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) along the ray to each card, infinity where it misses."""
    normals = _normals(corners)
    across, up = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    far = np.einsum("nk,nk->n", normals, corners[:, 0] - eye) / (normals @ ray)
    local = eye + far[:, None] * ray - corners[:, 0]
    u = np.einsum("nk,nk->n", local, across) / np.einsum("nk,nk->n", across, across)
    v = np.einsum("nk,nk->n", local, up) / np.einsum("nk,nk->n", up, up)
    hit = (far > 0) & (u > 0) & (u < 1) & (v > 0) & (v < 1)
    return np.asarray(np.where(hit, far, np.inf))


def test_on_every_ray_the_nearer_card_is_drawn_later() -> None:
    random = np.random.default_rng(11)
    overlaps = 0
    for _ in range(12):
        corners = _cards(random, 9)
        order = CardOrder(corners, _normals(corners))
        eye = np.array([random.uniform(-8, 8), random.uniform(-3, 25), random.uniform(0.5, 3)])
        rank = np.argsort(order.from_eye((eye[0], eye[1], eye[2])))
        for _ in range(400):
            ray = random.normal(size=3) * (1.0, 1.0, 0.2)
            far = _distances(corners, eye, ray)
            seen = np.flatnonzero(np.isfinite(far))
            overlaps += len(seen) > 1
            nearest_first = seen[np.argsort(far[seen])]
            assert (np.diff(rank[nearest_first]) < 0).all()
    assert overlaps > 500


def test_every_card_is_drawn_once_even_where_they_cut_each_other() -> None:
    random = np.random.default_rng(3)
    corners = _cards(random, 6)
    corners[:, :, 1] = corners[:, :, 1].mean() + random.uniform(-1, 1, (6, 1)) * [[-1, 1, -1, 1]]
    order = CardOrder(corners, _normals(corners))
    assert sorted(order.from_eye((0.0, -2.0, 1.0))) == list(range(6))
    assert order.from_eye((0.0, -2.0, 1.0)) == CardOrder(corners, _normals(corners)).from_eye((0.0, -2.0, 1.0))
