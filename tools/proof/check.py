"""The check: parallax on every wall, the witness picture, coherence of the tiles, and the tracking chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from render.view.material import Material
from stage.maths.pose import Pose, Vector, quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraState
from stage.model.camera import Camera
from tools.live.progress import Tell, silent
from tools.proof.boards import BoardFigures, compare_boards
from tools.proof.coherence import tiles_agree
from tools.proof.heat_map import write_heat_map
from tools.proof.parallax import ParallaxFigures, WallError, figures, measure_wall, wall_positions
from tools.proof.rig import Rig, true_state
from tools.proof.tracked import TrackedFigures, tracked_figures
from tools.sim.motion import motion_named

LIMITS = {"mean": 0.01, "p99": 0.05, "max": 1.0}
"""The limits of parallax on a healthy stage, in px of the camera's picture."""
WITNESS_LIMIT_PX = 0.3
FIRST_FRAME = 48
MOST_TOLD = 6
"""About how often progress is reported."""

PoseAt = Callable[[float], Pose]


@dataclass(frozen=True, slots=True)
class Errors:
    """Deliberate errors: the check must be able to fail."""

    pupil_error_mm: float = 0.0
    pan_error_deg: float = 0.0
    late_frames: int = 0

    @property
    def any(self) -> bool:
        """Whether the figures should be bad."""
        return bool(self.pupil_error_mm or self.pan_error_deg or self.late_frames)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All figures of one check. `good` = within the limits."""

    stage: str
    scene: str
    motion: str
    camera: str
    frames: int
    renderer: str
    walls: dict[str, ParallaxFigures | None]
    speed_m_s: float
    witness: BoardFigures | None
    coherent: bool
    tracked: TrackedFigures | None
    errors: Errors

    @property
    def good(self) -> bool:
        """Every figure within its limit."""
        walls = [wall for wall in self.walls.values() if wall is not None]
        parallax = all(w.mean <= LIMITS["mean"] and w.p99 <= LIMITS["p99"] and w.max <= LIMITS["max"] for w in walls)
        picture = self.witness is None or self.witness.rms_px <= WITNESS_LIMIT_PX
        return bool(walls) and parallax and picture and self.coherent

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "stage": self.stage,
            "scene": self.scene,
            "motion": self.motion,
            "camera": self.camera,
            "frames": self.frames,
            "renderer": self.renderer,
            "good": self.good,
            "walls": {name: _wall_document(wall) for name, wall in self.walls.items() if wall is not None},
            "walls_not_seen": [name for name, wall in self.walls.items() if wall is None],
            "camera_speed_m_s": self.speed_m_s,
            "witness_px_rms": None if self.witness is None else self.witness.rms_px,
            "limits": {
                "mean_px": LIMITS["mean"],
                "p99_px": LIMITS["p99"],
                "max_px": LIMITS["max"],
                "witness_px": WITNESS_LIMIT_PX,
            },
            "witness_corners": 0 if self.witness is None else self.witness.corners,
            "coherent": self.coherent,
            "tracked": None if self.tracked is None else asdict(self.tracked),
            "errors": asdict(self.errors),
        }


def run_check(
    rig: Rig,
    camera: Camera,
    motion: str,
    frames: int,
    errors: Errors,
    *,
    seed: int = 1,
    out: Path | None = None,
    tell: Tell = silent,
) -> CheckResult:
    """Draw `frames` frames of the motion on every wall and measure. `motion`: a name or a .tum file.

    Writes heat maps of each wall's worst frame to the folder `out`, if given; reports progress by `tell`.
    """
    pose_at = motion_named(motion, rig.pupil_home(camera), seed).pose_at
    moments = [FIRST_FRAME + round(index * _stride(rig, frames)) for index in range(frames)]
    states = [_states(rig, camera, pose_at, number, errors) for number in moments]
    walls, worst = _parallax(rig, camera, moments, states, tell)
    if out is not None:
        for name, error in worst.items():
            write_heat_map(out / f"parallax-{name}.png", error.error_px, f"{rig.stage.name} / {name}: parallax error")
    middle = states[len(states) // 2]
    tell("filming the walls with a witness camera")
    witness = compare_boards(rig, camera, middle[0], middle[1], out)
    tell("comparing tiles, and the tracked motion with the true one")
    return CheckResult(
        stage=rig.stage.name,
        scene=rig.scene_name,
        motion=motion,
        camera=camera.name,
        frames=frames,
        renderer=rig.context.info["GL_RENDERER"],
        walls=walls,
        speed_m_s=_speed_m_s(rig, pose_at, moments),
        witness=witness,
        coherent=tiles_agree(rig, middle[1], moments[: min(3, len(moments))]),
        tracked=tracked_figures(rig.stage, camera, motion, seed),
        errors=errors,
    )


def _stride(rig: Rig, frames: int) -> float:
    """Frames between measured frames: the check spans eight seconds of the motion."""
    return max(1.0, 8.0 * float(rig.stage.rate_hz) / frames)


def _states(rig: Rig, camera: Camera, pose_at: PoseAt, number: int, errors: Errors) -> tuple[CameraState, CameraState]:
    """(true state at the frame's time, the state the frame is drawn from)."""
    true = true_state(camera, pose_at(number / float(rig.stage.rate_hz)))
    late = pose_at((number - errors.late_frames) / float(rig.stage.rate_hz))
    turned = Pose(late.position_m, late.orientation) @ _error_pose(errors)
    return true, true_state(camera, turned)


def _error_pose(errors: Errors) -> Pose:
    right: Vector = (errors.pupil_error_mm / 1000.0, 0.0, 0.0)
    return Pose(right, quaternion_from_pan_tilt_roll(errors.pan_error_deg, 0.0, 0.0))


def _parallax(
    rig: Rig, camera: Camera, moments: list[int], states: list[tuple[CameraState, CameraState]], tell: Tell
) -> tuple[dict[str, ParallaxFigures | None], dict[str, WallError]]:
    tell(f"reading the set {rig.scene_name}")
    renderer = rig.renderer(Material.PROBE)
    look = replace(rig.look, frame_code=False)
    measured: dict[str, list[WallError]] = {name: [] for name in rig.surfaces}
    positions = {name: wall_positions(surface) for name, surface in rig.surfaces.items()}
    for turn, (number, (true, drawn)) in enumerate(zip(moments, states, strict=True)):
        if turn % max(1, len(moments) // MOST_TOLD) == 0:
            tell(f"measuring parallax, frame {turn + 1} of {len(moments)}")
        renderer.draw(rig.frame(number, (drawn,), look))
        for name, errors in measured.items():
            shown = np.asarray(renderer.readback.wall(name), np.float32)
            errors.append(measure_wall(positions[name], shown, true, drawn.position_m, camera.image_px))
    renderer.release()
    worst = {name: max(errors, key=_largest) for name, errors in measured.items()}
    return {name: figures(errors) for name, errors in measured.items()}, worst


def _largest(error: WallError) -> float:
    return float(np.nanmax(error.error_px)) if not np.isnan(error.error_px).all() else -1.0


def _speed_m_s(rig: Rig, pose_at: PoseAt, moments: list[int]) -> float:
    """Median speed of the pupil at the measured frames."""
    rate = float(rig.stage.rate_hz)
    steps = [np.subtract(pose_at(n / rate).position_m, pose_at((n - 1) / rate).position_m) for n in moments]
    return float(np.median([np.linalg.norm(step) for step in steps]) * rate)


def _wall_document(wall: ParallaxFigures) -> dict[str, Any]:
    return {
        "parallax_px": {"mean": wall.mean, "p99": wall.p99, "p999": wall.p999, "max": wall.max},
        "analytic_px": {"mean": wall.analytic_mean},
        "silhouette_share": wall.silhouette_share,
        "silhouette_px": {"p99": wall.silhouette_p99},
        "pixels": wall.pixels,
    }
