"""The parts of a glTF 2.0 document's materials and textures that are drawn, checked for type and range. Pure.

Names and defaults are those of the glTF 2.0 specification, section 5; what is not named here is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from render.layers.mesh.gltf.document.finishes import Finishes
from render.layers.mesh.gltf.document.model import Factor, GltfModel, Index, Share
from render.layers.mesh.gltf.document.uses import TextureInfo


class NormalTexture(TextureInfo):
    """A normal map; `scale` multiplies its x and y."""

    scale: Annotated[float, Field(ge=-1e3, le=1e3)] = 1.0


class OcclusionTexture(TextureInfo):
    """An occlusion map; `strength` 0 = none of it."""

    strength: Share = 1.0


class MetallicRoughness(GltfModel):
    """Base colour, metal and roughness; the factors multiply their pictures."""

    base_color_factor: tuple[Factor, Factor, Factor, Factor] = (1.0, 1.0, 1.0, 1.0)
    base_color_texture: TextureInfo | None = None
    metallic_factor: Share = 1.0
    roughness_factor: Share = 1.0
    metallic_roughness_texture: TextureInfo | None = None


class EmissiveStrength(GltfModel):
    """KHR_materials_emissive_strength: multiplies the emissive factor."""

    emissive_strength: Factor = 1.0


class MaterialExtensions(Finishes):
    """What extends a material."""

    emissive_strength: Annotated[EmissiveStrength, Field(alias="KHR_materials_emissive_strength")] = EmissiveStrength()
    unlit: Annotated[dict[str, object] | None, Field(alias="KHR_materials_unlit")] = None


class Material(GltfModel):
    """How a surface looks."""

    name: str = ""
    pbr_metallic_roughness: MetallicRoughness = MetallicRoughness()
    normal_texture: NormalTexture | None = None
    occlusion_texture: OcclusionTexture | None = None
    emissive_texture: TextureInfo | None = None
    emissive_factor: tuple[Factor, Factor, Factor] = (0.0, 0.0, 0.0)
    alpha_mode: Literal["OPAQUE", "MASK", "BLEND"] = "OPAQUE"
    alpha_cutoff: Factor = 0.5
    double_sided: bool = False
    extensions: MaterialExtensions = MaterialExtensions()


class OtherSource(GltfModel):
    """An image in a packed format."""

    source: Index | None = None


class TextureExtensions(GltfModel):
    """What extends a texture: its image in formats that are no PNG or JPEG."""

    basis: Annotated[OtherSource, Field(alias="KHR_texture_basisu")] = OtherSource()
    avif: Annotated[OtherSource, Field(alias="EXT_texture_avif")] = OtherSource()
    webp: Annotated[OtherSource, Field(alias="EXT_texture_webp")] = OtherSource()


class Texture(GltfModel):
    """A picture and how it repeats."""

    sampler: Index | None = None
    source: Index | None = None
    extensions: TextureExtensions = TextureExtensions()

    @property
    def sources(self) -> tuple[int, ...]:
        """Its images, the one it would rather have first."""
        extended = self.extensions
        found = (extended.basis.source, extended.avif.source, extended.webp.source, self.source)
        return tuple(source for source in found if source is not None)


class Sampler(GltfModel):
    """Wrapping across (s) and down (t): 10497 repeat, 33071 clamp, 33648 mirrored repeat."""

    wrap_s: Literal[10497, 33071, 33648] = 10497
    wrap_t: Literal[10497, 33071, 33648] = 10497


class Image(GltfModel):
    """A picture, in a file, a data URI or a buffer view."""

    uri: str | None = None
    buffer_view: Index | None = None
