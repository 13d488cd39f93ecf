"""When the stage needs its operator: pure rules over records of the bus. The texts are in stage/model/alerts.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from stage.bus.inbox import Inbox
from stage.console.door.wrong_tries import ALERT_NS, Suspect
from stage.console.health.facing_rules import facing_faults
from stage.console.health.frame_stats import RECENT_WINDOW_NS, FrameStats
from stage.console.health.place_rules import place_faults
from stage.console.link.description import SourceShape, StageDescription
from stage.messages.control import ProcessState
from stage.messages.frames import CameraForecast, CameraMargin, CameraState, Frame
from stage.messages.lights import LightsState
from stage.messages.samples import SendState, SourceClock, SourceHealth, Validity
from stage.messages.takes import RecorderState
from stage.units import NS_PER_S

START_GRACE_NS = 8 * NS_PER_S
"""A starting stage is silent for a while: before this, a missing record raises no alert."""
LOW_RATE_SHARE = 0.9
ROOM_MINUTES = 30.0
"""With less room for takes than this, somebody should make some."""
RESTART_SHOWN_NS = 30 * NS_PER_S
NEEDED_ROLES = ("tracking", "conductor", "render", "backdrop")
"""Without these processes the wall is wrong; the show can go on without the others."""
UP_STATES = ("starting", "running")
HABITS = ("source-bursts", "source-stalls", "source-repeats")
"""What a sender's clock may notice of it."""
RECENT_S = RECENT_WINDOW_NS // NS_PER_S


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something is wrong now: `code` is a row of ALERTS, `subject` what it is about, `detail` the figures."""

    code: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything the rules use. `began_ns`: when this console began to listen."""

    stage: StageDescription
    inbox: Inbox
    stats: FrameStats
    began_ns: int
    now_ns: int

    @property
    def started(self) -> bool:
        """Whether records that are still missing should have arrived."""
        return self.now_ns - self.began_ns > START_GRACE_NS


def symptoms(heard: Heard) -> list[Symptom]:
    """Everything that is wrong at `heard.now_ns`."""
    return [symptom for rule in RULES for symptom in rule(heard)]


def stranger_symptoms(suspects: Iterable[Suspect], now_ns: int) -> list[Symptom]:
    """Addresses that sent wrong PINs repeatedly, for a while after the last."""
    return [
        Symptom("wrong-pin", each.address, f"{each.wrong} wrong tries")
        for each in suspects
        if now_ns - each.last_ns < ALERT_NS
    ]


def source_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Trackers that are silent, late or send unusable packets."""
    for source in heard.stage.sources:
        health = heard.inbox.newest(SourceHealth, source.name)
        if health is None:
            if heard.started:
                yield Symptom("source-lost", source.name, "the tracking process has not reported it yet")
        elif not heard.inbox.alive(SourceHealth, source.name, heard.now_ns):
            yield Symptom("source-lost", source.name, "the tracking process no longer reports it")
        else:
            yield from _of_health(source, health)


def _of_health(source: SourceShape, health: SourceHealth) -> Iterator[Symptom]:
    yield from (Symptom(code, source.name, detail) for code, detail in health.faults)
    if any(code == "source-frozen" for code, _ in health.faults):
        pass  # its packets may be refused as repeats: that it is frozen says why
    elif health.validity is not Validity.LIVE and health.refusal:
        from_whom = f", from {health.sender}" if health.sender else ""
        yield Symptom("source-refused", source.name, f"{health.refusal}{from_whom}")
    elif health.validity is Validity.LOST:
        last = f"; the last came from {health.sender}" if health.sender else ""
        yield Symptom("source-lost", source.name, f"no usable packet on {source.protocol} {source.address}{last}")
    elif health.validity is Validity.STALE:
        yield Symptom("source-stale", source.name, f"{health.rate_hz:.1f} of {source.rate_hz:g} packets/s")
    if health.warning:
        yield Symptom("source-warning", source.name, health.warning)
    if health.validity is Validity.LIVE:
        yield from _of_clock(source.name, health.clock)


def _of_clock(source: str, clock: SourceClock) -> Iterator[Symptom]:
    """What a sender does with its packets that an operator should know."""
    if clock.kind in HABITS:
        yield Symptom(clock.kind, source, clock.habit)
    if clock.state == "free-running":
        yield Symptom("source-unsteady", source, "the times between its packets wander")


def camera_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Cameras with an inner view where none can stand, or without any sample although their tracker sends: a wrong
    camera id. Cameras on air without an inner view."""
    frame = heard.inbox.newest(Frame)
    if frame is None:
        return
    for name in frame.choice.on_air:
        if name in frame.choice.off:
            yield Symptom("on-air-off", name, "the wall shows the outer view where it films")
    source_of = {camera.name: camera.source for camera in heard.stage.cameras}
    for camera in frame.shown_cameras:
        for problem in place_faults(heard.stage, camera.name, camera.position_m) if camera.captured_ns else ():
            yield Symptom("camera-place", camera.name, problem)
            break
        else:
            yield from _facing(heard, camera)
        health = heard.inbox.newest(SourceHealth, source_of.get(camera.name, ""))
        if camera.sample_number is None and health is not None and health.validity is Validity.LIVE:
            yield Symptom("camera-untracked", camera.name, f"{health.source} is sending, but not for this camera")


