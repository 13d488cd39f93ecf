"""Picture files as the numbers they hold, and what these mean: PNG, JPEG, TIFF, OpenEXR, Radiance, PFM, NPY. IO."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render.pictures.dpx import DPX, LINEAR, LOG, UNKNOWN, log_light, monitor_light, read_dpx
from render.pictures.embedded import TIFF, embedded_in, turned
from render.pictures.exr import EXR, read_exr
from render.pictures.exr_channels import Wanted
from render.pictures.icc import ProfileError, read_profile
from render.pictures.number_files import NPY, is_pfm, read_npy, read_pfm
from render.pictures.picture_bytes import PictureError, decode, file_content, is_picture
from render.pictures.radiance import RADIANCE, read_radiance
from stage.errors import InputError
from stage.files.passport import Passport, PassportEntry, approximated, drawn
from stage.maths.colour_transfer import srgb_linear

REMEDY = "Use a PNG, JPEG, TIFF, OpenEXR or Radiance HDR that other programs open"
Light = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From (..., 3) numbers of a file, integers as 0 to 1, to scene-linear Rec.709."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """What a file holds: `codes` (h, w, c), rows from the top, c = 1 (grey), 3 (RGB) or 4 (RGBA). `light`: what they
    are unless a colour space is named. `premultiplied`: colours are already multiplied by alpha. `cube`: six faces of a
    cube, one under the other."""

    codes: NDArray[Any]
    light: Light
    premultiplied: bool = False
    cube: bool = False
    passport: Passport = ()

    @property
    def integer(self) -> bool:
        """Whether its codes are whole numbers."""
        return bool(np.issubdtype(self.codes.dtype, np.integer))

    @property
    def bits(self) -> int:
        """Of one value: 8, 16, 32."""
        return int(min(self.codes.dtype.itemsize * 8, 32))

    @property
    def plain(self) -> bool:
        """Whether it is sRGB in whole codes without alpha, as most pictures are: then a table says it all."""
        return self.light is _srgb and self.codes.dtype in (np.uint8, np.uint16) and self.codes.shape[2] in (1, 3)

    def plain_light(self, rows: slice) -> NDArray[np.float32]:
        """(n, w, 4) the opaque light of a plain one."""
        codes = self.codes[rows]
        table = _srgb_table() if codes.dtype == np.uint16 else _srgb_table()[::257]
        light = np.ones((*codes.shape[:2], 4), np.float32)
        light[:, :, :3] = table[codes]
        return light

    def values(self, rows: slice = slice(None)) -> NDArray[np.float32]:
        """(n, w, c) its numbers; integers are divided by their largest code."""
        some = self.codes[rows].astype(np.float32)
        return some / np.float32(np.iinfo(self.codes.dtype).max) if self.integer else some


def read_plane(path: Path, wanted: Wanted = "colour") -> Plane:
    """A picture's numbers, or its depth where it has both. Raises InputError."""
    try:
        return _decoded(file_content(path), path.name, wanted)
    except PictureError as error:
        raise InputError(str(path), "", str(error), REMEDY) from error


def _decoded(content: memoryview, name: str, wanted: Wanted) -> Plane:
    start = bytes(content[:8])
    if start[:4] == EXR:
        return _exr(content, name, wanted)
    if start[:2] == RADIANCE:
        pixels, said = read_radiance(content, name)
        return Plane(pixels, _as_it_is, passport=tuple(said))
    if start[:6] == NPY:
        codes = read_npy(content)
        return Plane(codes, _srgb if np.issubdtype(codes.dtype, np.integer) else _as_it_is)
    if start[:4] in DPX:
        return _dpx(content, name)
    if is_pfm(content):
        return Plane(read_pfm(content), _as_it_is)
    if not is_picture(content) and start[:4] not in TIFF:
        raise PictureError("is neither PNG, JPEG, TIFF, OpenEXR, Radiance HDR, DPX, PFM nor NPY")
    return _opencv(content, name)


def _dpx(content: memoryview, name: str) -> Plane:
    picture = read_dpx(content)
    wide = picture.codes.astype(np.float32) * np.float32(1.0 / ((1 << picture.bits) - 1))
    if picture.transfer in LOG:
        said = drawn(name, "logarithmic codes", "they are shown as Cineon: 685 is white", "Set colour_space for others")
        return Plane(wide, log_light, passport=(said,))
    if picture.transfer == LINEAR:
        return Plane(wide, _as_it_is)
    if picture.transfer in UNKNOWN:
        why, remedy = "it is not said: shown as on a BT.1886 monitor", "Set colour_space in the layer"
        return Plane(wide, monitor_light, passport=(approximated(name, "a transfer of 0 or none", why, remedy),))
    return Plane(wide, monitor_light)


def _opencv(content: memoryview, name: str) -> Plane:
    pixels = decode(content, cv2.IMREAD_UNCHANGED)
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    if pixels.shape[2] not in (1, 3, 4) or pixels.dtype not in (np.uint8, np.uint16, np.float32, np.float64):
        raise PictureError(f"has {pixels.shape[2]} channels of {pixels.dtype}")
    if pixels.shape[2] > 1:
        cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA, pixels)
    own, said = embedded_in(content), list[PassportEntry]()
    if own.orientation != 1:
        said.append(drawn(name, f"orientation {own.orientation}", "it is turned upright"))
    light: Light = _srgb if np.issubdtype(pixels.dtype, np.integer) else _as_it_is
    if own.profile is not None:
        light, more = _profiled(own.profile, light, name)
        said += more
    return Plane(turned(pixels, own.orientation), light, own.premultiplied, passport=tuple(said))


def _profiled(content: bytes, plain: Light, name: str) -> tuple[Light, list[PassportEntry]]:
    """What codes mean by an embedded profile; as without it where it cannot be applied."""
    try:
        profile = read_profile(content)
    except ProfileError as error:
        why = f"{error}: the picture is shown as if it had none"
        return plain, [approximated(name, "an embedded colour profile", why, "Convert the picture to sRGB")]
    if profile.is_srgb:
        return plain, []
    return profile.light, [drawn(name, f"colour profile {profile.name}", "its colours are converted to Rec.709")]


def _exr(content: memoryview, name: str, wanted: Wanted) -> Plane:
    picture = read_exr(content, name, wanted)
    matrix = picture.rec709_from_file
    light = _as_it_is
    if matrix is not None:
        turn = matrix.T.astype(np.float32)

        def light(colour: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.asarray(colour @ turn, np.float32)

    values = picture.values
    if values.dtype not in (np.float16, np.float32):
        values = values.astype(np.float32)
    return Plane(values, light, values.shape[2] == 4, picture.cube, picture.passport)


def _as_it_is(colour: NDArray[np.float32]) -> NDArray[np.float32]:
    return colour


def _srgb(colour: NDArray[np.float32]) -> NDArray[np.float32]:
    """By a table of 16 bits: exact for codes of 8 and 16."""
    return np.asarray(_srgb_table()[np.clip(np.rint(colour * 65535.0), 0, 65535).astype(np.uint16)], np.float32)


@lru_cache(maxsize=1)
def _srgb_table() -> NDArray[np.float32]:
    return np.asarray(srgb_linear(np.arange(65536) / 65535.0), np.float32)
