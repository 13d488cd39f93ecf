"""The check's result as the operator reads it. Pure: the check's own document in, records out.

The check is the program `openstage check`, in a layer above this one: only its name and its JSON are known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stage.errors import InputError


@dataclass(frozen=True, slots=True)
class CheckedWall:
    """Parallax error of one wall in px of the camera; None where the camera does not see the wall."""

    name: str
    mean_px: float | None
    p99_px: float | None
    p999_px: float | None
    max_px: float | None
    pixels: int
    passed: bool


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """The limits for a healthy stage, in px of the camera."""

    mean_px: float
    p99_px: float
    max_px: float
    witness_px: float


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

    `pupil_error_mm` and `rotation_error_deg` are those of the tracking chain after prediction over `horizon_ms`.
    """

    passed: bool
    stage: str
    scene: str
    motion: str
    camera: str
    frames: int
    renderer: str
    walls: tuple[CheckedWall, ...]
    limits: CheckLimits
    witness_px: float | None
    witness_corners: int
    coherent: bool
    pupil_error_mm: float | None
    rotation_error_deg: float | None
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
        limits = CheckLimits(**document["limits"])
        seen = tuple(
            _wall(name, wall["parallax_px"], wall["pixels"], limits) for name, wall in document["walls"].items()
        )
        unseen = tuple(
            CheckedWall(name=name, mean_px=None, p99_px=None, p999_px=None, max_px=None, pixels=0, passed=True)
            for name in document["walls_not_seen"]
        )
        tracked = document["tracked"] or {}
        return CheckReport(
            passed=bool(document["good"]),
            stage=str(document["stage"]),
            scene=str(document["scene"]),
            motion=str(document["motion"]),
            camera=str(document["camera"]),
            frames=int(document["frames"]),
            renderer=str(document["renderer"]),
            walls=(*seen, *unseen),
            limits=limits,
            witness_px=document["witness_px_rms"],
            witness_corners=int(document["witness_corners"]),
            coherent=bool(document["coherent"]),
            pupil_error_mm=tracked.get("position_rms_mm"),
            rotation_error_deg=tracked.get("rotation_rms_deg"),
            horizon_ms=tracked.get("horizon_ms"),
            meanwhile=meanwhile,
            who=who,
            took_s=took_s,
            done_ns=done_ns,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"gave a result that cannot be read: {error!r}"
        raise InputError("check", "", problem, "Run the check again") from error


def _wall(name: str, figures: Mapping[str, float], pixels: int, limits: CheckLimits) -> CheckedWall:
    mean, p99, largest = figures["mean"], figures["p99"], figures["max"]
    passed = mean <= limits.mean_px and p99 <= limits.p99_px and largest <= limits.max_px
    return CheckedWall(
        name=name, mean_px=mean, p99_px=p99, p999_px=figures["p999"], max_px=largest, pixels=int(pixels), passed=passed
    )
