"""All figures of prediction, and whether they are within their limits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stage.errors import InputError
from stage.motions.reading import read_motion
from stage.motions.trajectory import Trajectory
from tools.bench.foresight.kinds import KINDS
from tools.bench.foresight.starts import sway_mm, worst_start
from tools.bench.foresight.table import Extent, Result, hands, results, summary
from tools.bench.prediction import still_jitter_mm

GEOMETRIC_MEAN = 0.85
TO_HOLD = 1.02
STILL_MM = 0.02
START = 0.05
SWAY_MM = 0.5
HANDS_TO_HOLD = 0.7
HANDS = ("hands", "running")
STILL_CASES = ((24.0, 50.0), (60.0, 50.0), (120.0, 100.0), (240.0, 50.0))


def table_figures(
    kinds: Sequence[str] | None, seed: int, recordings: Sequence[Path], extent: Extent
) -> dict[str, object]:
    """The table; without `kinds` all of them, and what else prediction must do. Raises InputError for an unknown kind
    or a file that is no motion."""
    unknown = [kind for kind in kinds or () if kind not in KINDS]
    if unknown:
        raise InputError("--kind", "", f"no made move is called {unknown[0]}", f"Give one of {', '.join(KINDS)}")
    trajectories = [read_motion(path) for path in recordings]
    found = list(results(kinds or tuple(KINDS), seed, trajectories, extent))
    figures = summary(found)
    good = _good(found, figures)
    if not kinds:
        others = other_figures(seed, trajectories, extent.seconds)
        good = good and all(bool(value["good"]) for value in others.values())
        figures |= others
    return {**figures, "good": good}


def _good(found: Sequence[Result], figures: dict[str, object]) -> bool:
    mean = figures["geometric_mean"]
    explained = not figures["above_1.1_without_reason"]
    within = isinstance(mean, float) and mean <= GEOMETRIC_MEAN and all(each.to_hold <= TO_HOLD for each in found)
    return explained and within


def other_figures(seed: int, recordings: Sequence[Trajectory], seconds: float) -> dict[str, dict[str, object]]:
    """A camera that stands, one that moves when tracking begins or comes back, one that sways, and hands."""
    still = {f"{rate:g}Hz/{ahead:g}ms": still_jitter_mm(rate, ahead) for rate, ahead in STILL_CASES}
    start, sway = worst_start(), sway_mm()
    turned = hands(HANDS, seed, recordings, seconds)
    return {
        "still_mm": {**still, "limit": STILL_MM, "good": max(still.values()) <= STILL_MM},
        "moving_start_to_hold": {**start, "limit": START, "good": _at_most(start["worst"], START)},
        "sway_1.1_m_s_mm": {"rms": sway, "limit": SWAY_MM, "good": sway <= SWAY_MM},
        "rotation_of_hands_50ms": {
            **turned,
            "limit": HANDS_TO_HOLD,
            "good": all(
                _at_most(each["to_hold"], HANDS_TO_HOLD) and _at_most(each["p99"], 1.0) and _at_most(each["worst"], 1.0)
                for each in turned.values()
            ),
        },
    }


def _at_most(value: object, limit: float) -> bool:
    return isinstance(value, float) and value <= limit
