"""One run: packets through a source and the conductor to frames, and through health to alerts. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from stage.bus.inbox import Inbox
from stage.console.health.alert_book import AlertBook
from stage.console.health.alert_rules import Heard, symptoms
from stage.console.health.frame_stats import FrameStats
from stage.console.link.description import describe
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Quaternion, Vector, quaternion_conjugate, quaternion_multiply
from stage.messages.frames import Frame, FrameReport
from stage.messages.samples import TrackingSample
from stage.model.look import Look
from stage.model.stagefile import Stage
from stage.show.decide import Conductor
from stage.show.margin_watch import distance_to_walls_m
from stage.units import NS_PER_S
from stage.walls.surface import surface_of
from tools.bench.faults.device import END_S, Device, Sent, stage_of
from tools.bench.faults.faults import Wrong
from tracking.source_track import SharedPort, SourceTrack

HEALTH_NS = NS_PER_S // 5
SETTLED_S = 1.0
"""Before this a run has only begun."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`step_px`: the most that the picture moved from one frame to the next beyond the true camera's own motion, in
    pixels of a picture 1920 wide; `turn_deg`: the same of where it looks. `alert_s`: after how long the alert was
    raised, None: never; `alerts`: all that were. `rejected`: packets that gave no pose."""

    step_px: float
    turn_deg: float
    alert_s: float | None
    alerts: tuple[str, ...]
    rejected: int


class Run:
    """A stage with one source, fed packet by packet."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.track = SourceTrack(stage.sources[0], stage.cameras)
        self.port = SharedPort([self.track])
        self.conductor = Conductor(stage, Look())
        self.frames: list[Frame] = []
        self.raised_ns: dict[str, int] = {}
        surfaces = {wall.name: surface_of(wall, Path()) for wall in stage.walls}
        self._shape = describe(stage, surfaces)
        self._inbox, self._book = Inbox(), AlertBook()
        self._stats = FrameStats(float(stage.rate_hz))
        self._clock = FrameClock(stage.rate_hz)

    def play(self, packets: Sequence[Sent]) -> None:
        """All packets in the order in which they arrive, with frames and health between them."""
        events: list[tuple[int, int, Sent | int | None]] = [(sent.arrives_ns, 0, sent) for sent in packets]
        period_ns = self._clock.period_ns
        frames = range(1, int(END_S * float(self.stage.rate_hz)))
        events += [(self._clock.present_ns(number) - period_ns, 1, number) for number in frames]
        events += [(look * HEALTH_NS, 2, None) for look in range(1, int(END_S * NS_PER_S) // HEALTH_NS)]
        for moment_ns, _, what in sorted(events, key=lambda event: event[:2]):
            self._flush(moment_ns)
            if isinstance(what, Sent):
                self._observe(self.port.take(what.data, what.sender, what.arrives_ns))
            elif what is not None:
                self._decide(what, moment_ns)
            else:
                self._judge(moment_ns)

    def _flush(self, now_ns: int) -> None:
        while self.port.due_ns <= now_ns:
            due_ns = self.port.due_ns
            self._observe(self.port.flush(max(due_ns, 0)))
            if self.port.due_ns == due_ns:
                return

    def _observe(self, samples: Sequence[TrackingSample]) -> None:
        for sample in samples:
            self.conductor.observe(sample)

    def _decide(self, number: int, now_ns: int) -> None:
        frame = self.conductor.decide(number, self._clock.present_ns(number), now_ns)
        self.conductor.drawn(frame, now_ns)
        self.frames.append(frame)
        self._inbox.put((frame,), now_ns)
        self._stats.observe_frame(frame)
        self._stats.observe_report(drawn_as_it_should(frame))

    def _judge(self, now_ns: int) -> None:
        self._inbox.put((self.track.health(now_ns),), now_ns)
        found = symptoms(Heard(self._shape, self._inbox, self._stats, 0, now_ns))
        for alert in self._book.update(found, now_ns):
            if alert.active:
                self.raised_ns.setdefault(alert.code, now_ns)


def drawn_as_it_should(frame: Frame) -> FrameReport:
    """A render process that is never late: this bench is about trackers."""
    at_ns = frame.present_ns
    return FrameReport(
        node="render",
        number=frame.number,
        present_ns=at_ns,
        received_ns=frame.decided_ns,
        drawn_ns=at_ns,
        presented_ns=at_ns,
        late_ns=0,
        skipped=0,
        cpu_ns=0,
        outer_drawn=False,
    )


def outcome(wrong: Wrong, species: str, **settings: object) -> Outcome:
    """A fault of a source of this species."""
    stage = stage_of(species, **settings)
    device = Device(stage.sources[0], wrong.motion, wrong.first)
    run = Run(stage)
    run.play(list(wrong.make(device)))
    at_ns = run.raised_ns.get(wrong.alert or "")
    return Outcome(
        step_px=step_px(run, device, wrong.scale),
        turn_deg=turn_deg(run, device),
        alert_s=None if at_ns is None else at_ns / NS_PER_S - wrong.from_s,
        alerts=tuple(sorted(run.raised_ns)),
        rejected=sum(count for _, count in run.track.health(int(END_S * NS_PER_S)).rejected),
    )


def step_px(run: Run, device: Device, scale: float = 1.0) -> float:
    """The largest step of the shown camera beyond the true one's, in pixels."""
    camera = run.stage.cameras[0]
    per_m = camera.lens.points[0].focal_length_mm / camera.sensor_mm[0] * camera.image_px[0]
    per_m /= distance_to_walls_m(run.stage, camera)
    worst = 0.0
    for before, after in pairwise(_settled(run)):
        shown = math.dist(before.cameras[0].position_m, after.cameras[0].position_m)
        true = math.dist(_true(device, before), _true(device, after))
        worst = max(worst, (shown - scale * true) * per_m)
    return worst


def turn_deg(run: Run, device: Device) -> float:
    """The largest turn of the shown camera from one frame to the next beyond the true one's, and away from where that
    looks, in degrees. It moves no pixel of the wall, but the part that is the inner view: what a margin must cover. A
    turn back to the truth, when a tracker returns, is no fault: the picture is covered again at once."""
    worst = 0.0
    for before, after in pairwise(_settled(run)):
        shown = [frame.cameras[0].orientation for frame in (before, after)]
        true = [device.motion(frame.present_ns).orientation for frame in (before, after)]
        beyond = _between_deg(*shown) - _between_deg(*true)
        farther = _between_deg(shown[1], true[1]) - _between_deg(shown[0], true[0])
        worst = max(worst, min(beyond, farther))
    return worst


def _settled(run: Run) -> list[Frame]:
    return [frame for frame in run.frames if frame.present_ns > SETTLED_S * NS_PER_S]


def _between_deg(a: Quaternion, b: Quaternion) -> float:
    turn = quaternion_multiply(b, quaternion_conjugate(a))
    return math.degrees(2.0 * math.atan2(math.hypot(*turn[1:]), abs(turn[0])))


def _true(device: Device, frame: Frame) -> Vector:
    return device.motion(frame.present_ns).position_m
