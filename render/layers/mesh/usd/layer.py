"""A USD layer of a scene file: converted to glTF in a folder of its own, then read as any other mesh."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from render.layers.mesh.gltf.layer import read_meshes
from render.layers.mesh.mesh_data import MeshData
from render.layers.mesh.usd.convert import usd_as_glb
from stage.errors import InputError
from stage.model.layers import GltfLayer, UsdLayer

SHARED = ("position_m", "pan_deg", "casts_shadow", "practicals")


def read_usd(layer: UsdLayer, folder: Path) -> MeshData:
    """The meshes of a layer, placed in the stage. Raises InputError: no OpenUSD, unreadable, an impossible size."""
    path = folder / layer.file
    content, said = usd_as_glb(path)
    with tempfile.TemporaryDirectory() as own:
        glb = Path(own) / f"{path.stem}.glb"
        glb.write_bytes(content)
        settings = {name: getattr(layer, name) for name in SHARED}
        try:
            data = read_meshes(GltfLayer(kind="gltf", file=glb.name, unit_m=layer.scale, **settings), Path(own))
        except InputError as error:
            raise InputError(str(path), error.field, error.problem, error.remedy) from error
    rest = tuple(replace(entry, file=path.name) if entry.file == glb.name else entry for entry in data.passport)
    return replace(data, passport=(*said, *rest))
