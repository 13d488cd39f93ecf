"""Keeps the light round the mark up to date: changed faces are measured one by one in a frame's spare time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from render.light.light_field_pass import DRAWN_PX, KEPT_PX, LightFace
from stage.clock import Clock
from stage.maths.light_cube import FACES, texel_at
from stage.maths.pose import Vector
from stage.messages.frames import Frame
from stage.messages.lights import LightField
from stage.units import NS_PER_S

SAFETY = 2.0
"""A face is begun only if this many times the recent cost of a face is left before the frame's present time."""
AGAIN_NS = NS_PER_S
"""An unchanged field is published again after this time, for a lights process that has restarted."""
STARVED_NS = NS_PER_S
"""If frames are late anyway, a face is measured after this time without one."""
FORGETTING = 0.9
"""The recent cost of a face decays by a tenth each turn, down to the least ever."""
BEFORE = -1
"""The frame number of a face measured before any frame: it counts as the first frame's."""
_NEIGHBOURS = 1

LightKey = tuple[object, ...]


class LightMeter(Protocol):
    """Measures light in the set that is on the walls."""

    def light_key(self, frame: Frame) -> LightKey:
        """What the light round the mark depends on; its first part is the set's name."""
        ...

    def light_face(self, frame: Frame, face: int) -> LightFace:
        """One face, measured."""
        ...

    def sunlight(self, frame: Frame) -> tuple[Vector, Vector]:
        """Toward the sun, and the light a white surface facing it receives, before exposure."""
        ...


@dataclass
class FaceCost:
    """The time that faces of one set take: the recent maximum, and the least ever."""

    lately_ns: float
    least_ns: float = math.inf

    def took(self, taken_ns: float) -> None:
        """Note the time a face took."""
        self.least_ns = min(self.least_ns, taken_ns)
        self.lately_ns = max(taken_ns, FORGETTING * self.lately_ns)

    def waited(self) -> None:
        """Let the cost decay when there was no time for a face: one slow face must not stop the light from
        following."""
        if math.isfinite(self.least_ns):
            self.lately_ns = max(self.least_ns, FORGETTING * self.lately_ns)


class LightFieldKeeper:
    """Holds six faces, each measured at some frame. A field is published only when complete, and never mixes two
    sets."""

    def __init__(self, node: str, mark_m: Vector, meter: LightMeter, clock: Clock) -> None:
        self._node, self._mark_m = node, mark_m
        self._meter, self._clock = meter, clock
        self._faces: list[LightFace | None] = [None] * FACES
        self._keys: list[LightKey] = [()] * FACES
        self._numbers = [BEFORE] * FACES
        self._turns = list(range(FACES))
        self._costs: dict[str, FaceCost] = {}
        self._given_ns: int | None = None
        self._measured_ns = 0

    def warm_up(self, frame: Frame) -> None:
        """Measure every face twice, however long it takes: nothing is compiled the second time."""
        key = self._meter.light_key(frame)
        for turn in range(2):
            self._costs[str(key[0])] = FaceCost(0.0)
            for face in range(FACES):
                self._measure(frame, face, (*key, turn))
        self._numbers = [BEFORE] * FACES

    def turn(self, frame: Frame, drawing_ns: int, until_ns: int) -> LightField | None:
        """Measure what has changed, as far as it fits before `until_ns`. Returns the field if something was measured,
        and once a second.

        `drawing_ns`: the time the frame itself took to draw; the first face of a set takes less.
        """
        key = self._meter.light_key(frame)
        self._numbers = [frame.number if number == BEFORE else number for number in self._numbers]
        cost = self._costs.setdefault(str(key[0]), FaceCost(drawing_ns / SAFETY))
        measured = self._measure_in_need(frame, key, until_ns)
        while (face := self._next(key)) is not None:
            if self._clock.now_ns() + SAFETY * cost.lately_ns >= until_ns:
                cost.waited()
                break
            self._measure(frame, face, key)
            measured = True
        now_ns = self._clock.now_ns()
        if not measured and self._given_ns is not None and now_ns - self._given_ns < AGAIN_NS:
            return None
        self._given_ns = now_ns
        return self._field(frame, key)

    def _measure_in_need(self, frame: Frame, key: LightKey, until_ns: int) -> bool:
        """Measure one face a second when frames are late already: lamps then follow on an overloaded machine too."""
        now_ns = self._clock.now_ns()
        face = self._next(key)
        if face is None or now_ns < until_ns or now_ns - self._measured_ns < STARVED_NS:
            return False
        self._measure(frame, face, key)
        return True

    def _next(self, key: LightKey) -> int | None:
        """The oldest face whose state differs from this one."""
        due = [face for face in range(FACES) if self._keys[face] != key]
        return min(due, key=self._turns.index, default=None)

    def _measure(self, frame: Frame, face: int, key: LightKey) -> None:
        began_ns = self._clock.now_ns()
        self._faces[face] = self._meter.light_face(frame, face)
        self._keys[face], self._numbers[face] = key, frame.number
        self._turns.remove(face)
        self._turns.append(face)
        self._measured_ns = self._clock.now_ns()
        self._costs[str(key[0])].took(self._measured_ns - began_ns)

    def _field(self, frame: Frame, key: LightKey) -> LightField | None:
        if any(known[:1] != key[:1] for known in self._keys):
            return None
        faces = [face for face in self._faces if face is not None]
        toward, sun = self._meter.sunlight(frame)
        share = sun_share(toward, [face.open_sky for face in faces])
        current = self._next(key) is None
        numbers = [frame.number] * FACES if current else self._numbers
        return LightField(
            node=self._node,
            scene=str(key[0]),
            mark_m=self._mark_m,
            face_px=KEPT_PX,
            faces=b"".join(face.light.tobytes() for face in faces),
            sun_toward=toward,
            sun=(sun[0] * share, sun[1] * share, sun[2] * share),
            oldest_number=min(numbers),
            newest_number=max(numbers),
        )


def sun_share(toward: Vector, open_sky: list[NDArray[np.bool_]]) -> float:
    """How much of the sun reaches the mark: the unobstructed part of the texels round it, 8 degrees across."""
    face, row, column = texel_at(toward, DRAWN_PX)
    rows, columns = (slice(max(0, at - _NEIGHBOURS), at + _NEIGHBOURS + 1) for at in (row, column))
    return float(open_sky[face][rows, columns].mean())