def _facing(heard: Heard, camera: CameraState) -> Iterator[Symptom]:
    pose = (camera.position_m, camera.orientation)
    for problem in facing_faults(heard.stage, camera.name, *pose) if camera.captured_ns else ():
        yield Symptom("camera-facing", camera.name, problem)
        break


def margin_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Cameras whose picture reached beyond the inner view and its margin."""
    for margin in heard.inbox.all_newest(CameraMargin):
        if margin.missed and heard.inbox.alive(CameraMargin, margin.camera, heard.now_ns):
            frames = "1 frame" if margin.missed == 1 else f"{margin.missed} frames"
            detail = f"by up to {margin.worst_deg:.1f} deg in {frames} of the last minute"
            yield Symptom("margin-missed", margin.camera, detail)


_INSTEAD = {"voted": "by its steadiest forecasters alone", "held": "not at all: the newest sample is held"}


def forecast_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Cameras that are predicted in a simpler way, because that missed less of late."""
    for forecast in heard.inbox.all_newest(CameraForecast):
        if not heard.inbox.alive(CameraForecast, forecast.camera, heard.now_ns):
            continue
        simpler = [
            f"{what} {_INSTEAD[method]}"
            for what, method in (("position", forecast.position), ("rotation", forecast.rotation))
            if method in _INSTEAD
        ]
        if simpler:
            yield Symptom("forecast-simpler", forecast.camera, "; ".join(simpler))


def frame_symptoms(heard: Heard) -> Iterator[Symptom]:
    """No frames decided, a frozen wall, a low frame rate."""
    if not heard.inbox.alive(Frame, "", heard.now_ns):
        if heard.started or heard.inbox.newest(Frame) is not None:
            yield Symptom("no-frames", "conductor", "no frame is being decided")
        return
    silent = heard.stats.silent_nodes(heard.now_ns)
    yield from (Symptom("wall-still", node, "frames are decided, but none is reported as drawn") for node in silent)
    if not heard.stats.nodes and heard.started:
        yield Symptom("wall-still", "render", "no frame has been reported as drawn yet")
    if heard.stats.nodes and not silent:
        yield from _keeping_up(heard)


def _keeping_up(heard: Heard) -> Iterator[Symptom]:
    rate_hz, nominal_hz = heard.stats.rate_hz(heard.now_ns), heard.stage.rate_hz
    recent = heard.stats.span(heard.now_ns, RECENT_WINDOW_NS)
    if rate_hz < LOW_RATE_SHARE * nominal_hz and heard.started:
        yield Symptom("rate-low", "wall", f"{rate_hz:.1f} of {heard.stage.frame_rate} frames/s")
    elif recent.skipped:
        yield Symptom("frames-skipped", "wall", f"{recent.skipped} of {recent.due} in the last {RECENT_S} s")
    if recent.late:
        yield Symptom("frames-late", "wall", f"{recent.late} of {recent.shown} in the last {RECENT_S} s")


def light_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Lamps that cannot be reached."""
    state = heard.inbox.newest(LightsState)
    if state is not None and state.error:
        yield Symptom("lights-silent", "lights", state.error)


def send_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Poses that do not leave this machine."""
    for state in heard.inbox.all_newest(SendState):
        if state.error:
            yield Symptom("send-fails", state.name, state.error)


def take_symptoms(heard: Heard) -> Iterator[Symptom]:
    """A take that rolls and is not written, or not whole; a disk that is nearly full."""
    state = heard.inbox.newest(RecorderState)
    if state is None or not heard.inbox.alive(RecorderState, "", heard.now_ns):
        return
    if state.problem is not None:
        yield Symptom("take-not-kept", state.take or "takes", state.problem)
    if state.lost:
        yield Symptom("take-frames-lost", state.take or "takes", f"{state.lost} so far")
    if state.minutes_left < ROOM_MINUTES:
        yield Symptom("takes-room", state.folder, f"{state.minutes_left:.0f} minutes of recording left")


def process_symptoms(heard: Heard) -> Iterator[Symptom]:
    """Processes that are down or have just restarted."""
    for process in heard.inbox.all_newest(ProcessState):
        if process.state == "failed":
            yield Symptom("process-failed", process.role, process.reason)
        elif process.state == "restarting":
            code = "process-down" if process.role in NEEDED_ROLES else "helper-down"
            yield Symptom(code, process.role, process.reason)
        elif process.state in UP_STATES and _just_restarted(process, heard.now_ns):
            times = "once" if process.restarts == 1 else f"{process.restarts} times"
            yield Symptom("process-restarted", process.role, f"{process.reason}; {times} so far".lstrip("; "))


def _just_restarted(process: ProcessState, now_ns: int) -> bool:
    return process.restarts > 0 and now_ns - process.since_ns < RESTART_SHOWN_NS


RULES: tuple[Callable[[Heard], Iterator[Symptom]], ...] = (
    source_symptoms,
    camera_symptoms,
    margin_symptoms,
    forecast_symptoms,
    frame_symptoms,
    light_symptoms,
    send_symptoms,
    take_symptoms,
    process_symptoms,
)
