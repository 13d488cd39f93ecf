"""The fixtures' slots at a moment: frames, fields and commands in, slots out. Pure: time is an argument.

A frame takes effect at its present time, with the light measured in it: lamps change with the wall.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from stage.lights.emitters import Emitters
from stage.lights.illumination import Illumination
from stage.lights.patch import universes_of
from stage.maths.arrays import Floats
from stage.messages.frames import Frame
from stage.messages.lights import FixtureState, LightField, LightSource
from stage.model.look import Fixtures
from stage.model.stagefile import Stage
from stage.units import NS_PER_S

IDENTIFY_NS = 2 * NS_PER_S
PATIENCE_NS = 3 * NS_PER_S
"""Nothing is sent for this long without a light field: receivers hold their values; a field comes every second."""
MOST_WAITING = 128
SETTLED = 1e-4
"""A smoothed fixture this close to its target has reached it."""
DARK = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Told:
    """The slots of each universe, their meaning, and whether to send them."""

    universes: dict[int, bytes]
    fixtures: tuple[FixtureState, ...]
    released: bool
    lag_frames: int


class LightBoard:
    """Holds the records and computes the slots, only when something has changed."""

    def __init__(self, stage: Stage, began_ns: int) -> None:
        self._fixtures = stage.fixtures
        self._illumination = Illumination(stage.fixtures, stage.light_mark_m)
        self._emitters = [Emitters(fixture) for fixture in stage.fixtures]
        self._delay_ns = round(stage.lights.delay_ms * 1e6)
        self._time_constants_s = np.array([fixture.smoothing_ms / 1000.0 for fixture in stage.fixtures])
        self._began_ns = began_ns
        self._frames: deque[Frame] = deque(maxlen=MOST_WAITING)
        self._fields: deque[LightField] = deque(maxlen=MOST_WAITING)
        self._frame: Frame | None = None
        self._field: LightField | None = None
        self._identified: dict[str, int] = {}
        self._asked: tuple[object, ...] = ()
        self._target = np.zeros((len(self._fixtures), 3))
        self._sources: tuple[LightSource, ...] = ()
        self._level: Floats | None = None
        self._level_ns = 0
        self._told: Told | None = None

    def hear(self, record: Frame | LightField) -> None:
        """Take in a frame or a field; they take effect at the frame's present time."""
        if isinstance(record, Frame):
            self._frames.append(record)
        else:
            self._fields.append(record)

    def identify(self, fixture: str, now_ns: int) -> None:
        """Turn a fixture to full white for two seconds, overriding everything else."""
        self._identified[fixture] = now_ns + IDENTIFY_NS

    def next_ns(self, now_ns: int) -> int | None:
        """The next change without a new record: the next frame is on the wall, or identifying ends."""
        moments = [frame.present_ns + self._delay_ns for frame in self._frames]
        return min([moment for moment in [*moments, *self._identified.values()] if moment > now_ns], default=None)

    def told(self, now_ns: int) -> Told | None:
        """The slots now; None until a frame is on the wall and its light is known."""
        self._take_in(now_ns)
        frame = self._frame
        if frame is None or (self._field is None and now_ns - self._began_ns < PATIENCE_NS):
            return None
        identified = frozenset(self._identified)
        asked = (frame.look, self._field, frame.show, identified)
        if asked == self._asked and self._settled():
            return self._told
        if asked != self._asked:
            self._asked = asked
            self._ask(frame, identified)
        self._move(now_ns)
        self._told = self._slots(frame)
        return self._told

    def _take_in(self, now_ns: int) -> None:
        """Apply the records that are now due."""
        while self._frames and self._frames[0].present_ns + self._delay_ns <= now_ns:
            self._frame = self._frames.popleft()
        number = self._frame.number if self._frame is not None else -1
        while self._fields and self._fields[0].newest_number <= number:
            self._field = self._fields.popleft()
        self._identified = {name: until_ns for name, until_ns in self._identified.items() if until_ns > now_ns}

    def _ask(self, frame: Frame, identified: frozenset[str]) -> None:
        """Set each fixture's target, relative to its peak, and its source."""
        wanted = frame.look.fixtures
        scene = np.zeros((len(self._fixtures), 3))
        if wanted.follow and self._field is not None:
            scene = self._illumination.relative(self._field, frame.look, frame.show.bypass)
        fixed = _fixed_lights(wanted)
        dimmed = 0.0 if wanted.blackout else wanted.master
        sources: list[LightSource] = []
        source: LightSource
        for index, fixture in enumerate(self._fixtures):
            if fixture.name in identified:
                self._target[index], source = 1.0, "identify"
            elif fixture.name in fixed:
                self._target[index], source = np.array(fixed[fixture.name]) * dimmed, "fixed"
            else:
                self._target[index], source = scene[index] * dimmed, "scene" if wanted.follow else "off"
            sources.append("off" if dimmed == 0.0 and source != "identify" else source)
        self._sources = tuple(sources)

    def _settled(self) -> bool:
        return self._level is not None and bool(np.abs(self._level - self._target).max(initial=0.0) < SETTLED)

    def _move(self, now_ns: int) -> None:
        """One step of each fixture's one-pole filter; those without change at once."""
        if self._level is None:
            self._level = self._target.copy()
        passed_s = (now_ns - self._level_ns) / NS_PER_S
        with np.errstate(divide="ignore"):
            shares = np.where(self._time_constants_s > 0.0, -np.expm1(-passed_s / self._time_constants_s), 1.0)
        self._level = self._level + (self._target - self._level) * shares[:, None]
        self._level_ns = now_ns

    def _slots(self, frame: Frame) -> Told:
        level = self._target if self._level is None else self._level
        shares = [emitters.shares(light) for emitters, light in zip(self._emitters, level, strict=True)]
        field = self._field
        return Told(
            universes_of(self._fixtures, shares),
            tuple(self._state(index, light) for index, light in enumerate(level)),
            frame.show.lights_released,
            field.newest_number - field.oldest_number if field is not None else 0,
        )

    def _state(self, index: int, light: Floats) -> FixtureState:
        fixture, most = self._fixtures[index], float(light.max())
        red, green, blue = (light / most).tolist() if most > 0.0 else DARK
        shown = min(most, fixture.max_level)
        where = (fixture.universe, fixture.address)
        return FixtureState(fixture.name, fixture.kind, *where, (red, green, blue), shown, self._sources[index])


@lru_cache(maxsize=8)
def _fixed_lights(wanted: Fixtures) -> dict[str, tuple[float, ...]]:
    """The look's fixed values by fixture: colour whose largest part is 1, times the level."""
    lights = {}
    for each in wanted.fixed:
        most = max(each.colour)
        lights[each.name] = tuple(part / most * each.level if most > 0.0 else 0.0 for part in each.colour)
    return lights
