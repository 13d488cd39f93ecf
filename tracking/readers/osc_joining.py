"""Poses that come in several messages: place in one, rotation in another. Pure: time is an argument.

A pose is complete with the last of the messages that belong to it. Which do is learnt from the sender: those that came
last time, close to each other. A message that comes again, or after a pause, begins the next pose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from stage.units import NS_PER_MS, NS_PER_S
from tracking.protocols.osc import OscPart

MOST_IDS = 256
"""Cameras and props that are remembered, of all senders."""
LONGEST_PAUSE_NS = 5.0 * NS_PER_MS
PAUSE_SHARE = 0.4
"""Messages of a pose follow each other within this share of the time between poses, and within this time."""
SMOOTHED = 8.0
PATIENCE = 2
"""So many poses in a row without a message before it is no longer waited for."""


class OscPose(NamedTuple):
    """Everything that is known of `id` when a pose is complete: the newest of every value."""

    id: str
    values: dict[str, float]
    stamp_ns: int | None


@dataclass(slots=True)
class _Known:
    awaited: set[int]
    values: dict[str, float] = field(default_factory=dict)
    came: set[int] = field(default_factory=set)
    began_ns: int = 0
    stamp_ns: int | None = None
    without: int = 0
    newest_ns: dict[int, int] = field(default_factory=dict)
    interval_ns: float = 0.0
    """Between messages of one rule, smoothed; 0.0 while none came twice."""

    def note(self, rule: int, received_ns: int) -> None:
        """How often messages come."""
        before_ns = self.newest_ns.get(rule)
        self.newest_ns[rule] = received_ns
        if before_ns is not None and received_ns > before_ns:
            interval_ns = float(received_ns - before_ns)
            self.interval_ns += (interval_ns - self.interval_ns) / SMOOTHED if self.interval_ns else interval_ns


class PoseJoining:
    """Holds what was told of each camera and prop. `pose_rules`: the rules that tell a place or a rotation."""

    def __init__(self, pose_rules: frozenset[int], rate_hz: float) -> None:
        self._pose_rules = pose_rules
        self._interval_ns = NS_PER_S / rate_hz
        self._known: dict[tuple[str, str], _Known] = {}

    def poses(self, parts: list[OscPart], sender: str, received_ns: int) -> list[OscPose]:
        """The poses that are complete with these messages, in their order."""
        return [pose for part in parts for pose in self._taken(part, self._of(sender, part.id), received_ns)]

    def _of(self, sender: str, id_: str) -> _Known:
        known = self._known.get((sender, id_))
        if known is None:
            while len(self._known) >= MOST_IDS:
                del self._known[next(iter(self._known))]
            known = self._known[(sender, id_)] = _Known(set(self._pose_rules))
        return known

    def _taken(self, part: OscPart, known: _Known, received_ns: int) -> list[OscPose]:
        if part.rule not in self._pose_rules:
            known.values |= part.values
            return []
        found = []
        known.note(part.rule, received_ns)
        pause_ns = min(LONGEST_PAUSE_NS, PAUSE_SHARE * (known.interval_ns or self._interval_ns))
        if not known.came and part.rule not in known.awaited and received_ns - known.began_ns <= pause_ns:
            known.awaited.add(part.rule)  # it belongs to the pose that was given before it came: wait for it next time
            known.values |= part.values
            return []
        again = part.rule in known.came
        if known.came and (again or received_ns - known.began_ns > pause_ns):
            if again and received_ns - known.began_ns <= pause_ns:
                found.append(_pose(part.id, known))
            self._close(known)
        if not known.came:
            known.began_ns = received_ns
        known.came.add(part.rule)
        known.values |= part.values
        known.stamp_ns = part.stamp_ns
        if known.came >= known.awaited:
            found.append(_pose(part.id, known))
            known.awaited, known.came, known.without = set(known.came), set(), 0
        return found

    def _close(self, known: _Known) -> None:
        """Begin the next pose: the last was not complete."""
        known.without += 1
        if known.without >= PATIENCE:
            known.awaited, known.without = set(known.came), 0
        known.came = set()


def _pose(id_: str, known: _Known) -> OscPose:
    return OscPose(id_, dict(known.values), known.stamp_ns)
