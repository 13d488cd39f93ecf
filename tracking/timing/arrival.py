"""What goes into a sender's clock and what comes out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from stage.maths.pose import Quaternion, Vector

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrival(Generic[T]):
    """A packet: when it arrived, its sender's counter and time stamp where it has them, its pose, and what is to come
    out with its time."""

    received_ns: int
    position_m: Vector
    orientation: Quaternion
    content: T
    counter: int | None = None
    stamp_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """What a packet carried, and when that was captured, at the latest when it arrived."""

    captured_ns: int
    received_ns: int
    content: T


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """A clock as of now. `state`: learning, locked, or free-running (the arrivals are taken as they come).

    `rate_hz`: of the poses, 0.0 while unknown. `lateness_ms`: the mean delay beyond the least; `spread_ms`: how far the
    least late arrivals scatter. `habit`: what the sender does, in words; "" where nothing is remarkable.
    """

    state: str
    rate_hz: float = 0.0
    lateness_ms: float = 0.0
    spread_ms: float = 0.0
    habit: str = ""
