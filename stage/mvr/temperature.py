"""What a colour temperature channel of a GDTF file does between its ends (GDTF 1.2, DIN SPEC 15800). Pure.

A channel has functions, each from its `DMXFrom` to the next one's; a function goes straight from `PhysicalFrom` to
`PhysicalTo`, for CTO, CTC and CTB in kelvin. Many lamps go down: 6500 K at 0, 2700 K at full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

COOLEST_K, WARMEST_K = 20_000.0, 1000.0
"""A lamp's colour temperature; other numbers are not kelvin (GDTF's defaults are 0 and 1)."""
NEARLY_ALL = 0.98


@dataclass(frozen=True, slots=True)
class Temperature:
    """Colour temperature at slot value 0 and at full, in kelvin; None where the file does not say. `covers`: the share
    of the slot's values that do this."""

    at_zero_k: float | None
    at_full_k: float | None
    covers: float = 1.0

    @property
    def falls(self) -> bool:
        """Whether it is warmer at full than at 0."""
        return self.at_zero_k is not None and self.at_full_k is not None and self.at_zero_k > self.at_full_k

    @property
    def note(self) -> str:
        """What somebody has to look at; "" for nothing."""
        if self.at_zero_k is None:
            return "the GDTF file does not say its colour temperatures: check cct_min_k and cct_max_k"
        if self.covers < NEARLY_ALL:
            return f"only {self.covers:.0%} of its colour temperature slot are colour temperatures: try its ends"
        return ""


def temperature_of(logical: Element, attribute: str) -> Temperature:
    """Of a logical channel: its longest function of that attribute, drawn out to the slot's ends."""
    functions = [(_share(each.get("DMXFrom", "")), each) for each in logical.iterfind("ChannelFunction")]
    functions.sort(key=lambda pair: pair[0])
    starts = [start for start, _ in functions] + [1.0]
    spans = [
        (starts[place + 1] - start, start, each)
        for place, (start, each) in enumerate(functions)
        if each.get("Attribute", attribute) == attribute
    ]
    for length, start, each in sorted(spans, key=lambda span: -span[0])[:1]:
        ends = [_kelvin(each.get(key, "")) for key in ("PhysicalFrom", "PhysicalTo")]
        if length <= 0.0 or ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            break
        slope = (ends[1] - ends[0]) / length
        drawn = [ends[0] - slope * start, ends[0] + slope * (1.0 - start)]
        return Temperature(*_limited(drawn), covers=length)
    return Temperature(None, None)


def _limited(kelvin: Sequence[float]) -> tuple[float, float]:
    first, last = (round(min(max(each, WARMEST_K), COOLEST_K), 1) for each in kelvin)
    return first, last


def _share(text: str) -> float:
    """`128/1` as a share of the channel's values; 0 for none."""
    value, _, size = text.partition("/")
    try:
        return min(max(int(value) / float(256 ** min(max(int(size or 1), 1), 4)), 0.0), 1.0)
    except ValueError:
        return 0.0


def _kelvin(text: str) -> float | None:
    try:
        kelvin = float(text)
    except ValueError:
        return None
    return kelvin if WARMEST_K <= kelvin <= COOLEST_K else None
