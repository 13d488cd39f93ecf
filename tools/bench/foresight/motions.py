"""Camera moves made from what crews do: eased ways, rings of arms and heads, hands, steps, springs, wind.

A move is drawn by its kind and a seed: how far, how fast, how stiff. It is a sum of closed forms, so its true pose at
any moment is known exactly. Positions are metres, rotations pan, tilt and roll in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats

Chance = np.random.Generator
Course = Callable[[Floats], Floats]
"""Moments in seconds (N,) to six values (N, 6): x, y, z in metres, pan, tilt, roll in degrees."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One way from a value to the next, and how what moves swings when it stops there."""

    start_s: float
    lasts_s: float
    way: float
    ring: float = 0.0
    ring_hz: float = 1.0
    ring_s: float = 0.5

    def at(self, t_s: Floats) -> Floats:
        """The way covered: minimum jerk (Flash and Hogan 1985), then a swing that dies out, begun with no speed."""
        part = np.clip((t_s - self.start_s) / self.lasts_s, 0.0, 1.0)
        after_s = np.maximum(t_s - self.start_s - self.lasts_s, 0.0)
        swing = np.exp(-after_s / self.ring_s) * (1.0 - np.cos(math.tau * self.ring_hz * after_s))
        return self.way * (part**3 * (10.0 - 15.0 * part + 6.0 * part * part) + self.ring * swing)


@dataclass(frozen=True, slots=True)
class Cruise:
    """One way at constant speed, with `ease_s` of sine-shaped gathering and braking."""

    start_s: float
    lasts_s: float
    way: float
    ease_s: float

    def at(self, t_s: Floats) -> Floats:
        speed = self.way / (self.lasts_s - self.ease_s)
        since_s = np.clip(t_s - self.start_s, 0.0, self.lasts_s)
        return speed * (self._begun(since_s) - self._begun(since_s - self.lasts_s + self.ease_s))

    def _begun(self, since_s: Floats) -> Floats:
        """The integral of a speed that rises from 0 to 1 over `ease_s`."""
        inside_s = np.clip(since_s, 0.0, self.ease_s)
        risen = inside_s / 2.0 - self.ease_s / (2.0 * math.pi) * np.sin(math.pi * inside_s / self.ease_s)
        return risen + np.maximum(since_s - self.ease_s, 0.0)


@dataclass(frozen=True, slots=True)
class Wander:
    """Sines of random phase between two frequencies, `rms` in all; amplitudes fall with frequency to the `slope`."""

    hz: Floats
    amplitude: Floats
    phase: Floats

    @staticmethod
    def drawn(chance: Chance, rms: float, hz: tuple[float, float], slope: float, count: int = 40) -> Wander:
        edges = np.geomspace(hz[0], hz[1], count + 1)
        at_hz = chance.uniform(edges[:-1], edges[1:])
        weights = at_hz**-slope * np.sqrt(np.diff(edges))
        weights *= rms * math.sqrt(2.0 / float(np.sum(weights * weights)))
        return Wander(at_hz, weights, chance.uniform(0.0, math.tau, count))

    def at(self, t_s: Floats) -> Floats:
        return np.sin(math.tau * t_s[:, None] * self.hz + self.phase) @ self.amplitude


Part = Leg | Cruise | Wander
Parts = dict[int, list[Part]]
X, Y, Z, PAN, TILT, ROLL = range(6)


def legs(chance: Chance, seconds: float, lasts_s: tuple[float, float], rest_s: tuple[float, float]) -> list[Leg]:
    """Ways of length 1 that turn to and fro, with rests between."""
    found, at_s, sign = [], float(chance.uniform(0.3, 1.5)), 1.0
    while at_s < seconds:
        takes_s = float(chance.uniform(*lasts_s))
        found.append(Leg(at_s, takes_s, sign))
        at_s += takes_s + float(chance.uniform(*rest_s))
        sign = -sign
    return found
