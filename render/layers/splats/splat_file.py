"""The .splat file of web viewers: 32 bytes a splat, no header, no directions. Pure.

Position and standard deviations as floats, colour and opacity as 8 bits of screen and share, a quaternion w, x, y, z
of 8 bits round 128. Axes are those of the .ply it was made of.
"""

from __future__ import annotations

import numpy as np

from render.layers.splats.coding import CONSTANT_HARMONIC, RawSplats
from stage.errors import InputError

SPLAT_BYTES = 32
_ROW = np.dtype([("position", "<f4", 3), ("scale", "<f4", 3), ("rgba", "u1", 4), ("rotation", "u1", 4)])


def read_splat(content: bytes, where: str) -> RawSplats:
    """Raises InputError where it is no whole number of splats."""
    if not content or len(content) % SPLAT_BYTES:
        problem = f"has {len(content)} bytes, not a whole number of splats of {SPLAT_BYTES}"
        raise InputError(where, "", problem, "The file is cut off: copy it again")
    rows = np.frombuffer(content, _ROW)
    colour = rows["rgba"].astype(np.float32) / np.float32(255.0)
    return RawSplats(
        rows["position"].astype(np.float32),
        (rows["rotation"].astype(np.float32) - np.float32(128.0)) / np.float32(128.0),
        rows["scale"].astype(np.float32),
        colour[:, 3],
        ((colour[:, None, :3] - np.float32(0.5)) / np.float32(CONSTANT_HARMONIC)).astype(np.float32),
    )
