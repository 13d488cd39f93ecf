"""The target of each fixture: the light of the virtual set, from the field round the mark and the frame's look.

The field is the set's own light. Exposure, white balance, grade and outer view are applied here, exactly as on the
walls in the same frame. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.light_cube import lobe, lobe_weights
from stage.maths.pose import Vector
from stage.maths.projection import dot, offset, unit
from stage.messages.lights import LightField
from stage.model.fixture import Fixture
from stage.model.look import Look
from stage.show.shown_light import ShownLight
from stage.units import NITS_PER_UNIT


def shown_light(light: Floats, look: Look, bypass: Collection[str] = ()) -> Floats:
    """(..., 3) the set's linear light as the outer view of the walls shows it, before any wall's own trim."""
    steps = ShownLight.of(look, bypass)
    return steps.outside(steps.inner(steps.balanced(light * look.exposure.gain)))


class Illumination:
    """The directions of one stage's fixtures. `mark_m`: where they shine to unless they have their own aim."""

    def __init__(self, fixtures: Sequence[Fixture], mark_m: Vector) -> None:
        self._fixtures = tuple(fixtures)
        self._from = [unit(offset(each.position_m, each.aim_m or mark_m)) for each in self._fixtures]
        self._peaks = np.array([each.peak_lux / each.gain if each.gain else math.inf for each in self._fixtures])
        self._weights: dict[int, Floats] = {}

    def lux(self, field: LightField, look: Look, bypass: Collection[str] = ()) -> Floats:
        """(F, 3) illuminance that each fixture represents, by colour: linear Rec.709, lux."""
        radiance = np.frombuffer(field.faces, np.float32).reshape(-1, 3).astype(np.float64)
        weights = self._of_texels(field.face_px)
        sun = shown_light(np.array(field.sun), look, bypass)
        facing = np.array([dot(toward, field.sun_toward) for toward in self._from])
        sunlit = [float(lobe(facing[i], each.spread_deg)) for i, each in enumerate(self._fixtures)]
        from_sun = np.outer(sunlit, sun) * math.pi
        return np.asarray((weights @ shown_light(radiance, look, bypass) + from_sun) * NITS_PER_UNIT)

    def relative(self, field: LightField, look: Look, bypass: Collection[str] = ()) -> Floats:
        """(F, 3) the same, 1 = the fixture's peak; its gain is included."""
        return np.asarray(self.lux(field, look, bypass) / self._peaks[:, None])

    def _of_texels(self, face_px: int) -> Floats:
        """(F, 6 n^2), computed once for each size."""
        if face_px not in self._weights:
            pairs = zip(self._from, self._fixtures, strict=True)
            self._weights[face_px] = np.array([lobe_weights(at, each.spread_deg, face_px) for at, each in pairs])
        return self._weights[face_px]
