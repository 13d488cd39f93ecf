"""Pictures of any colour space as the light inside OpenStage: scene-linear, Rec.709 primaries, 1.0 = 100 nits.

OpenColorIO is imported only where a space needs it, so a restarted render process does not wait for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.maths.colour_transfer import srgb_linear

if TYPE_CHECKING:
    import PyOpenColorIO

CONFIG = "studio-config-v2.1.0_aces-v1.3_ocio-v2.3"
"""The pinned OpenColorIO config: includes cameras' logarithmic curves; OpenVPCal builds on it."""
INSIDE = "Linear Rec.709 (sRGB)"
"""Its name of the space inside OpenStage."""
MOST_NAMES = 12

Picture = NDArray[np.float32]


def to_scene_linear(pixels: Picture, colour_space: str) -> Picture:
    """(..., 3 or 4) float32 of a colour space as scene-linear light; alpha and the given array are unchanged.

    `colour_space` is `srgb` (IEC 61966-2-1), `linear` (as inside), or a name or alias of a space of `CONFIG`, such as
    `ACEScg`, `ARRI LogC4`. Code values are 0 to 1. Raises InputError where there is no such space; the caller adds
    the file and the field.
    """
    if colour_space == "linear":
        return pixels.astype(np.float32)
    result = np.array(pixels, np.float32, order="C")
    if colour_space == "srgb":
        result[..., :3] = srgb_linear(result[..., :3])
        return result
    colours = np.ascontiguousarray(result[..., :3])
    _processor(colour_space).applyRGB(colours)
    result[..., :3] = colours
    return result


def check_colour_space(colour_space: str) -> None:
    """Raises InputError where `to_scene_linear` would."""
    if colour_space not in ("linear", "srgb"):
        _processor(colour_space)


@lru_cache(maxsize=32)
def _processor(colour_space: str) -> PyOpenColorIO.CPUProcessor:
    config = builtin_config(CONFIG)
    if config.getColorSpace(colour_space) is None:
        known = [space.getName() for space in config.getColorSpaces()]
        close = [name for name in known if colour_space.lower().split()[0] in name.lower()] or known
        raise InputError(
            colour_space,
            "",
            f"{CONFIG} has no such colour space",
            f"Use `srgb`, `linear` or one of: {', '.join(close[:MOST_NAMES])}",
        )
    return exact_cpu(config.getProcessor(colour_space, INSIDE))


@lru_cache(maxsize=4)
def builtin_config(name: str) -> PyOpenColorIO.Config:
    """A config that comes with OpenColorIO, by name."""
    import PyOpenColorIO

    return PyOpenColorIO.Config.CreateFromBuiltinConfig(name)


def exact_cpu(processor: PyOpenColorIO.Processor) -> PyOpenColorIO.CPUProcessor:
    """A processor's arithmetic on numpy arrays, without OpenColorIO's approximations of powers and logarithms."""
    import PyOpenColorIO

    return processor.getOptimizedCPUProcessor(PyOpenColorIO.OptimizationFlags.OPTIMIZATION_LOSSLESS)
