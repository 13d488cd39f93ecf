"""The reference: a set in a view at a moment, path-traced under exactly the light that the renderer gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from render.scene.scene_data import SceneData
from render.view.moment import Moment
from tools.tracing.bare_set import BareSet
from tools.tracing.filtering import filtered
from tools.tracing.light_of_look import LookLight, light_of
from tools.tracing.materials import left_out
from tools.tracing.sources import Source, lamp_source, lamps_left_out, light_source, sky_source, sun_source
from tools.tracing.tracing import DEPTH, Camera, Guides, guides, traced
from tools.tracing.world import Singles, World, world_of

VERSION = 1
"""Raised when the same input gives another picture: what is kept from before is traced again."""
HALVES = (1, 2)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reference:
    """`light`: the picture (h, w, 3), scene-linear, 1.0 = 100 nits after the look's exposure, rows from the top;
    `halves`: two that share no sample, each filtered like it, whose difference is its noise. `notes`: what the picture
    leaves out, a sentence each."""

    light: Singles
    halves: tuple[Singles, Singles]
    guides: Guides
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Finished pictures in a folder, each under the digest of everything it depends on."""

    folder: Path

    def of(self, key: str, make: Callable[[], dict[str, Singles]]) -> dict[str, Singles]:
        """What is kept under a key, or made now and kept: written beside and renamed, so never half there."""
        path = self.folder / f"{key}.npz"
        if path.is_file():
            with np.load(path) as stored:
                return {name: stored[name] for name in stored.files}
        made = make()
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{key}.npz"
        with beside.open("wb") as file:
            np.savez(file, **made)  # type: ignore[arg-type]  # numpy types its keywords as one of its own options
        beside.replace(path)
        return made


class ReferenceTracer:
    """Traces one set. `samples` a pixel and kind of light, half of them in each half."""

    def __init__(self, mi: Any, data: SceneData, bare: BareSet, kept: Kept, samples: int) -> None:
        self._mi, self._data, self._bare, self._kept = mi, data, bare, kept
        self._samples = max(1, samples // 2)

    def reference(self, camera: Camera, moment: Moment, tell: Tell) -> Reference:
        """The set in a view under a look."""
        mi, data = self._mi, self._data
        world = world_of(data.meshes, moment.time_s)
        place = _digest(VERSION, DEPTH, mi.variant(), world_digest(world), camera, self._samples)
        seen = self._guides(place, world, camera)
        light = light_of(data, camera.view, moment)
        sums = [np.zeros_like(seen.albedo) for _ in HALVES]
        shown = np.zeros_like(seen.albedo)
        for key, gains, make in self._sources(world, light, moment):
            for number, half in enumerate(HALVES):
                name = _digest(place, key, half)

                def trace(make: Callable[[], Source | None] = make, half: int = half) -> dict[str, Singles]:
                    source = make()
                    if source is None:
                        return {}
                    told = f"{source.name}, half {half} of {len(HALVES)}"
                    lit, direct = traced(
                        mi, source, camera, self._samples, half,
                        lambda done: tell(f"{told}: {done} of {self._samples} samples"),
                    )  # fmt: skip
                    return {"lit": lit, "direct": direct}

                picture = self._kept.of(name, trace)
                if picture:
                    sums[number] += picture["lit"] * gains
                    shown += picture["direct"] * gains / len(HALVES)
        tell("filtering")
        behind = self._bare.background(camera.view, camera.size_px, moment)
        pictures = [_finished(one, shown, seen, light, behind) for one in filtered((sums[0], sums[1]), seen)]
        return Reference(pictures[0], (pictures[1], pictures[2]), seen, notes_on(data, world, moment))

    def _sources(
        self, world: World, light: LookLight, moment: Moment
    ) -> list[tuple[str, Singles, Callable[[], Source | None]]]:
        """Of each kind of light: what its picture depends on, its gain (3,), and its scene."""
        mi = self._mi
        surroundings = self._bare.surroundings(moment)
        sky = hashlib.sha256(surroundings.tobytes()).hexdigest()
        sources: list[tuple[str, Singles, Callable[[], Source | None]]] = [
            (f"sky {sky}", _grey(light.sky), lambda: sky_source(mi, world, surroundings))
        ]
        if max(light.sun) > 0.0 and light.toward_sun[2] > 0.0:
            toward = light.toward_sun
            sources.append((f"sun {toward}", np.array(light.sun, np.float32), lambda: sun_source(mi, world, toward)))
        if light.practicals > 0.0:
            practicals = _grey(light.practicals)
            sources.append(("glowing practicals", practicals, lambda: lamp_source(mi, world, True)))
            sources.append(("practical lights", practicals, lambda: light_source(mi, world, True)))
        sources.append(("glowing", _grey(light.own), lambda: lamp_source(mi, world, False)))
        sources.append(("lights", _grey(light.own), lambda: light_source(mi, world, False)))
        return sources

    def _guides(self, place: str, world: World, camera: Camera) -> Guides:
        def make() -> dict[str, Singles]:
            seen = guides(self._mi, world, camera)
            return {"cover": seen.cover, "albedo": seen.albedo, "normal": seen.normal, "offset_m": seen.offset_m,
                    "foliage": seen.foliage}  # fmt: skip

        return Guides(**self._kept.of(_digest(place, "guides"), make))


def notes_on(data: SceneData, world: World, moment: Moment) -> tuple[str, ...]:
    """What a reference leaves out or takes otherwise, a sentence each."""
    look = moment.look
    notes = [note for surface in world.surfaces for note in left_out(surface)] + lamps_left_out(world)
    if data.layers:
        notes.append(f"left out: {', '.join(sorted({type(one).__name__ for one in data.layers}))}")
    if data.background is not None and data.ambient.source != "background":
        notes.append("the set's light from all sides is stated by hand; here it is that of its picture of the sky")
    if look.weather.wetness or look.weather.snow_cover or look.weather.rain or look.weather.snow:
        notes.append("left out: rain, snow and wetness")
    return tuple(dict.fromkeys(notes))


def world_digest(world: World) -> str:
    """SHA-256 of everything in a world that a picture depends on."""
    digest = hashlib.sha256()
    for surface in world.surfaces:
        digest.update(repr(surface.material).encode())
        for values in (surface.position_m, surface.normal, surface.uv, surface.colour, surface.triangles):
            digest.update(np.ascontiguousarray(values).tobytes())
    for picture in world.pictures:
        digest.update(picture.rgba.tobytes())
        digest.update(repr((picture.linear, picture.repeat_x, picture.repeat_y)).encode())
    digest.update(repr(world.lights).encode())
    return digest.hexdigest()


def _finished(lit: Singles, shown: Singles, seen: Guides, light: LookLight, behind: Singles) -> Singles:
    """Reflected and own light through the haze, in front of the background."""
    cover = seen.cover[:, :, None]
    surface = (lit + shown) / np.maximum(cover, 1e-3)
    hazy = light.through_haze(np.asarray(surface, np.float32), seen.offset_m)
    return np.asarray(hazy * cover + behind * (1.0 - cover), np.float32)


def _grey(value: float) -> Singles:
    return np.full(3, value, np.float32)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(repr(part) for part in parts).encode()).hexdigest()[:24]
