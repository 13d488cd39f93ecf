"""The light of lamps on receivers and patches: sampled from the lamps themselves, with what stands between."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from render.layers.mesh.mesh_data import MeshData, PunctualLight
from tools.bake.ground import Ground, Numbers, Singles
from tools.bake.points import SAMPLES, Places
from tools.bake.rays import Rays, square

LAMP_RAYS = 48
NEAREST_M = 0.05
RADIANCE_PER_LUX = 1.0 / (100.0 * math.pi)


def glowing(meshes: MeshData, ground: Ground) -> tuple[tuple[int, str], ...]:
    """The materials that glow and have surfaces that stand: number and name."""
    there = set(np.unique(ground.material).tolist())
    return tuple((i, one.name) for i, one in enumerate(meshes.materials) if i in there and any(one.emissive))


def glow_on(rays: Rays, ground: Ground, material: int, places: Places, first_row: int) -> Singles:
    """(N,) irradiance over pi per unit radiance of a material's surfaces: as many rays toward each as it looks large
    without what stands between (Shirley, Wang, Zimmerman 1996)."""
    own = np.flatnonzero(ground.material == material)
    middle, area = ground.corners_m[own].mean(axis=1), ground.area_m2[own]
    total = np.zeros(len(places.normal), np.float32)
    for begin in range(0, len(places.normal), 512):
        rows = slice(begin, begin + 512)
        total[rows] = _glow_rows(rays, ground, (own, middle, area), places.some(rows), first_row + begin)
    return total


def _glow_rows(
    rays: Rays, ground: Ground, lamp: tuple[Numbers, Singles, Singles], places: Places, first_row: int
) -> Singles:
    own, middle, area = lamp
    count, row = len(places.normal), np.arange(len(places.normal))[:, None].repeat(LAMP_RAYS, axis=1)
    centre = places.origin_m.mean(axis=1)
    apart2 = ((centre[:, None, :] - middle[None]) ** 2).sum(axis=2)
    weight = area[None] / np.maximum(apart2, area[None] + NEAREST_M**2)
    summed = np.cumsum(weight, axis=1, dtype=np.float64)
    at, other = square(LAMP_RAYS, np.arange(count) + first_row)
    picked = np.array([np.searchsorted(s, a * s[-1]) for s, a in zip(summed, at.astype(np.float64), strict=True)])
    picked = np.minimum(picked, len(own) - 1)
    chosen = np.take_along_axis(weight, picked, axis=1) / summed[:, -1:]
    triangle = own[picked]
    root, turn = np.sqrt(other), (at * 97.31 + other * 31.7) % 1.0
    bary = np.stack([1.0 - root, root * (1.0 - turn), root * turn], axis=2)
    point = np.einsum("nkvc,nkv->nkc", ground.corners_m[triangle], bary)
    sample = np.arange(LAMP_RAYS) % SAMPLES
    origin = places.origin_m[row, sample[None]]
    way = point - origin
    distance = np.linalg.norm(way, axis=2)
    direction = way / np.maximum(distance, 1e-6)[:, :, None]
    facing = np.einsum("nkc,nc->nk", direction, places.normal)
    toward = -np.einsum("nkc,nkc->nk", direction, ground.facing[triangle])
    toward = np.where(ground.two_sided[triangle], np.abs(toward), toward)
    useful = (facing > 0.0) & (toward > 0.0) & (distance > 1e-3)
    open_way = np.zeros(useful.shape, np.float32)
    chance = ((at + other * 3.7) % 1.0).astype(np.float64)[useful]
    start, along, far = (x[useful].astype(np.float32) for x in (origin, direction, distance))
    open_way[useful] = rays.clear(start, along, far - 2e-3 - 1e-4 * far, chance)
    each = facing * toward * area[picked] / (np.maximum(distance, NEAREST_M) ** 2 * chosen)
    return np.asarray((np.where(useful, each, 0.0) * open_way).mean(axis=1) / np.pi, np.float32)


def lights_on(rays: Rays, lights: Sequence[PunctualLight], places: Places) -> Singles:
    """(N, L) light per unit intensity of each light (KHR_lights_punctual), by four places of each row."""
    made = np.zeros((len(places.normal), len(lights)), np.float32)
    for number, light in enumerate(lights):
        for sample in range(0, SAMPLES, 2):
            made[:, number] += _light_on(rays, light, places.origin_m[:, sample], places.normal) / 4.0
    return made


def _light_on(rays: Rays, light: PunctualLight, origin: Singles, normal: Singles) -> Singles:
    way = np.array(light.position_m, np.float32) - origin
    distance = np.linalg.norm(way, axis=1)
    if light.kind == "directional":
        way, distance = np.broadcast_to(-np.array(light.direction, np.float32), way.shape), np.full(len(way), 1e8)
    direction = (way / np.linalg.norm(way, axis=1, keepdims=True)).astype(np.float32)
    strength = np.maximum(np.einsum("nc,nc->n", direction, normal), 0.0) * RADIANCE_PER_LUX
    if light.kind != "directional":
        window = np.clip(1.0 - (distance / light.range_m) ** 4, 0.0, 1.0) if light.range_m > 0.0 else 1.0
        strength = strength * window / np.maximum(distance, NEAREST_M) ** 2
    if light.kind == "spot":
        inner, outer = math.cos(light.inner_rad), math.cos(light.outer_rad)
        cosine = -direction @ np.array(light.direction, np.float32)
        strength = strength * np.clip((cosine - outer) / max(0.001, inner - outer), 0.0, 1.0) ** 2
    lit = np.flatnonzero(strength > 0.0)
    made = np.zeros(len(origin), np.float32)
    chance = np.mod(lit * 0.618033988749895, 1.0)
    open_way = rays.clear(origin[lit], direction[lit], (distance[lit] - 0.02).astype(np.float32), chance)
    made[lit] = strength[lit] * open_way
    return made
