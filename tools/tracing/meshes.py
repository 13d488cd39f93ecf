"""A world's surfaces as meshes of Mitsuba."""

from __future__ import annotations

from typing import Any

import numpy as np

from tools.tracing.materials import COLOUR_ATTRIBUTE, Materials, Plugin, coloured, vertex_colours
from tools.tracing.world import Surface, World


def world_meshes(mi: Any, world: World, glow: bool | None = None) -> dict[str, Any]:
    """The surfaces by name, for `load_dict`. `glow`: None = nothing gives off light, True = the lamps of the set do
    (practicals), False = everything else that glows does."""
    materials = Materials(mi, world.pictures)
    made: dict[str, Any] = {}
    for number, surface in enumerate(world.surfaces):
        shines = glow is not None and surface.material.practical == glow
        emitting = materials.glowing(surface) if shines else None
        made[f"surface_{number}"] = mesh_of(mi, surface, materials.reflecting(surface), emitting, f"surface_{number}")
    return made


def mesh_of(mi: Any, surface: Surface, reflecting: Plugin, emitting: Plugin | None, name: str) -> Any:
    """One mesh. A picture's first row is at v = 0 in both, so texture coordinates stay as they are."""
    props = mi.Properties()
    props["bsdf"] = mi.load_dict(reflecting)
    if emitting is not None:
        props["emitter"] = mi.load_dict({"type": "area", "radiance": emitting})
    mesh = mi.Mesh(
        name,
        len(surface.position_m),
        len(surface.triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=True,
        props=props,
    )
    if coloured(surface):
        mesh.add_attribute(COLOUR_ATTRIBUTE, 3, np.ascontiguousarray(vertex_colours(surface), np.float32).ravel())
    values = mi.traverse(mesh)
    values["vertex_positions"] = np.ascontiguousarray(surface.position_m, np.float32).ravel()
    values["vertex_normals"] = np.ascontiguousarray(surface.normal, np.float32).ravel()
    values["vertex_texcoords"] = np.ascontiguousarray(surface.uv, np.float32).ravel()
    values["faces"] = np.ascontiguousarray(surface.triangles, np.uint32).ravel()
    values.update()
    return mesh
