"""A take's raw datagrams through today's tracking: does every sample say what it said?

Tracking knows a sender's clock after some seconds, and what it knew before the take nobody wrote down: it begins with
the pre-roll, so the moments at which poses were captured are compared only once it has had time to learn, and within
`CLOCK_MS`. Places, orientations and lenses are compared from the first sample on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from stage.messages.samples import TrackingSample
from stage.messages.takes import Datagram
from stage.model.stagefile import Stage
from stage.takes.take import Take
from stage.units import NS_PER_MS, NS_PER_S
from tools.takes.replay.differences import CLOSE_DEG, CLOSE_MM, Difference, Differences, apart_deg, apart_mm
from tracking.service import tracks_at
from tracking.source_track import SharedPort, SourceTrack

SETTLED_NS = 4 * NS_PER_S
"""For so long after the take's first datagram clocks may still learn."""
CLOCK_MS = 2.0
Key = tuple[str, int, int]
"""Camera, arrival, and which of the samples of that arrival."""


def replay_tracking(take: Take, stage: Stage) -> Differences:
    """Every datagram of the take; samples are matched by camera and arrival."""
    found = Differences("tracking")
    then, first_ns = _recorded(take)
    if first_ns is None:
        found.note("the take holds no datagrams")
        return found
    now = dict(_keyed(_made(take, stage)))
    worst_ms = 0.0
    for key, old in then.items():
        if key[1] < first_ns:
            continue
        new = now.pop(key, None)
        place = _Place(take, old)
        if new is None:
            found.tell(Difference(place.frame, place.at_s, f"camera {key[0]}", "gives no sample, gave one"))
            continue
        late_ms = abs(new.captured_ns - old.captured_ns) / NS_PER_MS
        settled = key[1] - first_ns > SETTLED_NS
        worst_ms = max(worst_ms, late_ms if settled else 0.0)
        _compare(found, place, old, new, late_ms if settled else 0.0)
    for key, new in now.items():
        if key[1] <= max((known[1] for known in then), default=0):
            place = _Place(take, new)
            found.tell(Difference(place.frame, place.at_s, f"camera {key[0]}", "gives a sample, gave none"))
    found.note(f"captured at the same moment within {worst_ms:.3g} ms, from {SETTLED_NS / NS_PER_S:g} s on")
    return found


class _Place:
    """Where in the take a sample lies."""

    def __init__(self, take: Take, sample: TrackingSample) -> None:
        numbers, present_ns = take.numbers, take.present_ns
        place = min(int(present_ns.searchsorted(sample.received_ns)), len(numbers) - 1)
        roll = min(take.info.pre_roll, len(numbers) - 1)
        self.frame = int(numbers[place]) if place >= 0 else 0
        self.at_s = (sample.received_ns - int(present_ns[roll])) / NS_PER_S if place >= 0 else 0.0


def _compare(found: Differences, place: _Place, old: TrackingSample, new: TrackingSample, late_ms: float) -> None:
    if replace(new, number=old.number, captured_ns=old.captured_ns) == old and late_ms <= CLOCK_MS:
        found.same(exactly=True)
        return
    mm, deg = apart_mm(new.position_m, old.position_m), apart_deg(new.orientation, old.orientation)
    said = []
    if late_ms > CLOCK_MS:
        said.append(f"was captured {late_ms:.3g} ms off")
    if new.lens != old.lens:
        said.append("has another lens")
    if (new.jumped, new.source) != (old.jumped, old.source):
        said.append("is of another source, or jumps otherwise")
    if not said and mm <= CLOSE_MM and deg <= CLOSE_DEG:
        found.same(exactly=False)
        return
    found.tell(Difference(place.frame, place.at_s, f"camera {old.camera}", ", ".join(said) or "is elsewhere", mm, deg))


def _recorded(take: Take) -> tuple[dict[Key, TrackingSample], int | None]:
    """The samples as they were, and when the first datagram came."""
    first = next((each.record for each in take.records("tracking.datagram")), None)
    samples = [each.record for each in take.records("tracking.sample") if isinstance(each.record, TrackingSample)]
    return dict(_keyed(samples)), first.received_ns if isinstance(first, Datagram) else None


def _made(take: Take, stage: Stage) -> list[TrackingSample]:
    """What today's code makes of the datagrams."""
    tracks = [SourceTrack(source, stage.cameras) for source in stage.sources]
    ports = [SharedPort(at_one) for at_one in tracks_at(stage.sources, tracks)]
    made: list[TrackingSample] = []
    for each in take.records("tracking.datagram"):
        datagram = each.record
        if not isinstance(datagram, Datagram) or datagram.port >= len(ports):
            continue
        for port in ports:
            if port.due_ns <= datagram.received_ns:
                made += port.flush(datagram.received_ns)
        made += ports[datagram.port].take(datagram.data, datagram.sender, datagram.received_ns)
    return made


def _keyed(samples: list[TrackingSample]) -> Iterator[tuple[Key, TrackingSample]]:
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for sample in samples:
        arrival = (sample.camera, sample.received_ns)
        yield (*arrival, counts[arrival]), sample
        counts[arrival] += 1
