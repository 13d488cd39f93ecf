"""Surfaces without gloss and relief: what a renderer draws that has no card to draw the rest with."""

from __future__ import annotations

from dataclasses import replace

from render.layers.mesh.mesh_data import MeshData, MeshMaterial

METAL = 0.5
"""From here on a surface is metal, and nothing without its gloss."""


def matt(meshes: MeshData) -> MeshData:
    """The same meshes, matt but for metals and glass: base colour, holes, glow and light as they are."""
    return replace(meshes, materials=tuple(_matt(material) for material in meshes.materials))


def _matt(material: MeshMaterial) -> MeshMaterial:
    if material.blend or material.metallic >= METAL:
        return material
    return replace(material, metallic=0.0, roughness=1.0, metal_rough=None, normal=None, occlusion=None, finish=None)
