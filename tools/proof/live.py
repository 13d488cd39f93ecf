"""A live run: the real processes of a stage, moved by real packets and recorded on the bus, with the truth."""

from __future__ import annotations

import math
import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from pathlib import Path

from stage.bus.bus import Subscriber
from stage.clock import MonotonicClock
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.maths.pose import Pose
from stage.messages.frames import CameraState, Frame, FrameReport, Preview
from stage.model.stagefile import Stage
from stage.process.lifeline import die_with_parent
from stage.units import NS_PER_S
from tools.live.live_stage import LiveStage, live_stage, offscreen_show
from tools.live.progress import Tell, silent
from tools.sim.receivers import receiver_of
from tools.sim.sender import run
from tools.sim.stage_variant import write_variant
from tools.sim.tracker import SimulatedTracker, TrackerSettings, settings_for_source

START_NS = 60 * NS_PER_S
LISTEN_NS = NS_PER_S // 20
ACQUIRED_NS = NS_PER_S
"""From the first frame that was drawn with all cameras tracked until what is drawn counts: for so long a camera that
has just appeared is being acquired."""
MOST_COUNTERS = 1 << 16
COUNTERS = {"psn": 1 << 8}
"""Where a device's count begins again, by protocol. A packet without one is the last that left before it came."""


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What to run: a stage, a motion for its cameras, and for how long once the wall shows them."""

    stage_path: Path
    motion: str
    seconds: float
    scene: str | None = None
    frame_rate: str | None = None
    tracker_rate_hz: float | None = None
    seed: int = 1


@dataclass(slots=True)
class LiveRun:
    """The records on the bus, and the simulated trackers by camera name."""

    stage: Stage
    stage_path: Path
    trackers: dict[str, SimulatedTracker]
    frames: dict[int, Frame] = field(default_factory=dict)
    reports: dict[int, FrameReport] = field(default_factory=dict)
    previews: list[Preview] = field(default_factory=list)

    def numbers(self) -> list[int]:
        """Frames the conductor decided, from the first that was drawn with all cameras live."""
        return sorted(self.frames)

    def true_pupil(self, camera: str, moment_ns: int) -> Pose:
        """The true pose of the entrance pupil."""
        settings = self.trackers[camera].settings
        return settings.motion.pose_at((moment_ns - settings.epoch_ns) / NS_PER_S)

    def packet_sent_ns(self, state: CameraState) -> int | None:
        """When the newest packet behind a camera state left the tracker; None before the first."""
        tracker = self.trackers.get(state.name)
        if tracker is None or state.received_ns < tracker.sent_ns(0):
            return None
        elapsed = (state.received_ns - tracker.sent_ns(0)) / NS_PER_S * float(tracker.settings.rate_hz)
        if state.sender_counter is None:
            return tracker.sent_ns(math.floor(elapsed))
        counters = COUNTERS.get(tracker.settings.source.protocol, MOST_COUNTERS)
        turns = round((elapsed - state.sender_counter) / counters)
        return tracker.sent_ns(turns * counters + state.sender_counter)


@dataclass(frozen=True, slots=True)
class Watching:
    """How long a run is recorded once it is warm, and where progress goes."""

    seconds: float
    tell: Tell


@contextmanager
def live_run(settings: LiveSettings, tell: Tell = silent) -> Iterator[LiveRun]:
    """Run it; yields the records. The temporary stage file exists as long as the context. `tell` gets progress.

    Raises ProcessError if the stage does not start, with the last output of what died.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openstage-")))
        path = write_variant(
            settings.stage_path,
            folder,
            frame_rate=settings.frame_rate,
            scene=settings.scene,
            source_rate_hz=settings.tracker_rate_hz,
        )
        stage = load_stage(path)
        tell("starting the stage's processes")
        seen = LiveRun(stage, path, trackers_of(stage, settings, MonotonicClock().now_ns()))
        live = stack.enter_context(live_stage(path, offscreen_show(null_driver=False)))
        records = live.bus.subscriber("conductor.frame", "frame.report", "wall.preview")
        stack.callback(records.close)
        senders = [stack.enter_context(_sending(tracker)) for tracker in seen.trackers.values()]
        _watch(live, records, seen, senders, Watching(settings.seconds, tell))
        yield seen


def trackers_of(stage: Stage, settings: LiveSettings, epoch_ns: int) -> dict[str, SimulatedTracker]:
    """A tracker for every source, by the name of its camera, whose entrance pupil performs the motion from its home."""
    cameras = {camera.source: camera.name for camera in reversed(stage.cameras)}
    return {
        cameras[source.name]: SimulatedTracker(
            replace(settings_for_source(stage, source, settings.motion, settings.seed + n), epoch_ns=epoch_ns)
        )
        for n, source in enumerate(stage.sources)
        if source.name in cameras
    }


def _watch(live: LiveStage, records: Subscriber, seen: LiveRun, senders: list[BaseProcess], watching: Watching) -> None:
    """Read the bus until every camera is tracked and drawn and acquired, discard that, then read for the given time."""
    end_ns, acquired_ns, warm = live.clock.now_ns() + START_NS, None, False
    while (now_ns := live.clock.now_ns()) < end_ns:
        for record in records.receive(LISTEN_NS):
            _keep(seen, record)
        live.check()
        if any(not sender.is_alive() for sender in senders):
            raise ProcessError("a simulated tracker ended")
        if acquired_ns is None and _drawn_with_all_cameras(seen):
            acquired_ns = now_ns + ACQUIRED_NS
        if not warm and acquired_ns is not None and now_ns >= acquired_ns:
            watching.tell(f"shooting {watching.seconds:g} s")
            warm, end_ns = True, now_ns + round(watching.seconds * NS_PER_S)
            seen.frames.clear()
            seen.reports.clear()
            seen.previews.clear()
    if not warm:
        raise ProcessError(f"no frame was drawn with all cameras tracked within {START_NS // NS_PER_S} s")


def _keep(seen: LiveRun, record: object) -> None:
    if isinstance(record, Frame):
        seen.frames[record.number] = record
    elif isinstance(record, FrameReport):
        seen.reports[record.number] = record
    elif isinstance(record, Preview):
        seen.previews.append(record)


def _drawn_with_all_cameras(seen: LiveRun) -> bool:
    drawn = [seen.frames[number] for number in seen.reports if number in seen.frames]
    return any(all(camera.sample_number is not None for camera in frame.cameras) for frame in drawn)


@contextmanager
def _sending(tracker: SimulatedTracker) -> Iterator[BaseProcess]:
    """Run a process that acts as the tracker."""
    process = multiprocessing.get_context("spawn").Process(target=_send, args=(tracker.settings,), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join()


def _send(settings: TrackerSettings) -> None:
    die_with_parent()
    run(SimulatedTracker(settings), receiver_of(settings.source), MonotonicClock(), late=True)
