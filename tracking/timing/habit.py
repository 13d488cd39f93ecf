"""What a sender does with its packets, in an operator's words. Pure."""

from __future__ import annotations

from stage.units import NS_PER_MS
from tracking.timing.groups import Groups
from tracking.timing.repeats import Repeats


def habit(repeats: Repeats, groups: Groups, rate_hz: float) -> str:
    """What is remarkable about a sender of that many poses a second; "" where nothing is."""
    if repeats.found:
        if repeats.least == repeats.most == 2:
            return f"each packet twice: {rate_hz:.3g} poses/s"
        often = f"{repeats.least}" if repeats.least == repeats.most else f"{repeats.least}-{repeats.most}"
        return f"each pose sent {often} times: {rate_hz:.3g} poses/s"
    if groups.grouped and groups.size > 1:
        return f"{groups.size} packets at once, every {groups.apart_ns / NS_PER_MS:.0f} ms"
    return ""
