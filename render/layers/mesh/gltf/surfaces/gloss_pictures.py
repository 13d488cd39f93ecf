"""A material of KHR_materials_pbrSpecularGlossiness as one of metal and roughness, its pictures converted."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.document.finishes import SpecularGlossiness
from render.layers.mesh.gltf.document.surfaces import Material, MetallicRoughness
from render.layers.mesh.gltf.document.uses import TextureInfo
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.surfaces.gloss_conversion import metal_rough
from render.layers.mesh.gltf.surfaces.pictures import GltfPictures
from stage.maths.colour_transfer import srgb_linear, srgb_signal

NAME = "KHR_materials_pbrSpecularGlossiness"
_ROWS = 256
"""Of a picture, converted together."""
Pixels = NDArray[np.uint8]
_LINEAR = srgb_linear(np.arange(256) / 255.0)
"""Of each 8 bit code."""


def as_metal_rough(
    file: GltfFile, pictures: GltfPictures, material: Material, place: str
) -> tuple[Material, dict[str, int]]:
    """The material, and the numbers of its new pictures: base, metal_rough. Raises InputError."""
    given = material.extensions.glossy or SpecularGlossiness()
    field = f"{place}.extensions.{NAME}"
    info = given.diffuse_texture or given.specular_glossiness_texture
    file.approximated(NAME, "it is converted to metal and roughness")
    if info is None:
        made = _of_factors(given)
        return material.model_copy(update={"pbr_metallic_roughness": made}), {}
    other = given.specular_glossiness_texture
    if other is not None and (other.tex_coord, other.extensions) != (info.tex_coord, info.extensions):
        file.approximated(f"{NAME} with two places of pictures", "both lie where the diffuse one does")
    base, rough = _converted(given, _pixels(pictures, given.diffuse_texture, field), _pixels(pictures, other, field))
    surface = MetallicRoughness().model_copy(
        update={
            "base_color_factor": (1.0, 1.0, 1.0, given.diffuse_factor[3]),
            "base_color_texture": info,
            "metallic_roughness_texture": info,
        }
    )
    numbers = {
        "base": pictures.made(base, info.index, linear=False),
        "metal_rough": pictures.made(rough, info.index, linear=True),
    }
    return material.model_copy(update={"pbr_metallic_roughness": surface}), numbers


def _of_factors(given: SpecularGlossiness) -> MetallicRoughness:
    made = metal_rough(
        np.array([given.diffuse_factor[:3]]), np.array([given.specular_factor]), np.array([given.glossiness_factor])
    )
    red, green, blue = (float(part) for part in made.base[0])
    factors = {
        "base_color_factor": (red, green, blue, given.diffuse_factor[3]),
        "metallic_factor": float(made.metallic[0]),
        "roughness_factor": float(made.roughness[0]),
    }
    return MetallicRoughness().model_copy(update=factors)


def _pixels(pictures: GltfPictures, info: TextureInfo | None, field: str) -> Pixels:
    """White where there is no picture."""
    found = None if info is None else pictures.pixels(info.index, field)
    return np.full((1, 1, 4), 255, np.uint8) if found is None else found


def _converted(given: SpecularGlossiness, diffuse: Pixels, glossy: Pixels) -> tuple[Pixels, Pixels]:
    """The base colour's picture and the one of metal (b) and roughness (g), both as large as the larger."""
    height, width = max(diffuse.shape[:2], glossy.shape[:2])
    diffuse, glossy = (_resized(one, width, height) for one in (diffuse, glossy))
    base, rough = diffuse.copy(), np.full((height, width, 4), 255, np.uint8)
    for first in range(0, height, _ROWS):
        rows = slice(first, first + _ROWS)
        shape = diffuse[rows].shape[:2]
        made = metal_rough(
            (_LINEAR[diffuse[rows, :, :3]] * given.diffuse_factor[:3]).reshape(-1, 3).astype(np.float64),
            (_LINEAR[glossy[rows, :, :3]] * given.specular_factor).reshape(-1, 3).astype(np.float64),
            glossy[rows, :, 3].reshape(-1) / 255.0 * given.glossiness_factor,
        )
        base[rows, :, :3] = _srgb8(made.base).reshape(*shape, 3)
        rough[rows, :, 1] = np.round(made.roughness * 255.0).reshape(shape)
        rough[rows, :, 2] = np.round(made.metallic * 255.0).reshape(shape)
    return base, rough


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _srgb8(linear: NDArray[np.float64]) -> Pixels:
    return np.round(srgb_signal(linear) * 255.0).astype(np.uint8)
