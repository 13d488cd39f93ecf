"""The whole check of a stage file: what is drawn here, and then the real processes: latency, and what a moving camera
sees."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.live.progress import Tell
from tools.proof.check import CheckOrder, CheckResult, run_check
from tools.proof.figure import Figure
from tools.proof.latency import LatencyFigures, latency_of
from tools.proof.limits import moving_limits
from tools.proof.live import LiveSettings, live_run
from tools.proof.moving import MovingFigures, moving_figures
from tools.proof.rig import Rig


@dataclass(frozen=True, slots=True)
class WholeCheck:
    """The check, and what the real processes did: None where they were not run, or drew nothing."""

    result: CheckResult
    latency: LatencyFigures | None
    moving: MovingFigures | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure with its limit."""
        return (*self.result.figures, *moving_limits(self.moving))

    @property
    def good(self) -> bool:
        """Every figure within its limit."""
        return self.result.good and all(one.good for one in self.figures)

    def document(self) -> dict[str, Any]:
        """For machines."""
        document = self.result.document()
        document["good"] = self.good
        document["figures"] = [one.document() for one in self.figures]
        document["latency"] = asdict(self.latency) if self.latency else None
        return document


def whole_check(
    path: Path, chosen: tuple[str | None, str | None], order: CheckOrder, latency_seconds: float, tell: Tell
) -> WholeCheck:
    """The check of a stage with a `chosen` set and camera (None: its own set, its first camera); the real processes run
    for so many seconds, or not at all for 0. Raises InputError for bad input, ProcessError where the stage does not
    start."""
    scene, name = chosen
    rig = Rig(path, scene)
    camera = rig.camera(name)
    result = run_check(rig, camera, order, tell)
    latency, moving = None, None
    if latency_seconds:
        with live_run(LiveSettings(path, order.motion, latency_seconds, scene, seed=order.seed), tell) as seen:
            pass
        latency = latency_of(seen, camera, rig.wall_distance_m(camera))
        tell("drawing frames of the running stage again, as the camera saw them")
        moving = moving_figures(rig, seen, camera)
    rig.close()
    return WholeCheck(result, latency, moving)
