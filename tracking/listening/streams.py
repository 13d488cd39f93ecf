"""What arrives, sorted by sender, protocol and id, with what can be said of each stream. Pure: time is an argument."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from stage.errors import PacketError
from stage.maths.pose import Vector
from stage.model.source import AnySource, Source
from stage.units import NS_PER_S
from tracking.listening.naming import Named, names_of
from tracking.readers.freed import COUNTERS
from tracking.readers.table import reader_of
from tracking.reading import Reading

KEPT = 20_000
"""Datagrams of a stream that are remembered: over a minute at 240 a second."""
MOST_STREAMS = 64
RATES_HZ = (
    24000 / 1001,
    24.0,
    25.0,
    30000 / 1001,
    30.0,
    48.0,
    50.0,
    60000 / 1001,
    60.0,
    90.0,
    100.0,
    120.0,
    200.0,
    240.0,
)
NEAR = 0.005
BURST_SHARE = 0.2
COUNTS = 0.8
"""Share of steps by one that make a field a counter."""
FAR_M = 100.0
SOURCES: TypeAdapter[AnySource] = TypeAdapter(Source)

Timed = tuple[int, bytes]
"""When a datagram came, in nanoseconds, and its bytes."""


@dataclass(slots=True)
class Stream:
    """One tracked thing of one sender."""

    sender: str
    named: Named
    datagrams: deque[Timed] = field(default_factory=lambda: deque[Timed](maxlen=KEPT))
    votes: Counter[str] = field(default_factory=Counter[str])
    """How many packets each way of reading was the first to read: a wrong checksum may be right by chance."""

    def hear(self, named: Named, received_ns: int, datagram: bytes) -> None:
        """Take a datagram of this stream; what most packets are read by is how it is read."""
        self.datagrams.append((received_ns, datagram))
        if named.protocol == "osc":
            self.named = _rules_of_both(self.named, named)
            return
        if len(self.votes) < MOST_STREAMS or repr(named.settings) in self.votes:
            self.votes[repr(named.settings)] += 1
        if self.votes[repr(named.settings)] > self.votes[repr(self.named.settings)]:
            self.named = named

    def source(self, port: int, **settings: Any) -> AnySource:
        """A source that reads this stream, with these settings besides."""
        return SOURCES.validate_python(
            {"name": "tracker", "protocol": self.named.protocol, "port": port, **self.named.settings, **settings}
        )


@dataclass(frozen=True, slots=True)
class StreamFindings:
    """What can be said of a stream. Positions in metres along the device's axes, as its protocol means them."""

    sender: str
    protocol: str
    id: str
    remark: str
    packets: int
    rate_hz: float
    repeated: float
    counter: str
    zoom_raw: tuple[int, int] | None
    focus_raw: tuple[int, int] | None
    lowest_m: Vector | None
    highest_m: Vector | None
    notes: tuple[str, ...]


