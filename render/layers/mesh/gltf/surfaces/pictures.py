"""The pictures of a glTF (glTF 2.0, section 3.8), decoded when a material first uses them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.gltf.document.surfaces import Image, Sampler, Texture
from render.layers.mesh.gltf.file import GltfFile
from render.pictures.packed_picture import decode_any_picture
from render.pictures.picture import Picture
from render.pictures.picture_bytes import PictureError
from stage.errors import InputError

MOST_PIXELS_TOGETHER = 2**29
"""In all pictures of a file together: 2 GB in memory."""

_CLAMP, MIRROR = 33071, 33648


class GltfPictures:
    """`pictures` of the textures in use: one for colours and one for plain numbers if a texture is used as both."""

    def __init__(self, file: GltfFile) -> None:
        self._file = file
        self.pictures: list[Picture] = []
        self._numbers: dict[tuple[int, bool], int | None] = {}
        self._decoded: dict[int, NDArray[np.uint8]] = {}
        self._pixels_left = MOST_PIXELS_TOGETHER

    def number(self, texture: int, linear: bool, field: str) -> int | None:
        """The number in `pictures`, None if the texture has no image. Raises InputError."""
        key = (texture, linear)
        if key not in self._numbers:
            self._numbers[key] = self._new_picture(texture, linear, field)
        return self._numbers[key]

    def pixels(self, texture: int, field: str) -> NDArray[np.uint8] | None:
        """(h, w, 4) of a texture, None if it has no image. Raises InputError."""
        own = self._file.item(self._file.document.textures, texture, "textures", field)
        return self._decode(own, f"textures[{texture}]")

    def unfolded(self, texture: int, field: str) -> tuple[float, float]:
        """What texture coordinates are multiplied by: a half along a side that repeats mirrored, because the picture
        then holds its mirror image, too."""
        self._file.item(self._file.document.textures, texture, "textures", field)
        sampler = self._sampler(texture)
        return (0.5 if sampler.wrap_s == MIRROR else 1.0, 0.5 if sampler.wrap_t == MIRROR else 1.0)

    def made(self, rgba: NDArray[np.uint8], texture: int, linear: bool) -> int:
        """The number of a picture (h, w, 4) that repeats as a texture of the file does."""
        sampler = self._sampler(texture)
        if sampler.wrap_s == MIRROR:
            rgba = np.concatenate([rgba, rgba[:, ::-1]], axis=1)
        if sampler.wrap_t == MIRROR:
            rgba = np.concatenate([rgba, rgba[::-1]], axis=0)
        across, down = sampler.wrap_s != _CLAMP, sampler.wrap_t != _CLAMP
        self.pictures.append(Picture(rgba, linear=linear, repeat_x=across, repeat_y=down))
        return len(self.pictures) - 1

    def _new_picture(self, index: int, linear: bool, field: str) -> int | None:
        rgba = self.pixels(index, field)
        if rgba is None:
            self._file.lost("textures without an image", "surfaces have their plain colour", "Export it again")
            return None
        return self.made(rgba, index, linear)

    def _sampler(self, texture: int) -> Sampler:
        number = self._file.document.textures[texture].sampler
        if number is None:
            return Sampler()
        return self._file.item(self._file.document.samplers, number, "samplers", f"textures[{texture}].sampler")

    def _decode(self, texture: Texture, place: str) -> NDArray[np.uint8] | None:
        """The first of its images that can be read. Raises InputError if there are some and none can."""
        failed: InputError | None = None
        for source in texture.sources:
            try:
                return self._image(source, f"{place}.source")
            except InputError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return None

    def _image(self, index: int, field: str) -> NDArray[np.uint8]:
        """An image's pixels; several textures share them."""
        if index not in self._decoded:
            image = self._file.item(self._file.document.images, index, "images", field)
            place = f"images[{index}]"
            try:
                rgba = decode_any_picture(self._image_bytes(image, place))
            except PictureError as error:
                raise self._file.error(place, str(error), "Use a PNG or JPEG that other programs open") from error
            self._pixels_left -= rgba.shape[0] * rgba.shape[1]
            if self._pixels_left < 0:
                raise self._file.error(place, "brings all pictures to more than 2 GB in memory", "Make them smaller")
            self._decoded[index] = rgba
        return self._decoded[index]

    def _image_bytes(self, image: Image, place: str) -> memoryview:
        if image.uri is not None:
            return self._file.uri_bytes(image.uri, f"{place}.uri")
        if image.buffer_view is None:
            raise self._file.error(place, "has neither a URI nor a buffer view")
        return self._file.view(image.buffer_view, f"{place}.bufferView")[0]
