"""Joins the segments of OpenTrackIO samples. Pure: time is an argument.

Some senders number every segment, others give all segments of a sample one number. Both are joined: by offset, among
the segments of one sender that are near in number and time. Beginning a new sample ends an unfinished one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from stage.units import NS_PER_MS
from tracking.protocols.opentrackio import LARGEST_PAYLOAD, Segment

JOINED_WITHIN_NS = 100 * NS_PER_MS
MOST_SEGMENTS = 64
MOST_UNFINISHED = 16
"""Samples that wait for segments, of all senders: what they hold is bounded."""
MOST_SENDERS = 64
SEQUENCES = 1 << 16


@dataclass(slots=True)
class _Unfinished:
    sender: str
    began_ns: int
    first: Segment
    parts: dict[int, Segment] = field(default_factory=dict)

    def takes(self, segment: Segment, sender: str, received_ns: int) -> bool:
        """Whether a segment may be another one of this sample."""
        step = (segment.sequence - self.first.sequence + MOST_SEGMENTS) % SEQUENCES - MOST_SEGMENTS
        return (
            sender == self.sender
            and segment.encoding == self.first.encoding
            and received_ns - self.began_ns <= JOINED_WITHIN_NS
            and abs(step) < MOST_SEGMENTS
            and (step == 0 or (step > 0) == (segment.offset > self.first.offset))
            and self.parts.get(segment.offset, segment) == segment
        )

    def add(self, segment: Segment) -> bool:
        """Keep a segment; False where that is more than a sample may be."""
        self.parts[segment.offset] = segment
        held = sum(len(part.payload) for part in self.parts.values())
        return len(self.parts) <= MOST_SEGMENTS and held <= LARGEST_PAYLOAD

    def whole(self) -> tuple[Segment, int] | None:
        """The sample, where every segment is there: numbered alike, or one after the other; and by how much its number
        went on from its first segment to its last."""
        payload, chain = bytearray(), list[Segment]()
        while (part := self.parts.get(len(payload))) is not None and part.payload:
            payload += part.payload
            chain.append(part)
            if part.last:
                steps = {(b.sequence - a.sequence) % SEQUENCES for a, b in pairwise(chain)}
                if steps not in ({0}, {1}, set()):
                    return None
                return _one(chain, bytes(payload)), (part.sequence - chain[0].sequence) % SEQUENCES
        return None


def _one(chain: list[Segment], payload: bytes) -> Segment:
    """A sample as one segment, with the number of its last."""
    return chain[-1]._replace(
        offset=0,
        payload=payload,
        old_checksum=any(part.old_checksum for part in chain),
        checksum_good=all(part.checksum_good for part in chain),
    )


class Joined(NamedTuple):
    """A sample as one segment, and its number among samples, modulo 65 536: senders that number every segment count
    more than one a sample."""

    segment: Segment
    counter: int


class Joining:
    """Holds the segments that wait for others."""

    def __init__(self) -> None:
        self._unfinished: list[_Unfinished] = []
        self._ahead: dict[str, int] = {}

    def joined(self, segment: Segment, sender: str, received_ns: int) -> Joined | None:
        """The sample that is complete with this segment; None while there is more to come."""
        if segment.whole:
            self._end(sender, segment)
            return self._counted(segment, sender, 0)
        found = self._of(segment, sender, received_ns)
        fits = found.add(segment)
        whole = found.whole() if fits else None
        if whole is not None or not fits:
            self._unfinished = [each for each in self._unfinished if each is not found]
        return None if whole is None else self._counted(whole[0], sender, whole[1])

    def _counted(self, whole: Segment, sender: str, steps: int) -> Joined:
        if steps:
            ahead = self._ahead.pop(sender, 0) + steps
            while len(self._ahead) >= MOST_SENDERS:
                del self._ahead[next(iter(self._ahead))]
            self._ahead[sender] = ahead
        return Joined(whole, (whole.sequence - self._ahead.get(sender, 0)) % SEQUENCES)

    def _of(self, segment: Segment, sender: str, received_ns: int) -> _Unfinished:
        """The unfinished sample of a segment: the youngest that takes it, else a new one."""
        for unfinished in reversed(self._unfinished):
            if unfinished.takes(segment, sender, received_ns):
                return unfinished
        if segment.offset == 0:
            self._end(sender, segment)
        begun = _Unfinished(sender, received_ns, segment)
        self._unfinished = [*self._unfinished[1 - MOST_UNFINISHED :], begun]
        return begun

    def _end(self, sender: str, segment: Segment) -> None:
        """Give up what the same stream of this sender began before."""
        self._unfinished = [
            each
            for each in self._unfinished
            if each.sender != sender or (segment.sequence - each.first.sequence) % SEQUENCES > MOST_SEGMENTS
        ]