class Listening:
    """Collects datagrams. `unknown`: by sender and first bytes, those that no protocol knows, with a count."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: dict[tuple[str, str, str], Stream] = {}
        self.unknown: Counter[tuple[str, str]] = Counter()

    def hear(self, received_ns: int, sender: str, datagram: bytes) -> None:
        """Sort a datagram in."""
        found = names_of(datagram)
        if not found and len(self.unknown) < MOST_STREAMS:
            self.unknown[sender, f"{len(datagram)} bytes, {datagram[:8].hex(' ')}"] += 1
        for named in found:
            key = (sender, named.protocol, named.id)
            if key not in self.streams and len(self.streams) < MOST_STREAMS:
                self.streams[key] = Stream(sender, named)
            if (stream := self.streams.get(key)) is not None:
                stream.hear(named, received_ns, datagram)

    def findings(self) -> list[StreamFindings]:
        """Every stream, the busiest first."""
        ordered = sorted(self.streams.values(), key=lambda stream: -len(stream.datagrams))
        return [findings_of(stream, self.port) for stream in ordered]


def readings_of(source: AnySource, datagrams: Sequence[Timed], sender: str) -> list[tuple[int, Reading]]:
    """What a source would read, and when it came."""
    reader = reader_of(source)
    found: list[tuple[int, Reading]] = []
    for received_ns, datagram in datagrams:
        try:
            packets = reader.packets(datagram, sender, received_ns)
        except PacketError:
            continue
        for packet in packets:
            try:
                found.append((received_ns, reader.reading(packet)))
            except PacketError:
                continue
    return found


def findings_of(stream: Stream, port: int) -> StreamFindings:
    """What can be said of a stream."""
    datagrams = list(stream.datagrams)
    read = [reading for _, reading in readings_of(stream.source(port), datagrams, stream.sender)]
    rate_hz = rate_of([received_ns for received_ns, _ in datagrams])
    repeated = sum(a[1] == b[1] for a, b in pairwise(datagrams)) / max(1, len(datagrams) - 1)
    places = [reading.pose.position_m for reading in read]
    notes = [*_timing_notes(datagrams, rate_hz), *_place_notes(places)]
    if repeated > BURST_SHARE:
        notes.append(
            f"{100 * repeated:.0f} % of the packets repeat the one before: the tracker is slower than it sends"
        )
    if not read:
        notes.append("no pose could be read from it")
    return StreamFindings(
        sender=stream.sender,
        protocol=stream.named.protocol,
        id=stream.named.id,
        remark=stream.named.remark,
        packets=len(datagrams),
        rate_hz=rate_hz,
        repeated=repeated,
        counter=counter_of(stream),
        zoom_raw=_range([reading.lens.zoom_raw for reading in read]),
        focus_raw=_range([reading.lens.focus_raw for reading in read]),
        lowest_m=_ends(places, min),
        highest_m=_ends(places, max),
        notes=tuple(notes),
    )


def rate_of(times_ns: Sequence[int]) -> float:
    """Packets a second, by the line through their times; a usual rate where it is near one. 0.0: too few to say."""
    if len(times_ns) < 3 or times_ns[-1] <= times_ns[0]:
        return 0.0
    times_s = (np.array(times_ns, np.int64) - times_ns[0]) / NS_PER_S
    rate_hz = 1.0 / float(np.polynomial.polynomial.polyfit(np.arange(len(times_ns)), times_s, 1)[1])
    nearest = min(RATES_HZ, key=lambda usual: abs(usual - rate_hz))
    return nearest if abs(nearest - rate_hz) <= NEAR * nearest else rate_hz


def counter_of(stream: Stream) -> str:
    """The value of `counter` that fits a FreeD stream's user field; "none" where it does not count."""
    if stream.named.protocol != "freed":
        return ""
    for counter, (kind, _) in COUNTERS.items():
        source = stream.source(1, counter=counter)
        counts = [reading.counter for _, reading in readings_of(source, list(stream.datagrams), stream.sender)]
        steps = [
            (b - a) % kind.modulus for a, b in pairwise([count % kind.modulus for count in counts if count is not None])
        ]
        if len(steps) > 8 and sum(step == 1 for step in steps) >= COUNTS * len(steps):
            return counter
    return "none"


def _rules_of_both(before: Named, now: Named) -> Named:
    """OSC tells a pose in several messages: the rules of all."""
    rules = [*before.settings.get("rules", ()), *now.settings.get("rules", ())]
    merged = [rule for index, rule in enumerate(rules) if rule not in rules[:index]]
    return before._replace(settings={**before.settings, **({"rules": merged} if merged else {})})


def _timing_notes(datagrams: Sequence[Timed], rate_hz: float) -> list[str]:
    gaps = [b[0] - a[0] for a, b in pairwise(datagrams)]
    if len(gaps) < 16 or rate_hz == 0.0:
        return []
    usual_ns = NS_PER_S / rate_hz
    together = sum(gap < BURST_SHARE * usual_ns for gap in gaps) / len(gaps)
    notes = []
    if together > 1.0 / 3.0:
        notes.append(f"packets come in bursts of about {round(1.0 / (1.0 - together))}")
    if max(gaps) > 10 * max(usual_ns, median(gaps)):
        notes.append(f"once nothing came for {max(gaps) / NS_PER_S:.2f} s")
    return notes


def _place_notes(places: Sequence[Vector]) -> list[str]:
    if not places:
        return []
    if all(place == (0.0, 0.0, 0.0) for place in places):
        return ["its place is always 0, 0, 0: a head that pans and tilts only, or one that does not know where it is"]
    furthest = max(max(abs(part) for part in place) for place in places)
    return [f"it is {furthest:.0f} m away: is the unit right? (position_scale)"] if furthest > FAR_M else []


def _range(values: Sequence[int | None]) -> tuple[int, int] | None:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else None


def _ends(places: Sequence[Vector], end: Any) -> Vector | None:
    if not places:
        return None
    x, y, z = (end(place[axis] for place in places) for axis in range(3))
    return (x, y, z)
