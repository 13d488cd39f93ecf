"""What the shader of glossy surfaces knows of a material: the bytes of its `Material` block. Pure."""

from __future__ import annotations

import struct

from render.layers.mesh.mesh_data import SAME_UV, MeshMaterial, PictureUse

BLOCK_STEP = 256
"""Bytes from one block to the next: an offset that every driver accepts for a uniform block."""
_FLOATS = struct.Struct("<36f")
BLOCK_BYTES = _FLOATS.size
MATT, MATT_PICTURE = MeshMaterial(), MeshMaterial(picture=0)
"""Plain surfaces without and with a picture, for when rain or snow makes them reflect like glossy ones."""


def material_blocks(materials: list[MeshMaterial]) -> bytes:
    """The blocks of materials, each BLOCK_STEP bytes long."""
    return b"".join(material_block(material).ljust(BLOCK_STEP, b"\0") for material in materials)


def material_block(material: MeshMaterial) -> bytes:
    """Factors, then for each picture two rows of its place; the last number of each: 1 = it has a base picture."""
    factors = (material.metallic, material.roughness, material.normal_scale, material.occlusion_strength)
    pictured = float(material.picture is not None)
    return _FLOATS.pack(*factors, *(value for use in material.uses for value in (*_rows(use), pictured)))


def _rows(use: PictureUse | None) -> tuple[float, ...]:
    (a, b, c), (d, e, f) = use.uv_rows if use else SAME_UV
    return (a, b, c, float(use.second_uv if use else False), d, e, f)
