"""The materials of a glTF as they are drawn: base colour, light of their own, holes (sections 3.8 and 3.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from render.scene.gltf_document import Image, Material, Sampler, Texture, TextureInfo, TextureTransform
from render.scene.gltf_file import GltfFile
from render.scene.picture_bytes import PictureError, decode_picture
from render.scene.scene_data import MeshMaterial, Picture
from stage.maths.pose import ORIGIN, Vector

MOST_PIXELS_TOGETHER = 2**29
"""In all pictures of a file: 2 GB in memory."""
BLEND_CUTOFF = 0.5

_REPEAT, _CLAMP, _MIRROR = 10497, 33071, 33648


class Surface(NamedTuple):
    """A material in use: its number in `materials`, and how its picture takes texture coordinates."""

    number: int
    coordinates: str = "TEXCOORD_0"
    transform: TextureTransform = TextureTransform()


class GltfMaterials:
    """Materials and pictures, made when a mesh first uses them."""

    def __init__(self, file: GltfFile) -> None:
        self._file = file
        self.materials: list[MeshMaterial] = []
        self.pictures: list[Picture] = []
        self._surfaces: dict[int | None, Surface] = {}
        self._picture_of_texture: dict[int, int] = {}
        self._decoded: dict[int, Picture] = {}
        self._pixels_left = MOST_PIXELS_TOGETHER

    def surface(self, index: int | None, field: str) -> Surface:
        """Material `index`, or the default one. Raises InputError where it or its picture is not right."""
        if index not in self._surfaces:
            self._surfaces[index] = self._new_surface(index, field)
        return self._surfaces[index]

    def _new_surface(self, index: int | None, field: str) -> Surface:
        if index is None:
            material, place = Material(), "material"
        else:
            material, place = (
                self._file.item(self._file.document.materials, index, "materials", field),
                f"materials[{index}]",
            )
        self._note_undrawn(material)
        info = material.pbr_metallic_roughness.base_color_texture
        look = _look(material)
        if info is None:
            self.materials.append(look)
            return Surface(len(self.materials) - 1)
        picture = self._picture(info.index, f"{place}.pbrMetallicRoughness.baseColorTexture.index")
        self.materials.append(replace(look, picture=picture))
        return Surface(len(self.materials) - 1, *_coordinates(info))

    def _note_undrawn(self, material: Material) -> None:
        if material.alpha_mode == "BLEND":
            self._file.note("see-through materials are drawn as solid, with holes where alpha is below 0.5")
        if material.normal_texture is not None:
            self._file.note("normal maps are not drawn")
        if material.emissive_texture is not None:
            self._file.note("light from emissive pictures is not drawn")

    def _picture(self, texture: int, field: str) -> int:
        """The number in `pictures`, -1 where the texture has no PNG or JPEG."""
        if texture not in self._picture_of_texture:
            self._picture_of_texture[texture] = self._new_picture(texture, field)
        return self._picture_of_texture[texture]

    def _new_picture(self, index: int, field: str) -> int:
        document = self._file.document
        texture = self._file.item(document.textures, index, "textures", field)
        if texture.source is None:
            self._file.note("pictures that are neither PNG nor JPEG are not drawn")
            return -1
        sampler = self._sampler(texture, f"textures[{index}].sampler")
        plain = self._decode(texture.source, f"textures[{index}].source")
        repeats = replace(plain, repeat_x=sampler.wrap_s != _CLAMP, repeat_y=sampler.wrap_t != _CLAMP)
        self.pictures.append(repeats)
        return len(self.pictures) - 1

    def _sampler(self, texture: Texture, field: str) -> Sampler:
        if texture.sampler is None:
            return Sampler()
        sampler = self._file.item(self._file.document.samplers, texture.sampler, "samplers", field)
        if _MIRROR in (sampler.wrap_s, sampler.wrap_t):
            self._file.note("pictures that repeat mirrored repeat unmirrored")
        return sampler

    def _decode(self, index: int, field: str) -> Picture:
        """An image as a picture that repeats; several textures share one."""
        if index not in self._decoded:
            image = self._file.item(self._file.document.images, index, "images", field)
            place = f"images[{index}]"
            try:
                rgba = decode_picture(self._image_bytes(image, place))
            except PictureError as error:
                raise self._file.error(place, str(error), "Use a PNG or JPEG that other programs open") from error
            self._pixels_left -= rgba.shape[0] * rgba.shape[1]
            if self._pixels_left < 0:
                raise self._file.error(place, "makes all pictures larger than 2 GB in memory", "Make them smaller")
            self._decoded[index] = Picture(rgba)
        return self._decoded[index]

    def _image_bytes(self, image: Image, place: str) -> memoryview:
        if image.uri is not None:
            return self._file.uri_bytes(image.uri, f"{place}.uri")
        if image.buffer_view is None:
            raise self._file.error(place, "has neither a URI nor a buffer view")
        return self._file.view(image.buffer_view, f"{place}.bufferView")[0]


def _coordinates(info: TextureInfo) -> tuple[str, TextureTransform]:
    transform = info.extensions.transform or TextureTransform()
    number = info.tex_coord if transform.tex_coord is None else transform.tex_coord
    return f"TEXCOORD_{number}", transform


def _look(material: Material) -> MeshMaterial:
    """The material without its picture."""
    cutoff = {"OPAQUE": 0.0, "MASK": material.alpha_cutoff, "BLEND": BLEND_CUTOFF}[material.alpha_mode]
    unlit = material.extensions.unlit is not None
    return MeshMaterial(
        base_colour=material.pbr_metallic_roughness.base_color_factor,
        emissive=ORIGIN if unlit or material.emissive_texture is not None else _emissive(material),
        alpha_cutoff=cutoff,
        double_sided=material.double_sided,
        unlit=unlit,
    )


def _emissive(material: Material) -> Vector:
    strength = material.extensions.emissive_strength.emissive_strength
    red, green, blue = material.emissive_factor
    return (red * strength, green * strength, blue * strength)
