"""Pixels read back from the graphics card, rows from the top."""

from __future__ import annotations

from typing import TypeVar

import moderngl
import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
_RGBA = 4
BYTES, FLOATS = ("f1", np.dtype(np.uint8)), ("f4", np.dtype(np.float32))
"""OpenGL's type to request, and numpy's for the result."""


def pixel_rows(framebuffer: moderngl.Framebuffer, kind: tuple[str, np.dtype[Number]]) -> NDArray[Number]:
    """(h, w, 4) of a framebuffer: `BYTES` or `FLOATS`."""
    width, height = framebuffer.size
    form, dtype = kind
    pixels = np.frombuffer(framebuffer.read(components=_RGBA, dtype=form), dtype)
    return pixels.reshape(height, width, _RGBA)[::-1].copy()
