"""Whether a sender keeps a steady clock, by its intervals and by its motion. Pure."""

from __future__ import annotations

from typing import Any

from tracking.timing.arrival import Arrival
from tracking.timing.line import Line
from tracking.timing.motion_judge import MotionJudge
from tracking.timing.steadiness import Steadiness


class Verdict:
    """Hears each packet; the motion is heard one packet later, when its number is certain."""

    def __init__(self) -> None:
        self._judge = MotionJudge()
        self._unjudged: tuple[float, float, Arrival[Any]] | None = None
        self.steadiness = Steadiness()

    @property
    def known(self) -> bool:
        """Whether there is one."""
        return self.steadiness.steady is not None or self._judge.arrivals is not None

    @property
    def arrivals(self) -> bool:
        """Whether the sender keeps no steady clock: the arrivals are nearer to the truth than a line. Intervals that
        seem steady are not enough where the motion rather suits the arrivals."""
        judge = self._judge
        if judge.arrivals is None:
            return self.steadiness.steady is False or judge.leans_to_arrivals
        return judge.arrivals or self.steadiness.steady is False

    def note(self, x: float, at_ns: float, arrival: Arrival[Any]) -> None:
        """Keep packet `x` until the next one comes."""
        self._unjudged = (x, at_ns, arrival)

    def hear(self, line: Line | None) -> None:
        """Let the motion judge the packet that was kept."""
        if line is not None and self._unjudged is not None:
            x, at_ns, arrival = self._unjudged
            self._judge.take(min(line.at(x), at_ns), at_ns, arrival.position_m, arrival.orientation)
        self._unjudged = None

    def line_changed(self) -> None:
        """The times before are not of the line that now holds; the motion's verdict stays."""
        self._judge.restart()

    def other_poses(self) -> None:
        """Other packets count as poses from now on."""
        self._judge.restart()
        self._unjudged = None
        self.steadiness = Steadiness()

    def begin(self) -> None:
        """The sender may be another: what its motion said still counts until it says otherwise."""
        self.other_poses()
