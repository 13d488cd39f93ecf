"""The records of a switching bench, and its figures. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from stage.messages.commands import CommandResult
from stage.messages.frames import Frame, FrameReport, Preview

LATE_SHARE = 0.5
"""A frame presented more than this share of a frame after its time is late."""


@dataclass(slots=True)
class Heard:
    """What came from the bus in one part of the run."""

    frames: dict[int, Frame] = field(default_factory=dict)
    reports: list[FrameReport] = field(default_factory=list)
    results: list[CommandResult] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)


def first_frames(heard: Heard) -> frozenset[int]:
    """The frames promised to show a command first."""
    return frozenset(result.frame_number for result in heard.results if result.frame_number is not None)


def frames_to_show(heard: Heard) -> dict[str, float]:
    """For every recall: frames from the last one decided before it was obeyed to the first that shows it; and whether
    that is the promised frame."""
    waits: list[float] = []
    broken = 0
    for result in heard.results:
        if (first := result.frame_number) is None:
            continue
        before = [n for n in range(first - 4, first + 1) if _decided(heard, n, result)]
        promised = heard.frames.get(first)
        if not before or promised is None or result.name != "look.recall":
            continue
        waits.append(float(first - max(before)))
        earlier = heard.frames.get(first - 1)
        broken += earlier is not None and earlier.look == promised.look
    p50, p99 = np.percentile(waits or [float("nan")], (50, 99))
    return {"p50": float(p50), "p99": float(p99), "not_on_the_promised_frame": broken}


def lateness(reports: Sequence[FrameReport], period_ns: int) -> dict[str, float]:
    """How many frames were late or skipped, and how long they took to draw."""
    drawing_ms = [(report.drawn_ns - report.received_ns) / 1e6 for report in reports]
    p50, p99 = np.percentile(drawing_ms or [float("nan")], (50, 99))
    return {
        "frames": len(reports),
        "late": sum(is_late(report, period_ns) for report in reports),
        "skipped": sum(report.skipped for report in reports),
        "drawing_p50_ms": float(p50),
        "drawing_p99_ms": float(p99),
    }


def decided_late_p99_ms(frames: Collection[Frame], lead_ns: int) -> float:
    """The 99th percentile of the conductor's delay from tick to decided frame."""
    late_ms = [(frame.decided_ns - frame.present_ns + lead_ns) / 1e6 for frame in frames]
    return float(np.percentile(late_ms or [float("nan")], 99))


def late_because_of(quiet: Heard, busy: Heard, period_ns: int) -> float:
    """Frames of the busy part late or skipped in excess of the undisturbed part's share; 0 = none."""
    share = _missed(quiet, period_ns) / max(1, _due(quiet))
    return max(0.0, _missed(busy, period_ns) - share * _due(busy))


def slope_per_100(samples: Sequence[tuple[int, float]]) -> float:
    """MB gained per 100 changes: the least squares line through (changes so far, MB)."""
    changes, values_mb = np.asarray(samples, np.float64).T
    return float(np.polyfit(changes, values_mb, 1)[0]) * 100.0


def is_late(report: FrameReport, period_ns: int) -> bool:
    """Whether a frame was late enough for the eye to notice."""
    return report.late_ns > LATE_SHARE * period_ns


def _decided(heard: Heard, number: int, result: CommandResult) -> bool:
    """Whether a frame was decided before the command was obeyed."""
    frame = heard.frames.get(number)
    return frame is not None and frame.decided_ns < result.done_ns


def _missed(heard: Heard, period_ns: int) -> int:
    return sum(is_late(report, period_ns) + report.skipped for report in heard.reports)


def _due(heard: Heard) -> int:
    return sum(1 + report.skipped for report in heard.reports)
