"""What the shader of glossy surfaces knows of a material: the bytes of its `Material` block. Pure."""

from __future__ import annotations

import struct

from render.layers.mesh.finish import ANGLES, Finish
from render.layers.mesh.mesh_data import SAME_UV, MeshMaterial, PictureUse

BLOCK_STEP = 512
"""Bytes from one block to the next: an offset that every driver accepts for a uniform block."""
_FLOATS = struct.Struct(f"<{36 + 16 + 4 * ANGLES}f")
BLOCK_BYTES = _FLOATS.size
MATT, MATT_PICTURE = MeshMaterial(), MeshMaterial(picture=0)
"""Plain surfaces without and with a picture, for when rain or snow makes them reflect like glossy ones."""


def material_blocks(materials: list[MeshMaterial]) -> bytes:
    """The blocks of materials, each BLOCK_STEP bytes long."""
    return b"".join(material_block(material).ljust(BLOCK_STEP, b"\0") for material in materials)


def material_block(material: MeshMaterial) -> bytes:
    """Factors, then for each picture two rows of its place; the last number of each: 1 = it has a base picture. Then
    the finish."""
    factors = (material.metallic, material.roughness, material.normal_scale, material.occlusion_strength)
    pictured = float(material.picture is not None)
    rows = (value for use in material.uses for value in (*_rows(use), pictured))
    return _FLOATS.pack(*factors, *rows, *_finish(material.finish or Finish()))


def _finish(finish: Finish) -> tuple[float, ...]:
    film = finish.film or ((0.0, 0.0, 0.0),) * ANGLES
    angles = (value for colour, share in zip(film, finish.sheen_share, strict=True) for value in (*colour, share))
    coat = (finish.coat, finish.coat_roughness, finish.sheen_roughness, finish.film_share)
    return (
        *(*finish.mirror, finish.edge), *coat, *(*finish.sheen, finish.clear), *(*finish.tint, float(finish.alpha)),
        *angles,
    )  # fmt: skip


def _rows(use: PictureUse | None) -> tuple[float, ...]:
    (a, b, c), (d, e, f) = use.uv_rows if use else SAME_UV
    return (a, b, c, float(use.second_uv if use else False), d, e, f)
