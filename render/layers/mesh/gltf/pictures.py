"""The pictures of a glTF (glTF 2.0, section 3.8), decoded when a material first uses them."""

from __future__ import annotations

from dataclasses import replace

from render.layers.mesh.gltf.document_surfaces import Image, Sampler, Texture
from render.layers.mesh.gltf.file import GltfFile
from render.pictures.picture import Picture
from render.pictures.picture_bytes import PictureError, decode_picture

MOST_PIXELS_TOGETHER = 2**29
"""In all pictures of a file together: 2 GB in memory."""

_CLAMP, _MIRROR = 33071, 33648


class GltfPictures:
    """`pictures` of the textures in use: one for colours and one for plain numbers if a texture is used as both."""

    def __init__(self, file: GltfFile) -> None:
        self._file = file
        self.pictures: list[Picture] = []
        self._numbers: dict[tuple[int, bool], int | None] = {}
        self._decoded: dict[int, Picture] = {}
        self._pixels_left = MOST_PIXELS_TOGETHER

    def number(self, texture: int, linear: bool, field: str) -> int | None:
        """The number in `pictures`, None if the texture has no PNG or JPEG. Raises InputError."""
        key = (texture, linear)
        if key not in self._numbers:
            self._numbers[key] = self._new_picture(texture, linear, field)
        return self._numbers[key]

    def _new_picture(self, index: int, linear: bool, field: str) -> int | None:
        texture = self._file.item(self._file.document.textures, index, "textures", field)
        if texture.source is None:
            self._file.lost(
                "pictures that are neither PNG nor JPEG", "they cannot be read", "Export them as PNG or JPEG"
            )
            return None
        sampler = self._sampler(texture, f"textures[{index}].sampler")
        plain = self._decode(texture.source, f"textures[{index}].source")
        across, down = sampler.wrap_s != _CLAMP, sampler.wrap_t != _CLAMP
        self.pictures.append(replace(plain, linear=linear, repeat_x=across, repeat_y=down))
        return len(self.pictures) - 1

    def _sampler(self, texture: Texture, field: str) -> Sampler:
        if texture.sampler is None:
            return Sampler()
        sampler = self._file.item(self._file.document.samplers, texture.sampler, "samplers", field)
        if _MIRROR in (sampler.wrap_s, sampler.wrap_t):
            self._file.approximated(
                "mirrored repeat of pictures", "they repeat without being mirrored", "Bake the mirroring in"
            )
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
                raise self._file.error(place, "brings all pictures to more than 2 GB in memory", "Make them smaller")
            self._decoded[index] = Picture(rgba)
        return self._decoded[index]

    def _image_bytes(self, image: Image, place: str) -> memoryview:
        if image.uri is not None:
            return self._file.uri_bytes(image.uri, f"{place}.uri")
        if image.buffer_view is None:
            raise self._file.error(place, "has neither a URI nor a buffer view")
        return self._file.view(image.buffer_view, f"{place}.bufferView")[0]
