"""Ways a camera moves, as linear models with noise: still, steady, restless, agile.

A mode says how a belief (`motion_belief`) ages, and how far the believed velocity and acceleration carry. Modes
without acceleration hand on `onset`: how far (m/s^2, one sigma per axis) the camera may accelerate when the mode ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from stage.maths.motion_belief import Covariance, Mean


class Mode(Protocol):
    """One way of moving."""

    def aged(self, mean: Mean, covariance: Covariance, dt_s: float) -> tuple[Mean, Covariance]:
        """The belief `dt_s` > 0 later, with the added uncertainty."""
        ...

    def reach(self, ahead_s: float) -> tuple[float, float]:
        """The factors for velocity and acceleration that give the distance covered in `ahead_s`."""
        ...


@dataclass(frozen=True, slots=True)
class Still:
    """A locked-off camera: no velocity, only a creep of `creep` (m/sqrt(s)), a random walk."""

    creep: float
    onset: float

    def aged(self, mean: Mean, covariance: Covariance, dt_s: float) -> tuple[Mean, Covariance]:
        px, py, pz, *_ = mean
        return (
            (px, py, pz, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
            (covariance[0] + self.creep * self.creep * dt_s, 0.0, 0.0, 0.0, 0.0, self.onset * self.onset),
        )

    def reach(self, ahead_s: float) -> tuple[float, float]:
        return 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Steady:
    """A dolly at speed: constant velocity, disturbed by white acceleration of density `drift` (m^2/s^3)."""

    drift: float
    onset: float

    def aged(self, mean: Mean, covariance: Covariance, dt_s: float) -> tuple[Mean, Covariance]:
        px, py, pz, vx, vy, vz, *_ = mean
        pp, pv, _, vv, _, _ = covariance
        noise = self.drift * dt_s
        return (
            (px + vx * dt_s, py + vy * dt_s, pz + vz * dt_s, vx, vy, vz, 0.0, 0.0, 0.0),
            (
                pp + dt_s * (2.0 * pv + dt_s * (vv + noise / 3.0)),
                pv + dt_s * (vv + noise / 2.0),
                0.0,
                vv + noise,
                0.0,
                self.onset * self.onset,
            ),
        )

    def reach(self, ahead_s: float) -> tuple[float, float]:
        return ahead_s, 0.0


@dataclass(frozen=True, slots=True)
class Restless:
    """Hands correcting themselves: velocity that fades within `fade_s` and is renewed by white acceleration of
    density `drift` (m^2/s^3), an Ornstein-Uhlenbeck process. The noise of one step is right to first order in
    dt / fade, which only matters across gaps."""

    drift: float
    fade_s: float
    onset: float

    def aged(self, mean: Mean, covariance: Covariance, dt_s: float) -> tuple[Mean, Covariance]:
        px, py, pz, vx, vy, vz, *_ = mean
        pp, pv, _, vv, _, _ = covariance
        kept = math.exp(-dt_s / self.fade_s)
        b = self.fade_s * (1.0 - kept)
        noise = self.drift * dt_s
        ppv = pv + b * vv
        return (
            (px + b * vx, py + b * vy, pz + b * vz, kept * vx, kept * vy, kept * vz, 0.0, 0.0, 0.0),
            (
                pp + b * (pv + ppv) + noise * dt_s * dt_s / 3.0,
                kept * ppv + noise * dt_s / 2.0,
                0.0,
                kept * kept * vv + noise,
                0.0,
                self.onset * self.onset,
            ),
        )

    def reach(self, ahead_s: float) -> tuple[float, float]:
        return self.fade_s * (1.0 - math.exp(-ahead_s / self.fade_s)), 0.0


@dataclass(frozen=True, slots=True)
class Agile:
    """A camera in hands: acceleration that fades within `fade_s` and is renewed by white jerk of density
    `jerk` (m^2/s^5). Singer, IEEE Trans. AES-6 no. 4 (1970); the noise of one step is that of pure white jerk,
    right to first order in dt / fade, which only matters across gaps."""

    jerk: float
    fade_s: float

    def aged(self, mean: Mean, covariance: Covariance, dt_s: float) -> tuple[Mean, Covariance]:
        px, py, pz, vx, vy, vz, ax, ay, az = mean
        pp, pv, pa, vv, va, aa = covariance
        kept = math.exp(-dt_s / self.fade_s)
        b = self.fade_s * (1.0 - kept)
        g = self.fade_s * (dt_s - b)
        noise = self.jerk * dt_s
        square = dt_s * dt_s
        ppv = pv + dt_s * vv + g * va
        ppa = pa + dt_s * va + g * aa
        vva = va + b * aa
        return (
            (
                px + dt_s * vx + g * ax,
                py + dt_s * vy + g * ay,
                pz + dt_s * vz + g * az,
                vx + b * ax,
                vy + b * ay,
                vz + b * az,
                kept * ax,
                kept * ay,
                kept * az,
            ),
            (
                pp + dt_s * (pv + ppv) + g * (pa + ppa) + noise * square * square / 20.0,
                ppv + b * ppa + noise * square * dt_s / 8.0,
                kept * ppa + noise * square / 6.0,
                vv + b * (va + vva) + noise * square / 3.0,
                kept * vva + noise * dt_s / 2.0,
                kept * kept * aa + noise,
            ),
        )

    def reach(self, ahead_s: float) -> tuple[float, float]:
        return ahead_s, self.fade_s * (ahead_s - self.fade_s * (1.0 - math.exp(-ahead_s / self.fade_s)))
