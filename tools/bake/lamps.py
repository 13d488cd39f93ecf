"""The light of lamps on receivers and patches: sampled from the lamps themselves, with what stands between."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, PunctualLight
from tools.bake.ground import Ground, Numbers, Singles
from tools.bake.points import SAMPLES, Places
from tools.bake.rays import Rays, cosine_directions, square

LAMP_RAYS = 32
NEAR_RAYS = 512
NEAR_SR = 0.5
"""Where bodies may look larger than this together, rays go all round."""
BLOCK = 2_000_000
"""Places times triangles at once."""
R3 = 1.2207440846057596
"""The root of x^4 = x + 1."""
NEAREST_M = 0.05
FEW_FROM_M = 10.0
"""Of a light: farther away, one ray stands for four."""
RADIANCE_PER_LUX = 1.0 / (100.0 * math.pi)


def glowing(meshes: MeshData, ground: Ground) -> tuple[tuple[int, str], ...]:
    """The materials that glow and have surfaces that stand: number and name."""
    there = set(np.unique(ground.material).tolist())
    return tuple((i, one.name) for i, one in enumerate(meshes.materials) if i in there and any(one.emissive))


def glow_on(rays: Rays, ground: Ground, material: int, places: Places, first_row: int) -> Singles:
    """(N,) irradiance over pi per unit radiance of a material's surfaces. From afar: what they would give without
    anything between, times the share of rays toward them that arrive, more rays toward what gives more (Shirley, Wang,
    Zimmerman 1996); near them: the share of all rays that reach one."""
    own = np.flatnonzero(ground.material == material)
    total = np.zeros(len(places.normal), np.float32)
    step = max(16, BLOCK // max(len(own), 1))
    for begin in range(0, len(total), step):
        number = np.arange(begin, min(begin + step, len(total)))
        some = places.some(slice(begin, begin + step))
        given, looks = _unhindered(ground, own, some)
        near, lit = looks > NEAR_SR, given.sum(axis=1) > 0.0
        if near.any():
            total[number[near]] = _all_round(rays, ground, material, some.some(near), number[near] + first_row)
        if (far := lit & ~near).any():
            share = _arriving(rays, ground, own, some.some(far), given[far], number[far] + first_row)
            total[number[far]] = share * given[far].sum(axis=1)
    return total


def _unhindered(ground: Ground, own: Numbers, places: Places) -> tuple[Singles, Singles]:
    """(N, T) irradiance over pi that each glowing triangle gives each place, and (N,) how large all of them may look,
    steradians."""
    middle, facing, area = ground.corners_m[own].mean(axis=1), ground.facing[own], ground.area_m2[own]
    place = places.origin_m.mean(axis=1)
    apart2 = (place**2).sum(axis=1)[:, None] + (middle**2).sum(axis=1)[None] - 2.0 * (place @ middle.T)
    apart2 = np.maximum(apart2, np.maximum(area, NEAREST_M**2)[None])
    raised = places.normal @ middle.T - (places.normal * place).sum(axis=1)[:, None]
    turned = place @ facing.T - (facing * middle).sum(axis=1)[None]
    turned = np.where(ground.two_sided[own][None], np.abs(turned), np.maximum(turned, 0.0))
    looks = area[None] / apart2
    given = np.maximum(raised, 0.0) * turned * looks / (apart2 * np.pi)
    return np.asarray(given, np.float32), np.asarray(looks.sum(axis=1), np.float32)


def _arriving(rays: Rays, ground: Ground, own: Numbers, places: Places, given: Singles, number: Numbers) -> Singles:
    """(N,) the share of rays toward the triangles `own` that nothing stops."""
    row = np.arange(len(number))[:, None]
    summed = np.cumsum(given, axis=1, dtype=np.float64)
    at, first, second = _even(LAMP_RAYS, number)
    flat = (summed / summed[:, -1:] + row).reshape(-1)
    picked = np.searchsorted(flat, (at + row).reshape(-1), side="right").reshape(at.shape) - row * len(own)
    triangle = own[np.clip(picked, 0, len(own) - 1)]
    root = np.sqrt(first)
    corner = np.stack([1.0 - root, root * (1.0 - second), root * second], axis=2)
    point = np.einsum("nkvc,nkv->nkc", ground.corners_m[triangle], corner)
    origin = places.origin_m[row, np.arange(LAMP_RAYS)[None] % SAMPLES]
    way = (point - origin).reshape(-1, 3)
    far = np.linalg.norm(way, axis=1)
    along = (way / np.maximum(far, 1e-6)[:, None]).astype(np.float32)
    chance = ((at + second * 3.7) % 1.0).reshape(-1)
    stop = (far - 2e-3 - 1e-4 * far).astype(np.float32)
    there = rays.clear(np.ascontiguousarray(origin.reshape(-1, 3), np.float32), along, stop, chance)
    return np.asarray(there.reshape(at.shape).mean(axis=1), np.float32)


def _all_round(rays: Rays, ground: Ground, material: int, places: Places, number: Numbers) -> Singles:
    rows, each = len(number), NEAR_RAYS // SAMPLES
    direction = cosine_directions(places.normal, NEAR_RAYS, number + 104729)
    origin = np.broadcast_to(places.origin_m[:, None], (rows, each, SAMPLES, 3)).reshape(-1, 3)
    flat = direction.reshape(-1, 3)
    chance = square(NEAR_RAYS, number + 7919)[0].reshape(-1).astype(np.float64)
    triangle, _ = rays.hit(origin, flat, chance)
    behind = np.einsum("nc,nc->n", flat, ground.facing[triangle]) > 0.0
    lit = (triangle >= 0) & (ground.material[triangle] == material)
    lit &= ~behind | ground.two_sided[triangle]
    return np.asarray(lit.reshape(rows, -1).mean(axis=1), np.float32)


def _even(count: int, number: Numbers) -> tuple[NDArray[np.float64], ...]:
    """Three times (N, count) numbers in 0..1: an even pattern in three dimensions (Roberts 2018), moved by another
    amount for each of `number`."""
    steps = [R3 ** -(axis + 1) for axis in range(3)]
    turns = [np.mod(number * part, 1.0) for part in (0.6180339887498949, 0.7548776662466927, 0.5698402909980532)]
    return tuple((turn[:, None] + np.arange(count) * step) % 1.0 for turn, step in zip(turns, steps, strict=True))


def lights_on(rays: Rays, lights: Sequence[PunctualLight], places: Places) -> Singles:
    """(N, L) light per unit intensity of each light (KHR_lights_punctual), by four places of each row. `rays` know
    nothing of what glows: a bulb shines through the paper of its lantern."""
    made = np.zeros((len(places.normal), len(lights)), np.float32)
    for number, light in enumerate(lights):
        apart = np.linalg.norm(places.origin_m.mean(axis=1) - np.array(light.position_m, np.float32), axis=1)
        near = np.flatnonzero((apart < FEW_FROM_M) | (light.kind == "directional"))
        far = np.setdiff1d(np.arange(len(made)), near, assume_unique=True)
        for sample in range(0, SAMPLES, 2):
            made[near, number] += _light_on(rays, light, places.origin_m[near, sample], places.normal[near]) / 4.0
        one = (far + number) % SAMPLES
        made[far, number] = _light_on(rays, light, places.origin_m[far, one], places.normal[far])
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
