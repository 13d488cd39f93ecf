"""The check's result as the operator reads it. Pure: the check's own document in, records out.

The check is the program `openstage check`, in a layer above this one: only its name and its JSON are known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stage.errors import InputError


@dataclass(frozen=True, slots=True)
class CheckedFigure:
    """One figure with its limit: the most it may be, or the least where `at_least`. None: nothing could be measured.
    `remedy` says what to do where it is not good."""

    name: str
    value: float | None
    limit: float
    at_least: bool
    unit: str
    good: bool
    remedy: str


@dataclass(frozen=True, slots=True)
class ShowMeanwhile:
    """The running show during the check: its latency over the last seconds, frames missed and late."""

    latency_p50_ms: float | None = None
    latency_p99_ms: float | None = None
    missed: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """One check: every figure, the show during it, who asked, and when it was done (this machine's monotonic clock).

    `walls` are those that the camera sees, `unseen` the others. `pupil_error_mm` is that of the tracking chain after
    prediction over `horizon_ms`. `filmed`: whether there is a witness picture.
    """

    passed: bool
    stage: str
    scene: str
    motion: str
    camera: str
    frames: int
    renderer: str
    figures: tuple[CheckedFigure, ...]
    walls: tuple[str, ...]
    unseen: tuple[str, ...]
    filmed: bool
    pupil_error_mm: float | None
    horizon_ms: float | None
    meanwhile: ShowMeanwhile
    who: str
    took_s: float
    done_ns: int


@dataclass(frozen=True, slots=True)
class CheckState:
    """The check button: whether a check runs, since when and for whom (None before the first); why the last one gave
    no result; the last result."""

    running: bool = False
    since_ns: int | None = None
    who: str | None = None
    problem: str | None = None
    report: CheckReport | None = None


def report_of(
    document: Mapping[str, Any], meanwhile: ShowMeanwhile, who: str, took_s: float, done_ns: int
) -> CheckReport:
    """The report of `openstage check --json`. Raises InputError where the document is not valid."""
    try:
        tracked = document["tracked"] or {}
        return CheckReport(
            passed=bool(document["good"]),
            stage=str(document["stage"]),
            scene=str(document["scene"]),
            motion=str(document["motion"]),
            camera=str(document["camera"]),
            frames=int(document["frames"]),
            renderer=str(document["renderer"]),
            figures=tuple(CheckedFigure(**each) for each in document["figures"]),
            walls=tuple(map(str, document["walls"])),
            unseen=tuple(map(str, document["walls_not_seen"])),
            filmed=document["witness_px_rms"] is not None,
            pupil_error_mm=tracked.get("position_rms_mm"),
            horizon_ms=tracked.get("horizon_ms"),
            meanwhile=meanwhile,
            who=who,
            took_s=took_s,
            done_ns=done_ns,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"gave a result that cannot be read: {error!r}"
        raise InputError("check", "", problem, "Run the check again") from error
