"""Time code as whole frames since midnight (SMPTE ST 12-1). Pure.

Rates of 1000/1001 are counted at the whole rate next to them (24 for 24000/1001); in drop-frame numbering (29.97 and
59.94) the numbers 0 and 1 (of 60: 0 to 3) are left out at the start of each minute that is not a tenth one, so that
numbers keep up with the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from stage.errors import InputError

_TEXT = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2,3})")
_DROPPED_AT = 30
"""Rates of 1000/1001 from this on have drop-frame numbering."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How frames are numbered: `whole` numbers a second; `drop`: drop-frame numbering."""

    whole: int
    drop: bool

    @property
    def left_out(self) -> int:
        """Numbers left out in a minute that is not a tenth one."""
        return self.whole // 15 if self.drop else 0

    @property
    def in_ten_minutes(self) -> int:
        """Frames in ten minutes of time code."""
        return self.whole * 600 - 9 * self.left_out

    @property
    def in_a_day(self) -> int:
        """Frames in twenty-four hours of time code."""
        return self.in_ten_minutes * 144


def counting_of(rate_hz: Fraction, drop: bool | None = None) -> Counting:
    """The usual numbering of a rate: drop-frame where there is one, unless `drop` says otherwise."""
    whole = round(rate_hz)
    possible = rate_hz.denominator != 1 and whole % _DROPPED_AT == 0
    return Counting(whole, possible if drop is None else drop and possible)


def text_of(frame: int, counting: Counting) -> str:
    """`HH:MM:SS:FF`, or `HH:MM:SS;FF` in drop-frame numbering; after a day it begins again."""
    number = frame % counting.in_a_day
    if counting.drop:
        tens, rest = divmod(number, counting.in_ten_minutes)
        minute = counting.whole * 60 - counting.left_out
        minutes = max(0, (rest - counting.left_out) // minute)
        number += counting.left_out * (9 * tens + minutes)
    seconds, frames = divmod(number, counting.whole)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}{';' if counting.drop else ':'}{frames:0{max(2, len(str(counting.whole - 1)))}}"


def frame_of(text: str, counting: Counting) -> int:
    """Frames since midnight. Raises InputError for a text that is no time code, or a number that is left out."""
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise InputError("time code", "", f"{text!r} is no time code", "Write it as 01:02:03:04")
    hours, minutes, seconds, frames = int(found[1]), int(found[2]), int(found[3]), int(found[5])
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= counting.whole:
        raise InputError("time code", "", f"there is no {text} at {counting.whole} frames/s", "Correct the number")
    total = hours * 60 + minutes
    if counting.drop and total % 10 and seconds == 0 and frames < counting.left_out:
        raise InputError("time code", "", f"{text} is left out in drop-frame numbering", "Take the frame after it")
    dropped = counting.left_out * (total - total // 10)
    return (total * 60 + seconds) * counting.whole + frames - dropped


def frame_at(seconds_of_day: Fraction, rate_hz: Fraction, counting: Counting) -> int:
    """The time code frame nearest to a time of day; drop-frame numbering stays within a few frames of the clock all
    day, other numbering of a rate of 1000/1001 falls behind by 3.6 s an hour, so it begins from the clock's numbers."""
    if counting.drop or rate_hz.denominator == 1:
        return round(seconds_of_day * rate_hz) % counting.in_a_day
    return round(seconds_of_day * counting.whole) % counting.in_a_day
