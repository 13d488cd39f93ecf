"""The grade in numpy: the composite's effect on light, for tests and meters. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Light = NDArray[np.float64]
LUMA_709 = (0.2126, 0.7152, 0.0722)
"""ASC CDL v1.2 and ITU-R BT.709."""


Triple = tuple[float, float, float]


def graded(light: ArrayLike, slope: Triple, offset: Triple, power: Triple, saturation: float) -> Light:
    """(..., 3) scene-linear light through an ASC CDL: (in * slope + offset) ** power, then saturation.

    Limited below at 0 as the CDL says; not above at 1 as the CDL does, because 1.0 = 100 nits is no limit of a wall.
    """
    raised = np.maximum(np.asarray(light, np.float64) * np.array(slope) + np.array(offset), 0.0) ** np.array(power)
    return np.maximum(saturated(raised, saturation), 0.0)


def saturated(light: ArrayLike, saturation: float) -> Light:
    """(..., 3) light with its distance from the grey of the same luma multiplied."""
    light = np.asarray(light, np.float64)
    luma = (light @ np.array(LUMA_709))[..., None]
    return np.asarray(luma + saturation * (light - luma))
