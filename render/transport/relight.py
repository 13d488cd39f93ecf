"""Light worked out from a bake: the sources of a moment, and the reference of what the graphics card computes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial
from render.pictures.picture import Picture
from render.transport.binding import BakedLight
from render.transport.directions import SKY_CELLS, even_directions, sun_weights
from render.transport.transport import LightTransport
from stage.maths.pose import Vector

BOUNCES = 6
SNOW_ALBEDO = 0.8
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sources:
    """What lights a set, in units of 100 nits: `toward` the sun, `direct` on a white surface facing it; `lamps` (G, 3),
    what each lamp of the bake gives; `snow`: how much snow lies."""

    toward: Vector
    direct: Vector
    lamps: Singles
    snow: float = 0.0


def on_patches(bake: LightTransport, sources: Sources) -> Singles:
    """(P, 3) light of sun and lamps on each patch, before any bounce."""
    lit = bake.lamps.on_patches @ sources.lamps
    if sources.toward[2] > 0.0 and max(sources.direct) > 0.0:
        places, weights = sun_weights(sources.toward)
        open_share = bake.sun_open[:, places].astype(np.float32) @ (weights / 255.0).astype(np.float32)
        facing = np.maximum(bake.normal @ np.array(sources.toward, np.float32), 0.0)
        lit = lit + (open_share * facing)[:, None] * np.array(sources.direct, np.float32)
    return np.asarray(lit, np.float32)


def albedo_of(bake: LightTransport, factors: Singles, snow: float) -> Singles:
    """(P, 3) what patches reflect: their own, times their materials' factors (P, 3), under as much snow as lies."""
    white = (snow * np.clip(bake.normal[:, 2], 0.0, 1.0))[:, None]
    own = np.clip(bake.reflects * factors, 0.0, 0.98)
    return np.asarray(own * (1.0 - white) + SNOW_ALBEDO * white, np.float32)


def relit(bake: LightTransport, sky: Singles, sources: Sources, factors: Singles) -> Singles:
    """(R, 3) the light of all sources on the receivers, but the sun's own: irradiance over pi. `sky` (SKY_CELLS, 3)."""
    first, albedo = on_patches(bake, sources), albedo_of(bake, factors, sources.snow)
    sent = np.zeros_like(first)
    for _ in range(BOUNCES + 1):
        sent = albedo * (first + bake.on_patches.times(np.concatenate([sky, bake.with_groups(sent)])))
    reaching = bake.on_receivers.times(np.concatenate([sky, bake.with_groups(sent)]))
    return np.asarray(reaching + bake.lamps.on_receivers @ sources.lamps, np.float32)


def gradient_sky(mean: Vector, half: Vector) -> Singles:
    """(SKY_CELLS, 3) the radiance of cells whose light on a surface is `mean + half * normal.z` (a cosine passes two
    thirds of what goes once round: Ramamoorthi and Hanrahan 2001)."""
    up = even_directions(SKY_CELLS)[:, 2:]
    return np.maximum(np.array(mean) + 1.5 * np.array(half) * up, 0.0).astype(np.float32)


def patch_factors(bake: LightTransport, meshes: MeshData, instances: NDArray[np.int64]) -> Singles:
    """(P, 3) the factors of the patches' materials; `instances` (I,): which instance each digest is, -1 = none."""
    material = np.array([part.material for part in meshes.parts] or [0])
    base = np.array([one.base_colour[:3] for one in meshes.materials] or [(1.0,) * 3], np.float32)
    now = instances[bake.patch_instance]
    factors = base[material[meshes.instance_part[np.maximum(now, 0)]]] if len(meshes.instance_part) else base[:1]
    return np.where((now >= 0)[:, None], factors, np.float32(1.0)).astype(np.float32)


def lamp_colours(baked: BakedLight, meshes: MeshData) -> tuple[Singles, Singles]:
    """(G, 3) twice: what each lamp gives that is a practical, at full gain, and what each other one gives. Lamps that
    have changed since the bake give nothing."""
    materials, lights = baked.bake.lamps.materials, baked.bake.lamps.lights
    glow = np.zeros((len(materials) + len(lights), 3), np.float32)
    practical = np.zeros(len(glow), np.bool_)
    for row, (number, _) in enumerate(materials):
        if not baked.stale_lamps[row]:
            glow[row] = glow_of(meshes.materials[number], meshes.pictures)
            practical[row] = meshes.materials[number].practical
    for row, light in enumerate(meshes.lights[: len(lights)], len(materials)):
        if not baked.stale_lamps[row]:
            glow[row], practical[row] = light.intensity, light.practical
    return glow * practical[:, None], glow * ~practical[:, None]


def glow_of(material: MeshMaterial, pictures: tuple[Picture, ...]) -> Vector:
    """The mean radiance of a surface that glows, its picture included (IEC 61966-2-1)."""
    red, green, blue = material.emissive
    if material.emissive_picture is None:
        return (red, green, blue)
    code = pictures[material.emissive_picture.picture].rgba[:, :, :3].astype(np.float32) / 255.0
    mean = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).mean(axis=(0, 1))
    return (float(red * mean[0]), float(green * mean[1]), float(blue * mean[2]))
