"""A bake joined to the set as it is now: what still fits, by digests, and what does not. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.draw_arrays import NO_LIGHT_RUN
from render.layers.mesh.mesh_data import MeshData
from render.transport.file import bake_file
from render.transport.tessellation import standing, tessellated
from render.transport.transport import LightTransport, shape_of
from stage.files.passport import Passport, PassportEntry, approximated, lost

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class BakedLight:
    """A bake and where it belongs: `instances` (I,), which instance each digest is (-1 = none any more); `stale_lamps`
    (G,): lamps that have changed and light nothing."""

    bake: LightTransport
    instances: NDArray[np.int64]
    stale_lamps: NDArray[np.bool_]


def digests_of(meshes: MeshData) -> tuple[str, ...]:
    """(N,) of each instance: its triangles where they stand, and whether both sides show. Neither colour nor glow nor
    anything that moves light is in it."""
    made = []
    for number, place in zip(meshes.instance_part.tolist(), meshes.stage_from_instance, strict=True):
        part = meshes.parts[number]
        digest = hashlib.sha256(np.ascontiguousarray(part.vertices[:, :6]).tobytes())
        digest.update(np.ascontiguousarray(part.triangles).tobytes())
        digest.update(np.round(place, 5).astype(np.float32).tobytes())
        digest.update(bytes([meshes.materials[part.material].double_sided]))
        made.append(digest.hexdigest()[:32])
    return tuple(made)


def bound(meshes: MeshData, bake: LightTransport, name: str) -> tuple[MeshData, BakedLight, Passport]:
    """The meshes with their runs of light, the bake that belongs to them, and entries for what has changed since."""
    fine = tessellated(meshes)
    row_of = {digest: row for row, digest in enumerate(bake.digests)}
    first = np.full(len(fine.instance_part), NO_LIGHT_RUN, np.int64)
    instances = np.full(len(bake.digests), -1, np.int64)
    stands, changed = standing(fine), []
    for number, digest in enumerate(digests_of(fine)):
        row = row_of.get(digest, -1)
        if row >= 0:
            first[number], instances[row] = bake.runs[row], number
        elif stands[number]:
            changed.append(number)
    stale = _stale_lamps(meshes, bake)
    entries = _entries(fine, changed, int(stale.sum()), name)
    return replace(fine, light_first=first), BakedLight(bake, instances, stale), entries


def _stale_lamps(meshes: MeshData, bake: LightTransport) -> NDArray[np.bool_]:
    names = [one.name for one in meshes.materials]
    glowing = [number >= len(names) or names[number] != name for number, name in bake.lamps.materials]
    shapes = [shape_of(light) for light in meshes.lights]
    lights = [
        number >= len(shapes) or not np.allclose(shapes[number], shape, atol=1e-4)
        for number, shape in enumerate(bake.lamps.lights)
    ]
    return np.array([*glowing, *lights], np.bool_)


def _entries(meshes: MeshData, changed: list[int], lamps: int, name: str) -> Passport:
    entries: list[PassportEntry] = []
    file, again = bake_file(name, Path()).name, f"Run openstage scene bake {name}"
    if changed:
        numbers = sorted({meshes.parts[int(meshes.instance_part[one])].material for one in changed})
        called = [meshes.materials[number].name or f"material {number}" for number in numbers]
        more = f" and {len(called) - MOST_NAMED} more" if len(called) > MOST_NAMED else ""
        asks = f"baked light of {len(changed)} of {len(meshes.instance_part)} parts"
        why = f"they have changed since ({', '.join(called[:MOST_NAMED])}{more}) and get plain ambient light"
        entries.append(approximated(file, asks, why, again))
    if lamps:
        entries.append(lost(file, f"baked light of {lamps} lamps", "they have changed since", again))
    return tuple(entries)
