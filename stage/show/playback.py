"""A take on the walls: which of its frames is shown when. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from stage.messages.takes import Playing
from stage.units import NS_PER_S

MILLIONTHS = 1_000_000
"""Speeds are counted in millionths, so that sums stay exact."""
EARLY = Fraction(1, 1000)
"""Frames' present times are whole nanoseconds: a frame counts from a thousandth of a frame before its time."""


@dataclass(frozen=True, slots=True)
class TakeSpan:
    """What is known of a take before it plays: its frames by number, its first after the roll, the sets it shows."""

    name: str
    rate: str
    first: int
    last: int
    roll: int
    scenes: tuple[str, ...]


def number_at(playing: Playing, present_ns: int) -> int:
    """The frame of the take that is on the walls at a moment."""
    elapsed = Fraction(present_ns - playing.since_ns, NS_PER_S) * Fraction(playing.rate)
    steps = elapsed * Fraction(round(playing.speed * MILLIONTHS), MILLIONTHS)
    number = playing.at_number + floor(steps + EARLY)
    if playing.loop:
        return playing.first + (number - playing.first) % (playing.last - playing.first + 1)
    return min(max(number, playing.first), playing.last)


def begun(span: TakeSpan, present_ns: int, speed: float, loop: bool, part: tuple[int, int]) -> Playing:
    """Play a part of a take (first and last number); backward from its end."""
    return Playing(
        take=span.name,
        rate=span.rate,
        first=part[0],
        last=part[1],
        roll=span.roll,
        at_number=part[1] if speed < 0 else part[0],
        since_ns=present_ns,
        speed=speed,
        loop=loop,
    )


def at_speed(playing: Playing, present_ns: int, speed: float) -> Playing:
    """Go on from here at another speed."""
    return replace(playing, at_number=number_at(playing, present_ns), since_ns=present_ns, speed=speed)


def moved_to(playing: Playing, present_ns: int, number: int) -> Playing:
    """Show another frame now, and go on from it as before."""
    number = min(max(number, playing.first), playing.last)
    return replace(playing, at_number=number, since_ns=present_ns)


def stepped(playing: Playing, present_ns: int, frames: int) -> Playing:
    """Stand, some frames from here."""
    return moved_to(replace(playing, speed=0.0), present_ns, number_at(playing, present_ns) + frames)
