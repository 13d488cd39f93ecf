"""Small pictures, depth maps and splats that ask for one thing each that is not drawn as they ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import OpenEXR

Layer = dict[str, object]
Writer = Callable[[Path], Layer]
GREY = np.full((16, 32, 3), 90, np.uint8)
CARD: Layer = {"kind": "card", "size_m": 1.0}
RELIEF: Layer = {"kind": "relief", "file": "colour.png", "depth_file": "z.png", "fov_deg": 60.0}


def card(name: str, pixels: np.ndarray, **more: object) -> Writer:
    """A card of these pixels."""

    def write(folder: Path) -> Layer:
        assert cv2.imwrite(str(folder / name), pixels)
        return {**CARD, "file": name, **more}

    return write


def equirect(width: int, height: int) -> Writer:
    """A background of a size."""

    def write(folder: Path) -> Layer:
        assert cv2.imwrite(str(folder / "sky.png"), np.full((height, width, 3), 90, np.uint8))
        return {"kind": "equirect", "file": "sky.png"}

    return write


def exr(**header: object) -> Writer:
    """A card of an OpenEXR with more in its header."""

    def write(folder: Path) -> Layer:
        planes = {name: np.full((8, 16), 0.5, np.float32) for name in "RGB"}
        kept = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}
        OpenEXR.File(kept, planes).write(str(folder / "a.exr"))
        return {**CARD, "file": "a.exr"}

    return write


def relief(depth: np.ndarray) -> Writer:
    """A relief with this depth map, linear."""

    def write(folder: Path) -> Layer:
        assert cv2.imwrite(str(folder / "colour.png"), np.full((*depth.shape[:2], 3), 90, np.uint8))
        assert cv2.imwrite(str(folder / "z.png"), depth)
        return {**RELIEF, "depth_kind": "linear", "near_m": 2.0, "far_m": 20.0}

    return write


def _ramp(first: float, last: float, kind: type[np.generic] = np.uint16) -> np.ndarray:
    return np.repeat(np.linspace(first, last, 40)[:, None], 60, axis=1).astype(kind)


CLIPPED = np.maximum(_ramp(60000, 0), 30000)
PICTURES: dict[str, tuple[Writer, str]] = {
    "a card without any alpha": (card("a.png", np.zeros((4, 4, 4), np.uint8)), "picture"),
    "a square equirect": (equirect(32, 32), "a picture of"),
    "a wide equirect": (equirect(64, 16), "a picture of"),
    "a tall equirect": (equirect(16, 64), "a picture of"),
    "pixels that are not square": (exr(pixelAspectRatio=2.0), "pixelAspectRatio"),
    "white luminance": (exr(whiteLuminance=250.0), "whiteLuminance"),
    "depth of 8 bits": (relief(_ramp(250, 5, np.uint8)), "depth"),
    "depth in colour": (relief(np.repeat(_ramp(60000, 900)[:, :, None], 3, axis=2)), "a picture in colour"),
    "clipped depth": (relief(CLIPPED), "depth"),
    "depth upside down": (relief(_ramp(900, 60000)), "depth"),
}
"""From what is lost to who writes the file and gives its layer, and a word of the line that names it."""
