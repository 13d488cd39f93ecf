"""Pictures of a set as OpenGL textures, with mipmaps."""

from __future__ import annotations

from typing import TypeVar

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from render.pictures.picture import Background, Picture

Pixel = TypeVar("Pixel", np.uint8, np.float16)

RGBA8 = 0x8058
SRGB8_ALPHA8 = 0x8C43
"""OpenGL's internal format whose colours become linear light when sampled, before filtering."""


def picture_texture(ctx: moderngl.Context, picture: Picture, anisotropy: float) -> moderngl.Texture:
    """A texture of colours or of plain numbers; a picture too large for the machine is reduced.

    Without anisotropy the nearest mipmap is sampled, not two mixed: on the software renderer that is a fifth of a
    textured set's cost."""
    pixels = np.ascontiguousarray(_fitting(picture.rgba, ctx))
    height, width = pixels.shape[:2]
    texture = ctx.texture((width, height), 4, pixels, internal_format=RGBA8 if picture.linear else SRGB8_ALPHA8)
    texture.repeat_x, texture.repeat_y = picture.repeat_x, picture.repeat_y
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR if anisotropy else moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
    texture.anisotropy = min(max(anisotropy, 1.0), max(ctx.max_anisotropy, 1.0))
    return texture


def equirect_texture(ctx: moderngl.Context, background: Background) -> moderngl.Texture:
    """A background texture that repeats across and ends at the poles, 16-bit float."""
    pixels = np.ascontiguousarray(_fitting(background.radiance, ctx))
    height, width = pixels.shape[:2]
    texture = ctx.texture((width, height), 3, pixels, dtype="f2", alignment=2)
    texture.repeat_x, texture.repeat_y = True, False
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    return texture


def plate_texture(ctx: moderngl.Context, radiance: NDArray[np.float16], anisotropy: float) -> moderngl.Texture:
    """A picture (h, w, 4) of light times alpha, 16-bit float, clamped at its edges; mipmaps are means."""
    pixels = np.ascontiguousarray(_fitting(radiance, ctx))
    height, width = pixels.shape[:2]
    texture = ctx.texture((width, height), 4, pixels, dtype="f2")
    texture.repeat_x = texture.repeat_y = False
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    texture.anisotropy = min(max(anisotropy, 1.0), max(ctx.max_anisotropy, 1.0))
    return texture


def blank_texture(ctx: moderngl.Context) -> moderngl.Texture:
    """One white pixel."""
    return ctx.texture((1, 1), 4, b"\xff\xff\xff\xff")


def _fitting(pixels: NDArray[Pixel], ctx: moderngl.Context) -> NDArray[Pixel]:
    """The picture, not larger than the machine's largest texture."""
    limit = int(ctx.info["GL_MAX_TEXTURE_SIZE"])
    height, width = pixels.shape[:2]
    scale = limit / max(height, width)
    if scale >= 1.0:
        return pixels
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    kind = pixels.dtype
    wide = pixels.astype(np.float32) if kind == np.float16 else pixels
    return np.asarray(cv2.resize(wide, size, interpolation=cv2.INTER_AREA)).astype(kind)
