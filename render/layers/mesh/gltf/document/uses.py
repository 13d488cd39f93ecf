"""How a glTF 2.0 material uses a texture, checked for type and range. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from render.layers.mesh.gltf.document.model import GltfModel, Index

Shift = Annotated[float, Field(ge=-1e6, le=1e6)]


class TextureTransform(GltfModel):
    """KHR_texture_transform: texture coordinates scaled, then rotated, then moved."""

    offset: tuple[Shift, Shift] = (0.0, 0.0)
    rotation: float = 0.0
    scale: tuple[Shift, Shift] = (1.0, 1.0)
    tex_coord: Index | None = None


class TextureInfoExtensions(GltfModel):
    """What extends the use of a texture."""

    transform: Annotated[TextureTransform | None, Field(alias="KHR_texture_transform")] = None


class TextureInfo(GltfModel):
    """A use of a texture: which one, and with which set of coordinates."""

    index: Index
    tex_coord: Index = 0
    extensions: TextureInfoExtensions = TextureInfoExtensions()
