"""Lamps beside the walls, measured at the wire: right values, rate, and delay behind the walls in a fade.

The real render, conductor and lights processes. A receiver on loopback stands in for the lamps; if the library
`sacn` is installed, it reads every packet as well. The levels of a fade are compared with the frames': the frame whose
look explains a level is the one the lamps show, and a packet is late by the time since that frame was on the wall.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from stage.bus.bus import Publisher, Subscriber
from stage.clock import MonotonicClock
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.manager.supervision import STOP_LIMIT_NS
from stage.manager.table import Process
from stage.maths.frame_clock import FrameClock
from stage.messages.frames import Frame, FrameReport
from stage.messages.lights import LightsState
from stage.messages.topics import Record
from stage.model.look import Look
from stage.show.orders.given import command_of
from stage.units import NS_PER_MS, NS_PER_S
from tools.live.live_stage import LiveStage, live_stage, offscreen_show, records_for, wait_for_record
from tools.sim.light_receiver import Received, accounts_of, listening
from tools.sim.stage_variant import write_variant

LIGHTS = Process("lights", "stage.lights.service", needed_for_show=False)
TOPICS = ("conductor.frame", "frame.report", "lights.state", "command.result")
WARM_S, STEADY_S, FADE_S, AFTER_S = 3.0, 2.0, 3.0, 1.5
MIDDLE = (0.05, 0.95)
"""The part of a fade that is measured: near its ends neighbouring frames look alike."""
PLACES_M = {"key": (-2.0, -5.0, 3.0), "fill": (2.0, -5.0, 3.0), "top": (0.0, -2.9, 4.5), "back": (0.0, 1.0, 3.0)}
PEAK_LUX = 200_000.0
LATE_SHARE = 0.5
"""A frame presented more than this share of a frame after its time is late."""


@dataclass(frozen=True, slots=True)
class Fade:
    """A change of the look and its light: `light` of a look is linear in the lamps' values."""

    name: str
    values: dict[str, float]
    light: Callable[[Look], float]


FADES = (
    Fade("exposure", {"exposure.ev": -2.0}, lambda look: look.exposure.gain),
    Fade("sky", {"sky.gain": 0.2}, lambda look: look.sky.gain),
)
"""Exposure is applied when lamps are sent their values; the sky must be measured again in each frame."""


SMALL = """\
schema = "stage/1"
name = "lit"
scene = "boxes"
stage_eye_m = [0.0, -3.0, 1.6]
walls = [{ name = "main", kind = "flat", cabinets = { columns = 4, rows = 2, size_px = [64, 64], pitch_mm = 10 } }]
outputs = [{ name = "one", size_px = [256, 128], tiles = [{ tile = "main/all" }] }]
"""
"""One small wall, which even a machine without a graphics card draws in time."""


def light_figures(
    stage_path: Path | None = None, scene: str | None = None, frame_rate: str = "24", seconds: float = FADE_S
) -> dict[str, Any]:
    """The figures; `seconds` is the duration of each fade. Raises ProcessError if the stage does not start."""
    clock = MonotonicClock()
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder, listening(clock) as (receiver, heard):
        path = lit_variant(stage_path, Path(folder), receiver.port, frame_rate, scene)
        period_ns = FrameClock(load_stage(path).rate_hz).period_ns
        with live_stage(path, (*offscreen_show(null_driver=False), LIGHTS)) as live:
            ear, mouth = live.bus.subscriber(*TOPICS), live.bus.publisher("console")
            wait_for_record(live, ear, FrameReport)
            records_for(live, ear, WARM_S)
            wait_for_record(live, ear, LightsState)
            steady = _part(live, ear, heard, STEADY_S)
            fades = {
                fade.name: _fade(
                    live=live, ear=ear, mouth=mouth, heard=heard, fade=fade, seconds=seconds, period_ns=period_ns
                )
                for fade in FADES
            }
            ended = _end(live, heard)
            ear.close()
            mouth.close()
    account = accounts_of(heard)
    return {
        "packets": sum(each.packets for each in account.values()),
        "independent_library": _library_agrees(heard),
        "meant_in_steady_light": _meant(steady),
        "most_in_a_second": max(each.most_in_a_second() for each in account.values()),
        "out_of_order": sum(each.out_of_order for each in account.values()),
        "terminated_at_exit": ended,
        "walls_steady": _walls(steady.records, period_ns),
        "fades": fades,
    }


def lit_variant(stage_path: Path | None, folder: Path, port: int, frame_rate: str, scene: str | None) -> Path:
    """The stage (default: a small one) with four lamps, sent only to a port on this machine."""
    if stage_path is None:
        stage_path = folder / "small.toml"
        stage_path.write_text(SMALL, encoding="utf-8")
    path = write_variant(stage_path, folder, frame_rate=frame_rate, scene=scene)
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    document["lights"] = {"multicast": False, "listen": False, "destinations": [f"127.0.0.1:{port}"]}
    document["fixtures"] = [
        {"name": name, "position_m": list(place), "address": 1 + 6 * number, "bits": 16, "peak_lux": PEAK_LUX}
        for number, (name, place) in enumerate(PLACES_M.items())
    ]
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Part:
    """What was received in one part of the run."""

    records: list[Record]
    packets: list[Received]


