"""The table of made camera moves, each drawn by a seed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stage.maths.arrays import Floats
from tools.bench.foresight.motions import (
    PAN,
    ROLL,
    TILT,
    Chance,
    Course,
    Cruise,
    Leg,
    Part,
    Parts,
    Wander,
    X,
    Y,
    Z,
    legs,
)

LONGEST_S = 60.0
"""Moves go on for so long, then stand."""


def made(kind: str, seed: int) -> Course:
    """A move of the table. The seed and the kind draw it: another kind of the same seed has nothing in common."""
    parts = KINDS[kind](np.random.default_rng((seed, zlib.crc32(kind.encode()))))

    def course(t_s: Floats) -> Floats:
        values = np.zeros((len(t_s), 6))
        for axis, summands in parts.items():
            values[:, axis] = sum((part.at(t_s) for part in summands), np.zeros(len(t_s)))
        return values

    return course


def _scaled(moves: list[Leg], size: float, ring: float = 0.0, ring_hz: float = 1.0, ring_s: float = 0.5) -> list[Part]:
    return [replace(leg, way=leg.way * size, ring=ring, ring_hz=ring_hz, ring_s=ring_s) for leg in moves]


def _cruises(moves: list[Leg], size: float, ease_s: float) -> list[Part]:
    """The same ways at constant speed."""
    return [Cruise(leg.start_s, leg.lasts_s, leg.way * size, min(ease_s, leg.lasts_s / 2.0)) for leg in moves]


def _dolly(chance: Chance) -> Parts:
    moves = legs(chance, LONGEST_S, (3.0, 6.0), (0.5, 2.0))
    rail = Wander.drawn(chance, 1e-4, (6.0, 14.0), 1.0)
    pan = _scaled(moves, chance.uniform(-15.0, 15.0))
    way = _cruises(moves, chance.uniform(1.0, 4.0), chance.uniform(0.5, 1.2))
    return {X: way, Z: [rail], PAN: pan, ROLL: [Wander.drawn(chance, 0.01, (4.0, 12.0), 1.0)]}


def _crane(chance: Chance) -> Parts:
    moves, hz = legs(chance, LONGEST_S, (3.0, 7.0), (0.5, 2.0)), chance.uniform(0.6, 1.3)
    size, ring = chance.uniform(0.8, 3.0), chance.uniform(0.002, 0.02)
    return {
        Z: _scaled(moves, size, ring, hz, 1.2),
        X: _scaled(moves, 0.4 * size, ring, 0.8 * hz, 1.2),
        TILT: _scaled(moves, -8.0 * size, 0.3 * ring, hz, 1.2),
        PAN: [Wander.drawn(chance, 4.0, (0.05, 0.3), 2.0)],
    }


def _jib(chance: Chance) -> Parts:
    rise, swing = (legs(chance, LONGEST_S, (1.5, 4.0), (0.2, 1.0)) for _ in range(2))
    hz = chance.uniform(1.0, 2.5)
    return {
        Z: _scaled(rise, chance.uniform(0.4, 1.5), 0.01, hz, 0.6),
        X: _scaled(swing, chance.uniform(0.4, 1.5), 0.01, 1.2 * hz, 0.6),
        Y: _scaled(swing, chance.uniform(-0.2, 0.2)),
        TILT: _scaled(rise, chance.uniform(-12.0, 0.0), 0.005, hz, 0.6),
        PAN: _scaled(swing, chance.uniform(5.0, 25.0), 0.005, 1.2 * hz, 0.6),
    }


def _whip_pan(chance: Chance) -> Parts:
    moves = legs(chance, LONGEST_S, (0.25, 0.6), (1.0, 2.0))
    size, hz = chance.uniform(40.0, 120.0), chance.uniform(3.0, 5.0)
    lean = _scaled(moves, chance.uniform(0.01, 0.04), 0.05, hz, 0.2)
    return {PAN: _scaled(moves, size, 0.006, hz, 0.15), TILT: [Wander.drawn(chance, 0.05, (0.5, 4.0), 1.0)], X: lean}


def _slow_pan(chance: Chance) -> Parts:
    moves = legs(chance, LONGEST_S, (7.0, 12.0), (0.5, 2.0))
    pan = _cruises(moves, chance.uniform(15.0, 50.0), chance.uniform(0.8, 2.0))
    tilt = _scaled(moves, chance.uniform(-4.0, 4.0))
    return {PAN: pan, TILT: tilt, X: _scaled(moves, chance.uniform(0.02, 0.1)), Y: _scaled(moves, 0.03)}


def _sine_pan(chance: Chance) -> Parts:
    def slow(size: float) -> list[Part]:
        hz = chance.uniform(0.05, 0.2)
        return [Wander(np.array([hz]), np.array([size]), chance.uniform(0.0, 6.28, 1))]

    return {PAN: slow(chance.uniform(8.0, 25.0)), TILT: slow(3.0), X: slow(chance.uniform(0.05, 0.4)), Y: slow(0.1)}


def _push_in(chance: Chance) -> Parts:
    moves = legs(chance, LONGEST_S, (5.0, 10.0), (1.0, 2.5))
    floor = Wander.drawn(chance, 1.5e-4, (2.0, 9.0), 1.0)
    way = _scaled(moves, chance.uniform(0.5, 2.5))
    return {
        Y: way,
        Z: [*_scaled(moves, 0.1), floor],
        TILT: _scaled(moves, chance.uniform(1.0, 5.0)),
        PAN: _wobble(chance),
    }


def _wobble(chance: Chance) -> list[Part]:
    """An operator who corrects the frame a little."""
    return [Wander.drawn(chance, chance.uniform(0.05, 0.2), (0.1, 2.0), 1.5)]


def _car(chance: Chance) -> Parts:
    moves = legs(chance, LONGEST_S, (6.0, 12.0), (0.5, 2.0))
    body = Wander.drawn(chance, 8e-3, (0.9, 2.2), 0.5)
    road = Wander.drawn(chance, 4e-4, (7.0, 14.0), 1.0)
    return {
        Y: _cruises(moves, chance.uniform(20.0, 40.0), 2.5),
        X: [Wander.drawn(chance, 0.2, (0.05, 0.4), 2.0)],
        Z: [body, road],
        TILT: [Wander.drawn(chance, 0.4, (0.8, 3.0), 1.0)],
        ROLL: [Wander.drawn(chance, 0.5, (0.6, 2.5), 1.0)],
        PAN: [Wander.drawn(chance, 4.0, (0.05, 0.3), 2.0)],
    }


def _hands(chance: Chance) -> Parts:
    slope = chance.uniform(1.2, 1.8)
    place: Parts = {
        axis: [Wander.drawn(chance, chance.uniform(0.008, 0.025), (0.15, 7.0), slope)] for axis in (X, Y, Z)
    }
    turn: Parts = {
        axis: [Wander.drawn(chance, chance.uniform(0.4, 1.5), (0.15, 8.0), slope - 0.3)] for axis in (PAN, TILT, ROLL)
    }
    return place | turn


def _steadicam(chance: Chance) -> Parts:
    gait = chance.uniform(1.6, 2.1)
    return {
        X: [Wander.drawn(chance, 0.5, (0.04, 0.25), 2.0), _beat(chance, gait / 2.0, 0.008)],
        Y: [Wander.drawn(chance, 0.9, (0.04, 0.2), 2.0), _beat(chance, gait, 0.004)],
        Z: [Wander.drawn(chance, 0.03, (0.05, 0.5), 1.5), _beat(chance, gait, 0.007)],
        PAN: [Wander.drawn(chance, 12.0, (0.04, 0.3), 2.0), _beat(chance, gait / 2.0, 0.2)],
        TILT: [Wander.drawn(chance, 0.8, (0.05, 0.8), 1.5), _beat(chance, gait, 0.15)],
        ROLL: [_beat(chance, gait / 2.0, 0.2), *_wobble(chance)],
    }


def _beat(chance: Chance, hz: float, size: float) -> Part:
    """Steps: nearly one frequency."""
    return Wander.drawn(chance, size, (0.96 * hz, 1.04 * hz), 0.0, 6)


def _stops(chance: Chance) -> Parts:
    pan, tilt = legs(chance, LONGEST_S, (0.6, 2.0), (0.4, 1.5)), legs(chance, LONGEST_S, (0.8, 2.5), (1.0, 3.0))
    hz = chance.uniform(3.0, 6.0)
    return {
        PAN: _cruises(pan, chance.uniform(10.0, 45.0), chance.uniform(0.2, 0.5)),
        TILT: _scaled(tilt, chance.uniform(3.0, 12.0), 0.004, hz, 0.15),
        X: _scaled(pan, 0.03, 0.02, hz, 0.15),
    }


def _drone(chance: Chance) -> Parts:
    gust = {axis: Wander.drawn(chance, chance.uniform(0.02, 0.05), (0.15, 1.5), 2.0) for axis in (X, Y, Z)}
    moves = legs(chance, LONGEST_S, (2.0, 5.0), (0.3, 1.0))
    whirr = Wander.drawn(chance, 2e-4, (8.0, 20.0), 0.5)
    return {
        X: [gust[X], *_scaled(moves, chance.uniform(1.0, 4.0), 0.02, 0.5, 0.8)],
        Y: [gust[Y], *_scaled(moves, chance.uniform(-3.0, 3.0), 0.02, 0.5, 0.8)],
        Z: [gust[Z], whirr],
        PAN: [Wander.drawn(chance, 15.0, (0.05, 0.4), 2.0)],
        TILT: [Wander.drawn(chance, 1.5, (0.2, 3.0), 1.3)],
        ROLL: [Wander.drawn(chance, 1.5, (0.2, 3.0), 1.3)],
    }


def _slider(chance: Chance) -> Parts:
    moves = legs(chance, LONGEST_S, (4.0, 9.0), (0.3, 1.0))
    pan = _cruises(moves, chance.uniform(-20.0, 20.0), 0.6)
    return {
        X: _cruises(moves, chance.uniform(0.3, 0.9), 0.4),
        PAN: pan,
        Z: [Wander.drawn(chance, 5e-5, (3.0, 15.0), 0.5)],
    }


def _robot(chance: Chance) -> Parts:
    quick = {axis: legs(chance, LONGEST_S, (0.7, 2.0), (0.1, 0.8)) for axis in range(6)}
    sizes = [*chance.uniform(0.2, 1.0, 3), *chance.uniform(5.0, 40.0, 3)]
    return {axis: _scaled(moves, float(sizes[axis]), 0.001, 6.0, 0.1) for axis, moves in quick.items()}


def _running(chance: Chance) -> Parts:
    hands, gait = _hands(chance), chance.uniform(2.5, 3.0)
    for axis, size in ((X, 0.01), (Y, 0.008), (Z, 0.02), (TILT, 0.8), (ROLL, 0.6), (PAN, 0.7)):
        hands[axis] += [_beat(chance, gait, size), _beat(chance, 2.0 * gait, 0.3 * size)]
    hands[Y].append(Wander.drawn(chance, 2.0, (0.04, 0.2), 2.0))
    return hands


def _rope(chance: Chance) -> Parts:
    hz = chance.uniform(0.25, 0.6)
    return {
        X: [_beat(chance, hz, chance.uniform(0.1, 0.6))],
        Y: [_beat(chance, 1.1 * hz, 0.1)],
        PAN: [_beat(chance, 0.6 * hz, chance.uniform(3.0, 20.0))],
        ROLL: [_beat(chance, hz, chance.uniform(2.0, 8.0))],
    }


def _boat(chance: Chance) -> Parts:
    swell = chance.uniform(0.12, 0.25)
    heave: Parts = {axis: [Wander.drawn(chance, 0.15, (0.6 * swell, 2.5 * swell), 1.0)] for axis in (X, Y, Z)}
    turn: Parts = {axis: [Wander.drawn(chance, 3.0, (0.6 * swell, 4.0 * swell), 1.0)] for axis in (PAN, TILT, ROLL)}
    return heave | turn


def _geared_head(chance: Chance) -> Parts:
    pan, tilt = legs(chance, LONGEST_S, (2.0, 6.0), (0.3, 1.5)), legs(chance, LONGEST_S, (2.0, 5.0), (0.5, 2.0))
    wheel = Wander.drawn(chance, 0.06, (0.8, 3.0), 1.0)
    return {
        PAN: [wheel, *_cruises(pan, chance.uniform(8.0, 40.0), 0.8)],
        TILT: _cruises(tilt, chance.uniform(4.0, 15.0), 0.6),
        X: _scaled(pan, 0.05),
        Z: _scaled(tilt, 0.03),
    }


def _breathing(chance: Chance) -> Parts:
    breath = chance.uniform(0.2, 0.35)
    place: Parts = {
        axis: [_beat(chance, breath, 0.003), Wander.drawn(chance, 6e-4, (0.5, 6.0), 1.5)] for axis in (X, Y, Z)
    }
    turn: Parts = {
        axis: [_beat(chance, breath, 0.15), Wander.drawn(chance, 0.05, (0.5, 8.0), 1.2)] for axis in (PAN, TILT, ROLL)
    }
    return place | turn


KINDS: dict[str, Callable[[Chance], Parts]] = {
    "dolly": _dolly,
    "crane": _crane,
    "jib": _jib,
    "whip-pan": _whip_pan,
    "slow-pan": _slow_pan,
    "sine-pan": _sine_pan,
    "push-in": _push_in,
    "car": _car,
    "hands": _hands,
    "steadicam": _steadicam,
    "stops": _stops,
    "drone": _drone,
    "slider": _slider,
    "robot": _robot,
    "running": _running,
    "rope": _rope,
    "boat": _boat,
    "geared-head": _geared_head,
    "breathing": _breathing,
}
