"""Feedback for listeners: the state, and every value of the look as it changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from stage.messages.commands import OnAir
from stage.osc.patterns import matches
from stage.osc.standing import Standing
from stage.osc.wire import OscCall
from stage.show.camera_choice import by_priority
from stage.show.partial import difference, paths_of

KEEP_ALIVE_NS = 10_000_000_000
"""A subscription ends after this unless renewed."""
MOST_SUBSCRIBERS = 64
Address = tuple[str, int]
EVERYTHING = "*"
NONE = ""
"""Sent to remote controls where there is no name: many show only text."""


@dataclass(slots=True)
class _Seat:
    pattern: str
    until_ns: int


class Listeners:
    """The listeners and what each receives."""

    def __init__(self, always: Iterable[Address] = ()) -> None:
        self._always = tuple(always)
        self._seats: dict[Address, _Seat] = {}

    def subscribe(self, who: Address, pattern: str, now_ns: int) -> bool:
        """Add a listener; False where there are too many."""
        self._expire(now_ns)
        if who not in self._seats and len(self._seats) >= MOST_SUBSCRIBERS:
            return False
        self._seats[who] = _Seat(pattern or EVERYTHING, now_ns + KEEP_ALIVE_NS)
        return True

    def unsubscribe(self, who: Address) -> None:
        """Remove a listener."""
        self._seats.pop(who, None)

    def of(self, address: str, now_ns: int) -> list[Address]:
        """The listeners of an address."""
        self._expire(now_ns)
        seated = [
            who for who, seat in self._seats.items() if seat.pattern == EVERYTHING or matches(seat.pattern, address)
        ]
        return [*self._always, *seated]

    @property
    def anyone(self) -> bool:
        """Whether there are listeners."""
        return bool(self._always or self._seats)

    def _expire(self, now_ns: int) -> None:
        for who in [who for who, seat in self._seats.items() if seat.until_ns < now_ns]:
            del self._seats[who]


def status_of(air: OnAir, standing: Standing, prefix: str) -> list[OscCall]:
    """The full state: sent to a new listener, and once a second."""
    slate = air.slate
    values: dict[str, tuple[object, ...]] = {
        "preset": (air.preset or NONE,),
        "scene": (air.scene,),
        "pending": (air.pending or NONE,),
        "cue_list": (air.cue_list or NONE,),
        "cue": (air.cue or NONE,),
        "blackout": (air.show.black,),
        "freeze": (air.held,),
        "testpattern": (air.show.pattern or NONE,),
        "slate": (slate.name or NONE, slate.take),
        "record": (slate.rolling,),
        "lights_released": (air.show.lights_released,),
        "fps": (float(standing.fps),),
        "late_frames": (standing.late,),
        "healthy": (standing.healthy,),
        "alerts": (standing.critical, standing.warnings),
        "alert": (standing.alert or NONE,),
    }
    values |= {f"tracking/{source}": (state,) for source, state in standing.sources}
    values |= _cameras(air)
    return [OscCall(f"{prefix}/status/{name}", arguments) for name, arguments in values.items()]


def _cameras(air: OnAir) -> dict[str, tuple[object, ...]]:
    """For every camera: whether it has an inner view, whether it is on air, and its place (1 = first, 0 = off)."""
    choice = air.choice
    shown = [name for name in by_priority(choice, choice.order) if name not in choice.off]
    found: dict[str, tuple[object, ...]] = {}
    for name in choice.order:
        found[f"camera/{name}/on"] = (name in shown,)
        found[f"camera/{name}/on_air"] = (name in choice.on_air,)
        found[f"camera/{name}/place"] = (shown.index(name) + 1 if name in shown else 0,)
    return found


def changes_of(before: OnAir | None, air: OnAir, prefix: str) -> list[OscCall]:
    """Every changed value of the look, at the address that sets it."""
    if before is not None and before.look == air.look:
        return []
    part = paths_of(difference(before.look, air.look) if before is not None else asdict(air.look))
    calls = []
    for path, value in part.items():
        arguments = tuple(value) if isinstance(value, tuple | list) else (value,)
        if all(isinstance(each, bool | int | float | str) for each in arguments):
            calls.append(OscCall(f"{prefix}/look/{path.replace('.', '/')}", arguments))
    return calls