def _part(live: LiveStage, ear: Subscriber, heard: list[Received], seconds: float) -> Part:
    first = len(heard)
    records = [sent.record for sent in records_for(live, ear, seconds)]
    live.check()
    return Part(records, heard[first:])


def _fade(
    live: LiveStage,
    ear: Subscriber,
    mouth: Publisher,
    heard: list[Received],
    fade: Fade,
    seconds: float,
    period_ns: int,
) -> dict[str, Any]:
    arguments = {"values": fade.values, "fade_s": seconds}
    mouth.publish(command_of("look.set", arguments, "bench", live.clock.now_ns()))
    part = _part(live, ear, heard, seconds + AFTER_S)
    frames = [record for record in part.records if isinstance(record, Frame)]
    mouth.publish(command_of("look.undo", {"fade_s": 0.0}, "bench", live.clock.now_ns()))
    _part(live, ear, heard, AFTER_S)
    lags_ms = lags_of(frames, part.packets, fade.light)
    states = [record for record in part.records if isinstance(record, LightsState)]
    p50, p99 = np.percentile(lags_ms or [math.nan], (50, 99))
    return {
        "packets_looked_at": len(lags_ms),
        "behind_wall_p50_ms": float(p50),
        "behind_wall_p99_ms": float(p99),
        "behind_wall_max_ms": max(lags_ms, default=math.nan),
        "oldest_light_frames": max((state.lag_frames for state in states), default=0),
        "walls": _walls(part.records, period_ns),
    }


def lags_of(frames: list[Frame], packets: list[Received], light: Callable[[Look], float]) -> list[float]:
    """Milliseconds each packet in the middle of a fade is behind the wall.

    A packet's share of the fade is that of its brightest slots between the first and the last packet; it should have
    been sent when the frame of the same share (interpolated between two frames) was on the wall.
    """
    if len(packets) < 2 or len(frames) < 2:
        return []
    levels = np.array([_level(packet) for packet in packets])
    lights = np.array([light(frame.look) for frame in frames])
    if levels[0] == levels[-1] or lights[0] == lights[-1]:
        return []
    shares = (levels - levels[0]) / (levels[-1] - levels[0])
    walls = (lights - lights[0]) / (lights[-1] - lights[0])
    moments = np.array([frame.present_ns for frame in frames], np.float64)
    moving = np.concatenate([[True], np.diff(walls) > 0.0])
    due_ns = np.interp(shares, walls[moving], moments[moving])
    middle = (shares > MIDDLE[0]) & (shares < MIDDLE[1])
    changed = np.concatenate([[True], np.diff(levels) != 0.0])
    sent_ns = np.array([packet.received_ns for packet in packets], np.float64)
    return [float(lag) for lag in ((sent_ns - due_ns) / NS_PER_MS)[middle & changed]]


def _level(packet: Received) -> float:
    """All 16-bit values of the lamps together."""
    return float(np.frombuffer(packet.slots[: 6 * len(PLACES_M)], ">u2").astype(np.float64).sum())


def _end(live: LiveStage, heard: list[Received]) -> int:
    """Stop the lights process as the manager does; returns the number of terminated packets received."""
    first = len(heard)
    child = next(child for child in live.children if child.process.role == LIGHTS.role)
    child.end(STOP_LIMIT_NS / NS_PER_S)
    live.clock.rest_until_ns(live.clock.now_ns() + NS_PER_S // 5)
    return sum(packet.terminated for packet in heard[first:])


def _library_agrees(heard: list[Received]) -> str:
    """Whether the library `sacn` reads every packet as this program's reader does."""
    try:
        from sacn.messages.data_packet import DataPacket
    except ImportError:
        return "not installed"
    differing = 0
    for one in heard:
        theirs = DataPacket.make_data_packet(tuple(one.packet))
        same = (theirs.universe, theirs.sequence, theirs.priority, bytes(theirs.dmxData))
        differing += same != (one.universe, one.sequence, one.priority, one.slots)
    return f"{len(heard) - differing} of {len(heard)} packets the same"


def _meant(steady: Part) -> str:
    """Packets of a constant look whose lamps' slots are the state's colour times level, rounded."""
    states = [record for record in steady.records if isinstance(record, LightsState) and record.fixtures]
    if not states or not steady.packets:
        raise ProcessError("no light came: is there a set on the walls?")
    values = [np.array(fixture.colour) * fixture.level for fixture in states[-1].fixtures]
    meant = np.rint(np.concatenate(values) * 65_535).astype(">u2").tobytes()
    same = sum(packet.slots[: len(meant)] == meant for packet in steady.packets)
    return f"{same} of {len(steady.packets)} packets"


def _walls(records: list[Record], period_ns: int) -> dict[str, int]:
    reports = [record for record in records if isinstance(record, FrameReport)]
    late = sum(report.late_ns > LATE_SHARE * period_ns for report in reports)
    return {"frames": len(reports), "late": late, "skipped": sum(report.skipped for report in reports)}
