"""The whole check of a stage file: what is drawn here, and then the real processes for their latency."""

from __future__ import annotations

from pathlib import Path

from tools.live.progress import Tell
from tools.proof.check import CheckOrder, CheckResult, run_check
from tools.proof.latency import LatencyFigures, measure_latency
from tools.proof.live import LiveSettings
from tools.proof.rig import Rig


def whole_check(
    path: Path, chosen: tuple[str | None, str | None], order: CheckOrder, latency_seconds: float, tell: Tell
) -> tuple[CheckResult, LatencyFigures | None]:
    """The check of a stage with a `chosen` set and camera (None: its own set, its first camera), and its latency over
    so many seconds; None for 0. Raises InputError for bad input, ProcessError where the stage does not start."""
    scene, name = chosen
    rig = Rig(path, scene)
    camera = rig.camera(name)
    result = run_check(rig, camera, order, tell)
    distance_m = rig.wall_distance_m(camera)
    rig.close()
    if not latency_seconds:
        return result, None
    settings = LiveSettings(path, order.motion, latency_seconds, scene, seed=order.seed)
    return result, measure_latency(settings, camera, distance_m, tell)
