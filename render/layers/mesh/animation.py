"""Keyframes: the nodes' values at a time of a clip (glTF 2.0, section 3.11 and appendix C). Pure, vectorised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats

Interpolation = Literal["LINEAR", "STEP", "CUBICSPLINE"]
Property = Literal["translation", "rotation", "scale"]
NEARLY_ALIKE = 0.9999
"""Cosine between two rotations above which a straight line between them is as good as the arc."""


@dataclass(frozen=True, slots=True)
class Track:
    """Keyframes at the same times of one property of several nodes. `rows` (M,) the nodes' places in their rig,
    `times_s` (K,) rising, `values` (K, M, W), or (K, 3, M, W) for CUBICSPLINE: tangent in, value, tangent out.
    Rotations are quaternions (x, y, z, w)."""

    property: Property
    interpolation: Interpolation
    rows: NDArray[np.int64]
    times_s: Floats
    values: Floats

    def at(self, time_s: float) -> Floats:
        """(M, W) the values at a time; constant before the first and after the last keyframe."""
        key, share, step_s = self._segment(time_s)
        if self.interpolation == "CUBICSPLINE":
            values = self._cubic(key, share, step_s)
        elif self.interpolation == "STEP" or share == 0.0:
            values = self.values[key]
        elif self.property == "rotation":
            return _along_arc(self.values[key], self.values[key + 1], share)
        else:
            values = self.values[key] * (1.0 - share) + self.values[key + 1] * share
        if self.property == "rotation":
            return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True))
        return values

    def _segment(self, time_s: float) -> tuple[int, float, float]:
        """The keyframe before, the share of the way to the next, and the seconds between them."""
        last = len(self.times_s) - 1
        key = int(np.searchsorted(self.times_s, time_s, side="right")) - 1
        if key < 0 or key >= last:
            return max(min(key, last), 0), 0.0, 0.0
        step_s = float(self.times_s[key + 1] - self.times_s[key])
        return key, (time_s - float(self.times_s[key])) / step_s, step_s

    def _cubic(self, key: int, share: float, step_s: float) -> Floats:
        """Hermite's spline (appendix C.5)."""
        if share == 0.0:
            return np.asarray(self.values[key, 1])
        t, t2, t3 = share, share**2, share**3
        return np.asarray(
            (2 * t3 - 3 * t2 + 1) * self.values[key, 1]
            + step_s * (t3 - 2 * t2 + t) * self.values[key, 2]
            + (3 * t2 - 2 * t3) * self.values[key + 1, 1]
            + step_s * (t3 - t2) * self.values[key + 1, 0]
        )


def _along_arc(start: Floats, end: Floats, share: float) -> Floats:
    """Rotations (M, 4) on the shorter arc between two (appendix C.4)."""
    cosine = np.einsum("ij,ij->i", start, end)
    near = np.where(cosine < 0.0, -1.0, 1.0)[:, None] * end
    cosine = np.minimum(np.abs(cosine), 1.0)
    angle = np.arccos(cosine)
    sine = np.where(cosine < NEARLY_ALIKE, np.sin(angle), 1.0)
    arc = cosine < NEARLY_ALIKE
    first = np.where(arc, np.sin((1.0 - share) * angle) / sine, 1.0 - share)
    second = np.where(arc, np.sin(share * angle) / sine, share)
    turned = first[:, None] * start + second[:, None] * near
    return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Clip:
    """A named animation; it starts at 0 and is `duration_s` long."""

    name: str
    tracks: tuple[Track, ...]

    @property
    def duration_s(self) -> float:
        """The time of its last keyframe."""
        return max((float(track.times_s[-1]) for track in self.tracks), default=0.0)

    def time_in(self, time_s: float, speed: float) -> float:
        """Where in the clip scene time `time_s` falls when it plays `speed` times as fast, over and over."""
        duration_s = self.duration_s
        return (time_s * speed) % duration_s if duration_s > 0.0 else 0.0
