"""Mesh files of walls: read by kind, within limits, and checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stage.errors import InputError
from stage.walls.mesh_gltf import read_gltf
from stage.walls.mesh_obj import read_obj
from stage.walls.triangles import MAX_BYTES, MAX_TRIANGLES, WallTriangles

READERS = {".obj": read_obj, ".gltf": read_gltf, ".glb": read_gltf}


def read_wall_mesh(path: Path, name: str | None = None) -> WallTriangles:
    """The mesh of an OBJ, glTF or GLB file; with `name` only that object, group or node of it.

    Raises InputError: unknown kind of file, too large, broken, or without picture coordinates.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(str(path), "", "this kind of file cannot be a wall mesh", f"Give one of: {', '.join(READERS)}")
    mesh = reader(path, _content(path), name)
    if len(mesh.triangles) == 0:
        raise InputError(str(path), "", "has no faces", "Export the wall as a polygon mesh")
    if len(mesh.triangles) > MAX_TRIANGLES:
        problem = f"has {len(mesh.triangles)} triangles; the limit is {MAX_TRIANGLES}"
        raise InputError(str(path), "", problem, "Export the wall with fewer polygons")
    if not (np.isfinite(mesh.positions).all() and np.isfinite(mesh.uv_down).all()):
        raise InputError(str(path), "", "has a number that is not finite", "Correct the mesh and export it again")
    return mesh


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            problem = f"is {size / 1e6:.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB"
            raise InputError(str(path), "", problem, "Export the wall with fewer polygons")
        return path.read_bytes()
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
