"""Pictures traced by Mitsuba: one kind of light in one view, and what the surfaces in it are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from render.view.view import View
from tools.tracing.materials import Materials
from tools.tracing.meshes import mesh_of, world_meshes
from tools.tracing.sources import Source
from tools.tracing.world import Singles, World

DEPTH = 9
"""Surfaces on the longest path: a picture's light changes by less than a thousandth with more."""
LANES = 4_000_000
"""Samples traced at once: bounds the memory, about 1 GB."""
GUIDE_SAMPLES = 64
HOLES = 16
"""As many holes in leaves one can look through."""


@dataclass(frozen=True, slots=True)
class Guides:
    """What is seen in a view, means over a pixel's samples: `cover` (h, w) the share that is not background;
    `albedo`, `normal`, `offset_m` (from the eye, stage axes) (h, w, 3) of what is there; `foliage` (h, w) the share of
    alpha-masked and double-sided surfaces."""

    cover: Singles
    albedo: Singles
    normal: Singles
    offset_m: Singles
    foliage: Singles


@dataclass(frozen=True, slots=True)
class Camera:
    """A view and its picture's size, as Mitsuba takes them."""

    view: View
    size_px: tuple[int, int]

    def plugin(self, mi: Any, pixel_format: str = "rgb") -> dict[str, Any]:
        """The sensor: a symmetrical perspective, pixels averaged evenly (a box)."""
        middle, right = self._direction(0.0, 0.0), self._direction(1.0, 0.0)
        up = self._direction(0.0, 1.0) - middle
        cosine = float(middle @ right / np.linalg.norm(middle) / np.linalg.norm(right))
        eye = np.array(self.view.eye_m)
        width, height = self.size_px
        return {
            "type": "perspective",
            "fov": 2.0 * math.degrees(math.acos(min(cosine, 1.0))),
            "fov_axis": "x",
            "near_clip": 0.05,
            "far_clip": 1e5,
            "to_world": mi.ScalarTransform4f().look_at(eye.tolist(), (eye + middle).tolist(), up.tolist()),
            "film": {"type": "hdrfilm", "width": width, "height": height, "pixel_format": pixel_format,
                     "component_format": "float32", "rfilter": {"type": "box"}},
            "sampler": {"type": "independent"},
        }  # fmt: skip

    def _direction(self, x: float, y: float) -> Singles:
        return np.array([row[0] * x + row[1] * y + row[2] for row in self.view.direction_rows()])


def traced(
    mi: Any, source: Source, camera: Camera, samples: int, seed: int, tell: Callable[[int], None]
) -> tuple[Singles, Singles]:
    """(h, w, 3) what surfaces reflect of a source, and what of it is seen directly. `tell` gets the samples done."""
    lit = _scene(mi, source.scene, camera, {"type": "path", "max_depth": DEPTH, "hide_emitters": not source.visible})
    total = _averaged(mi, lit, samples, seed, tell)
    if not source.visible:
        return total, np.zeros_like(total)
    seen = _scene(mi, source.scene, camera, {"type": "path", "max_depth": 1})
    direct = _averaged(mi, seen, samples, seed, lambda done: None)
    return np.maximum(total - direct, 0.0), direct


def guides(mi: Any, world: World, camera: Camera) -> Guides:
    """What is seen."""
    layers = {
        "type": "aov",
        "aovs": "albedo:albedo,normal:sh_normal,place:position",
        "img": {"type": "path", "max_depth": 1},
    }
    scene = _scene(mi, world_meshes(mi, world), camera, layers, "rgba")
    values = _averaged(mi, scene, GUIDE_SAMPLES, 0, lambda done: None)
    cover = values[:, :, 3]
    share = np.maximum(cover, 1e-3)[:, :, None]
    eye = np.array(camera.view.eye_m, np.float32)
    offset = np.asarray(np.where(cover[:, :, None] > 0.0, values[:, :, 10:13] / share - eye, 0.0), np.float32)
    foliage = _foliage(mi, world, camera)
    albedo = np.asarray(values[:, :, 4:7] / share, np.float32)
    return Guides(cover, albedo, values[:, :, 7:10], offset, foliage)


def _foliage(mi: Any, world: World, camera: Camera) -> Singles:
    """How much of each pixel is leaves: all is black, and everything else shines. (What Mitsuba says of first hits does
    not know the holes of masks.)"""
    leafy = [one.material.alpha_cutoff > 0.0 or one.material.double_sided for one in world.surfaces]
    if not any(leafy):
        return np.zeros(camera.size_px[::-1], np.float32)
    materials = Materials(mi, world.pictures)
    white = {"type": "rgb", "value": [1.0] * 3}
    scene = {
        f"surface_{number}": mesh_of(mi, surface, materials.black(surface), None if leaf else white, f"s_{number}")
        for number, (surface, leaf) in enumerate(zip(world.surfaces, leafy, strict=True))
    }
    seen = _scene(mi, scene, camera, {"type": "path", "max_depth": HOLES + 1}, "rgba")
    values = _averaged(mi, seen, GUIDE_SAMPLES, 0, lambda done: None)
    return np.asarray(np.clip(values[:, :, 3] - values[:, :, 0], 0.0, 1.0), np.float32)


def _scene(
    mi: Any, things: dict[str, Any], camera: Camera, integrator: dict[str, Any], pixel_format: str = "rgb"
) -> Any:
    sensor = camera.plugin(mi, pixel_format)
    return mi.load_dict({"type": "scene", "integrator": integrator, "sensor": sensor, **things})


def _averaged(mi: Any, scene: Any, samples: int, seed: int, tell: Callable[[int], None]) -> Singles:
    """The picture's mean over samples, traced some at a time; seeds of different `seed` never meet."""
    width, height = scene.sensors()[0].film().size()
    at_once = max(1, min(samples, LANES // int(width * height)))
    total, done, turn = None, 0, 0
    while done < samples:
        now = min(at_once, samples - done)
        picture = np.array(mi.render(scene, spp=now, seed=seed * 10_000 + turn), np.float32) * now
        total = picture if total is None else total + picture
        done, turn = done + now, turn + 1
        tell(done)
    assert total is not None
    return np.asarray(np.nan_to_num(total / samples), np.float32)
