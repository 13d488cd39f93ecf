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
