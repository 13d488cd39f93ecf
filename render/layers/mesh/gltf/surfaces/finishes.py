"""The extensions of a glTF's material as a finish, and what is said of each in the passport.

KHR_materials_clearcoat, _transmission, _volume, _ior, _specular, _sheen, _iridescence, _anisotropy. Their pictures are
drawn as their mean.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from render.layers.mesh.finish import Finish
from render.layers.mesh.gltf.document.finishes import Finishes
from render.layers.mesh.gltf.document.surfaces import Material
from render.layers.mesh.gltf.document.uses import TextureInfo
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.surfaces.pictures import GltfPictures
from render.layers.mesh.gltf.surfaces.sheen import sheen_share
from render.layers.mesh.gltf.surfaces.thin_film import film_table
from stage.maths.colour_transfer import srgb_linear
from stage.maths.pose import Vector

BLENDED = "what is behind shows through it, neither bent nor blurred"
ONE_VOLUME = "its colour tints what is behind it, everywhere as where it is thickest"
MEANS = "its pictures are drawn as their mean, the same everywhere"
ROUND = "highlights are round, as wide as they are long and narrow together"
Said = tuple[str, str]


class GltfFinishes:
    """Makes finishes, and counts what is drawn otherwise until `say` puts it into the passport."""

    def __init__(self, file: GltfFile, pictures: GltfPictures) -> None:
        self._file, self._pictures = file, pictures
        self._said: Counter[Said] = Counter()
        self._drawn: Counter[str] = Counter()

    def of(self, material: Material, place: str) -> Finish | None:
        """What the material has beyond metal and roughness; None if nothing. Raises InputError."""
        given = material.extensions
        if given.unlit is not None:
            return None
        made = self._mirroring(given, place)
        made = self._varnished(made, given, place)
        made = self._cloth(made, given, place)
        made = self._glass(made, given, place)
        made = self._filmed(made, material, place)
        if made.clear:
            made = replace(made, alpha=material.alpha_mode == "BLEND")
        if given.dispersion is not None:
            self._said["KHR_materials_dispersion", "light is not split into colours"] += 1
        if given.diffuse_transmission is not None:
            self._said["KHR_materials_diffuse_transmission", "no light comes through from behind"] += 1
        return None if replace(made, alpha=False) == Finish() else made

    def roughness(self, material: Material) -> float:
        """What the roughness is multiplied by, so that an anisotropic highlight's area stays. Its width along is alpha
        + (1 - alpha) strength^2; across it is alpha."""
        strength = material.extensions.anisotropy.anisotropy_strength
        alpha = max(material.pbr_metallic_roughness.roughness_factor, 0.03) ** 2
        if strength == 0.0:
            return 1.0
        self._said["KHR_materials_anisotropy", ROUND] += 1
        return float(((alpha + (1.0 - alpha) * strength**2) / alpha) ** 0.25)

    def say(self) -> None:
        """Put what was found into the passport: each extension with the number of its materials."""
        for name, count in self._drawn.items():
            self._file.drawn(_on(name, count))
        for (name, why), count in self._said.items():
            if name in _LOST:
                self._file.lost(_on(name, count), why)
            else:
                self._file.approximated(_on(name, count), why, _REMEDIES.get(why, ""))

    def _mirroring(self, given: Finishes, place: str) -> Finish:
        """How much its dielectric part mirrors: by its index of refraction, and by KHR_materials_specular."""
        ior, own = given.ior.ior, given.specular
        share = ((ior - 1.0) / (ior + 1.0)) ** 2 if ior > 0.0 else 1.0
        edge = own.specular_factor * self._mean(own.specular_texture, 3, f"{place}.specularTexture")
        tint = self._mean_colour(own.specular_color_texture, f"{place}.specularColorTexture")
        self._note("KHR_materials_specular", (own.specular_texture, own.specular_color_texture), own != type(own)())
        red, green, blue = (
            min(share * factor * mean, 1.0) * edge for factor, mean in zip(own.specular_color_factor, tint, strict=True)
        )
        plain = Finish()
        straight = (red, green, blue)
        return plain if ior == 1.5 and own == type(own)() else replace(plain, mirror=straight, edge=edge)

    def _varnished(self, made: Finish, given: Finishes, place: str) -> Finish:
        own = given.clearcoat
        pictures = (own.clearcoat_texture, own.clearcoat_roughness_texture, own.clearcoat_normal_texture)
        coat = own.clearcoat_factor * self._mean(own.clearcoat_texture, 0, f"{place}.clearcoatTexture")
        rough = own.clearcoat_roughness_factor * self._mean(own.clearcoat_roughness_texture, 1, place)
        self._note("KHR_materials_clearcoat", pictures, coat > 0.0)
        return replace(made, coat=coat, coat_roughness=rough) if coat > 0.0 else made

    def _cloth(self, made: Finish, given: Finishes, place: str) -> Finish:
        own = given.sheen
        mean = self._mean_colour(own.sheen_color_texture, f"{place}.sheenColorTexture")
        red, green, blue = (factor * part for factor, part in zip(own.sheen_color_factor, mean, strict=True))
        if max(red, green, blue) == 0.0:
            return made
        rough = own.sheen_roughness_factor * self._mean(own.sheen_roughness_texture, 3, place)
        self._note("KHR_materials_sheen", (own.sheen_color_texture, own.sheen_roughness_texture), True)
        return replace(made, sheen=(red, green, blue), sheen_roughness=rough, sheen_share=sheen_share(rough))

    def _glass(self, made: Finish, given: Finishes, place: str) -> Finish:
        own, volume = given.transmission, given.volume
        clear = own.transmission_factor * self._mean(own.transmission_texture, 0, f"{place}.transmissionTexture")
        if clear == 0.0:
            return made
        self._said["KHR_materials_transmission", BLENDED] += 1
        if own.transmission_texture is not None:
            self._said["KHR_materials_transmission", MEANS] += 1
        tint: Vector = (1.0, 1.0, 1.0)
        if volume.thickness_factor > 0.0 and volume.attenuation_distance and volume.attenuation_color != tint:
            self._said["KHR_materials_volume", ONE_VOLUME] += 1
            way = volume.thickness_factor * self._mean(volume.thickness_texture, 1, f"{place}.thicknessTexture")
            red, green, blue = (part ** (way / volume.attenuation_distance) for part in volume.attenuation_color)
            tint = (red, green, blue)
        elif volume.thickness_factor > 0.0:
            self._drawn["KHR_materials_volume"] += 1
        return replace(made, clear=clear, tint=tint)

    def _filmed(self, made: Finish, material: Material, place: str) -> Finish:
        own, surface = material.extensions.iridescence, material.pbr_metallic_roughness
        share = own.iridescence_factor * self._mean(own.iridescence_texture, 0, f"{place}.iridescenceTexture")
        if share == 0.0:
            return made
        deep = self._mean(own.iridescence_thickness_texture, 1, f"{place}.iridescenceThicknessTexture")
        thickness = own.iridescence_thickness_minimum * (1.0 - deep) + own.iridescence_thickness_maximum * deep
        metal = surface.metallic_factor
        red, green, blue = (
            plain * (1.0 - metal) + colour * metal
            for plain, colour in zip(made.mirror, surface.base_color_factor[:3], strict=True)
        )
        self._note("KHR_materials_iridescence", (own.iridescence_texture, own.iridescence_thickness_texture), True)
        return replace(made, film=film_table((red, green, blue), own.iridescence_ior, thickness), film_share=share)

    def _note(self, name: str, pictures: tuple[TextureInfo | None, ...], there: bool) -> None:
        """It is drawn as it is, or with its pictures as their mean."""
        if any(picture is not None for picture in pictures):
            self._said[name, MEANS] += 1
        elif there:
            self._drawn[name] += 1

    def _mean(self, info: TextureInfo | None, channel: int, place: str) -> float:
        """The mean of a channel, 1 without a picture."""
        pixels = None if info is None else self._pictures.pixels(info.index, place)
        return 1.0 if pixels is None else float(pixels[:, :, channel].mean(dtype=np.float64)) / 255.0

    def _mean_colour(self, info: TextureInfo | None, place: str) -> Vector:
        pixels = None if info is None else self._pictures.pixels(info.index, place)
        if pixels is None:
            return (1.0, 1.0, 1.0)
        red, green, blue = _LINEAR[pixels[:, :, :3]].mean(axis=(0, 1), dtype=np.float64)
        return (float(red), float(green), float(blue))


_LINEAR = srgb_linear(np.arange(256) / 255.0).astype(np.float32)
"""Of each 8 bit code."""
_LOST = frozenset({"KHR_materials_dispersion", "KHR_materials_diffuse_transmission"})
_REMEDIES = {MEANS: "Split the material where they differ much", ROUND: "Look at the preview"}


def _on(name: str, count: int) -> str:
    return f"{name} on {count} material{'s' if count > 1 else ''}"
