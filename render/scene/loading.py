"""Reads a scene file's layers and assembles them in stage space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from render.layers.mesh.merging import merged
from render.scene.base_entries import base_entries
from render.scene.memory import out_of_memory
from render.scene.readers import BACKGROUNDS, READERS, Place, Reader
from render.scene.scene_data import SceneData
from render.transport.binding import bound
from render.transport.file import bake_file, read_bake
from stage.errors import InputError
from stage.files.passport import PassportEntry, lost
from stage.model.layers import AnyLayer, GltfLayer, files_of
from stage.model.scene import Scene

LEAST_BYTES = 100_000

Read = dict[Place, list[Any]]
"""What the readers made, by its place in the set."""


def load_scene_data(scene: Scene, folder: Path, tell: Callable[[float], None] | None = None) -> SceneData:
    """The set of a scene file whose layers are in `folder`; `tell` is called with the share that was read, by bytes.

    Raises InputError if a file is missing or invalid, the set has an impossible size, needs more memory than there is,
    or there are two backgrounds.
    """
    weights = [_weight(layer, folder) for layer in scene.layers]
    read: Read = {place: [] for place in Place}
    passport: list[PassportEntry] = []
    for number, layer in enumerate(scene.layers):
        reader = _reader(layer, read, scene.name, f"layers[{number}]")
        try:
            data = reader.read(layer, folder)
        except MemoryError as error:
            raise out_of_memory(str(folder / _largest(layer, folder)), f"layers[{number}]", error) from error
        read[reader.place].append(data)
        passport += (*base_entries(layer, data, folder), *data.passport)
        if tell is not None:
            tell(sum(weights[: number + 1]) / sum(weights))
    meshes = merged(read[Place.MESHES])
    baked, path = None, _bake_of(scene, folder)
    again = f"Run openstage scene bake {scene.name}"
    if path.is_file():
        try:
            meshes, baked, more = bound(meshes, read_bake(path, scene.name), scene.name)
            passport += more
        except InputError as error:  # the wall is lit as if there were no bake
            passport.append(lost(path.name, "baked light", f"it cannot be used: {error}", again))
    return SceneData(
        name=scene.name,
        meshes=meshes,
        layers=tuple(read[Place.LAYERS]),
        background=next(iter(read[Place.EQUIRECT]), None),
        sky=next(iter(read[Place.SKY]), None),
        sun=scene.sun,
        ambient=scene.light_from_all_sides,
        haze=scene.haze,
        passport=tuple(passport),
        baked=baked,
    )


def _bake_of(scene: Scene, folder: Path) -> Path:
    """The set's own bake, or that of the set whose only mesh file it shows as well."""
    own, files = bake_file(scene.name, folder), [layer.file for layer in scene.layers if isinstance(layer, GltfLayer)]
    if own.is_file() or len(files) != 1:
        return own
    shown = folder / files[0]
    return bake_file(shown.stem, shown.parent)


def _reader(layer: AnyLayer, read: Read, where: str, field: str) -> Reader:
    """The row of a layer's kind. Raises InputError if there is none, or for a second background."""
    reader = READERS.get(type(layer))
    if reader is None:
        raise InputError(where, field, f"{layer.kind} is not drawn by this release", "Take the layer out")
    if reader.place in BACKGROUNDS and any(read[place] for place in BACKGROUNDS):
        raise InputError(where, field, "is a second background", "Keep one of them")
    return reader


def _weight(layer: AnyLayer, folder: Path) -> int:
    """How much there is to read: the bytes of its files, and as much as a small file for what is worked out."""
    sizes = [(folder / name).stat().st_size for name in files_of(layer).values() if (folder / name).is_file()]
    return sum(sizes, LEAST_BYTES)


def _largest(layer: AnyLayer, folder: Path) -> str:
    """The largest of its files, by name; the kind of a layer without files."""
    names = [name for name in files_of(layer).values() if (folder / name).is_file()]
    return max(names, key=lambda name: (folder / name).stat().st_size, default=layer.kind)
