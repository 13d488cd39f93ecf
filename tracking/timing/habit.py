"""What a sender does with its packets, in an operator's words. Pure."""

from __future__ import annotations

from stage.units import NS_PER_MS
from tracking.timing.groups import Groups
from tracking.timing.repeats import Repeats
from tracking.timing.stalls import OFTEN, WINDOW_S, Stalls

Habit = tuple[str, str]
"""Its kind, as the table of alerts has it, and the words; both "" where nothing is remarkable."""


def habit(repeats: Repeats, groups: Groups, stalls: Stalls, rate_hz: float, at_ns: float) -> Habit:
    """What is remarkable about a sender of that many poses a second."""
    if repeats.found:
        if repeats.least == repeats.most == 2:
            return "source-repeats", f"each packet twice: {rate_hz:.3g} poses/s"
        often = f"{repeats.least}" if repeats.least == repeats.most else f"{repeats.least}-{repeats.most}"
        return "source-repeats", f"each pose sent {often} times: {rate_hz:.3g} poses/s"
    if groups.grouped and groups.size > 1:
        return "source-bursts", f"{groups.size} packets at once, every {groups.apart_ns / NS_PER_MS:.0f} ms"
    if (count := stalls.count(at_ns)) >= OFTEN:
        longest_ms = stalls.longest_ns / NS_PER_MS
        return "source-stalls", f"held up {count} times in {WINDOW_S} s, by up to {longest_ms:.0f} ms"
    return "", ""
