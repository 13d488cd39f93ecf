"""Extensions of a glTF 2.0 material: coats, glass, cloth, films; checked for type and range. Pure.

Names and defaults are those of the extensions' specifications (KHR_materials_*).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from render.layers.mesh.gltf.document.model import Factor, GltfModel, Share, within
from render.layers.mesh.gltf.document.uses import TextureInfo

Rgb = tuple[Factor, Factor, Factor]
WHITE: Rgb = (1.0, 1.0, 1.0)
BLACK: Rgb = (0.0, 0.0, 0.0)
Length = Annotated[float, within(0.0, 1e6), Field(ge=0, le=1e6)]


class Clearcoat(GltfModel):
    """A layer of varnish."""

    clearcoat_factor: Share = 0.0
    clearcoat_texture: TextureInfo | None = None
    clearcoat_roughness_factor: Share = 0.0
    clearcoat_roughness_texture: TextureInfo | None = None
    clearcoat_normal_texture: TextureInfo | None = None


class Transmission(GltfModel):
    """How much light goes through the surface."""

    transmission_factor: Share = 0.0
    transmission_texture: TextureInfo | None = None


class Volume(GltfModel):
    """What lies behind the surface: `attenuation_distance` after which light has the attenuation's colour."""

    thickness_factor: Length = 0.0
    thickness_texture: TextureInfo | None = None
    attenuation_distance: Length | None = None
    attenuation_color: Rgb = WHITE


class Ior(GltfModel):
    """The index of refraction; 0 = a mirror at every angle (for old materials)."""

    ior: Annotated[float, within(0.0, 100.0), Field(ge=0, le=100)] = 1.5


class Specular(GltfModel):
    """How much and in which colour a dielectric mirrors."""

    specular_factor: Share = 1.0
    specular_texture: TextureInfo | None = None
    specular_color_factor: Rgb = WHITE
    specular_color_texture: TextureInfo | None = None


class Sheen(GltfModel):
    """The bloom of cloth."""

    sheen_color_factor: Rgb = BLACK
    sheen_color_texture: TextureInfo | None = None
    sheen_roughness_factor: Share = 0.0
    sheen_roughness_texture: TextureInfo | None = None


class Iridescence(GltfModel):
    """A film as thin as light is long; nanometres."""

    iridescence_factor: Share = 0.0
    iridescence_texture: TextureInfo | None = None
    iridescence_ior: Annotated[float, within(1.0, 10.0), Field(ge=1, le=10)] = 1.3
    iridescence_thickness_minimum: Length = 100.0
    iridescence_thickness_maximum: Length = 400.0
    iridescence_thickness_texture: TextureInfo | None = None


class Anisotropy(GltfModel):
    """Highlights that are longer in one direction."""

    anisotropy_strength: Share = 0.0
    anisotropy_texture: TextureInfo | None = None


class SpecularGlossiness(GltfModel):
    """The older way to describe a surface (KHR_materials_pbrSpecularGlossiness)."""

    diffuse_factor: tuple[Factor, Factor, Factor, Factor] = (1.0, 1.0, 1.0, 1.0)
    diffuse_texture: TextureInfo | None = None
    specular_factor: Rgb = WHITE
    glossiness_factor: Share = 1.0
    specular_glossiness_texture: TextureInfo | None = None


class Finishes(GltfModel):
    """Those that a material may have."""

    clearcoat: Annotated[Clearcoat, Field(alias="KHR_materials_clearcoat")] = Clearcoat()
    transmission: Annotated[Transmission, Field(alias="KHR_materials_transmission")] = Transmission()
    volume: Annotated[Volume, Field(alias="KHR_materials_volume")] = Volume()
    ior: Annotated[Ior, Field(alias="KHR_materials_ior")] = Ior()
    specular: Annotated[Specular, Field(alias="KHR_materials_specular")] = Specular()
    sheen: Annotated[Sheen, Field(alias="KHR_materials_sheen")] = Sheen()
    iridescence: Annotated[Iridescence, Field(alias="KHR_materials_iridescence")] = Iridescence()
    anisotropy: Annotated[Anisotropy, Field(alias="KHR_materials_anisotropy")] = Anisotropy()
    glossy: Annotated[SpecularGlossiness | None, Field(alias="KHR_materials_pbrSpecularGlossiness")] = None
    dispersion: Annotated[dict[str, object] | None, Field(alias="KHR_materials_dispersion")] = None
    diffuse_transmission: Annotated[dict[str, object] | None, Field(alias="KHR_materials_diffuse_transmission")] = None
