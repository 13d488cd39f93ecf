"""A look's effect on the set's light before it is shown: white balance, grade, the outer view's own steps. Pure.

Shared by the walls (packed for GLSL by render/wall/steps.py), the lamps and the stills.
"""

from __future__ import annotations

import colorsys
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.colour_grade import graded, saturated
from stage.maths.colour_matrix import NEUTRAL_K, white_balance
from stage.maths.pose import Vector
from stage.model.look import ChromaKey, Exposure, Grade, Look, OuterView

Floats = NDArray[np.float64]
Light = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class ShownLight:
    """The steps of one look, in the order of the methods. Light is (..., 3), linear, exposure already applied."""

    exposure: Exposure
    grade: Grade
    outer: OuterView

    @classmethod
    def of(cls, look: Look, bypass: Collection[str] = ()) -> ShownLight:
        """A look's steps; those named in `bypass` (`stage.model.wall_steps.STEPS`) are neutral."""
        return cls(
            Exposure(ev=look.exposure.ev) if "white-balance" in bypass else look.exposure,
            Grade() if "grade" in bypass else look.grade,
            OuterView() if "outer" in bypass else look.outer,
        )

    @property
    def balances(self) -> bool:
        """Whether a white other than the set's own is shown as white."""
        return (self.exposure.white_balance_k, self.exposure.tint) != (NEUTRAL_K, 0.0)

    @property
    def grades(self) -> bool:
        """Whether the grade changes anything."""
        return self.grade != Grade()

    @property
    def neutral(self) -> bool:
        """Whether inner and outer views show the set's light unchanged."""
        return not self.balances and not self.grades and self.outer == OuterView()

    def balance(self) -> Floats:
        """(3, 3) the white balance: shown = balance @ light."""
        return white_balance(self.exposure.white_balance_k, self.exposure.tint)

    def balanced(self, light: Light) -> Floats:
        """Light after the white balance; no colour falls below black."""
        return np.asarray(np.maximum(light @ self.balance().T, 0.0))

    def inner(self, balanced: Light) -> Floats:
        """What inner views show of balanced light."""
        grade = self.grade
        return graded(balanced, grade.slope, grade.offset, grade.power, grade.saturation)

    def outside(self, inner: Floats) -> Floats:
        """What outer views show of the same light, before any wall's own trim."""
        return np.maximum(saturated(inner * 2.0**self.outer.ev, self.outer.saturation), 0.0)


def key_colour(key: ChromaKey, brightest: float) -> Vector:
    """The flat colour of a chroma key whose largest part is `brightest`."""
    return colorsys.hsv_to_rgb(key.hue_deg % 360.0 / 360.0, 1.0, brightest)
