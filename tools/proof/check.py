"""The check: the walls against geometry, the whole colour path, every tile, and the tracking chain.

Every figure it prints has a limit and counts: what it calls good is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stage.maths.pose import Pose, Vector, quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraState
from stage.messages.samples import LensState
from stage.model.camera import Camera
from tools.live.progress import Tell, silent
from tools.proof.boards import BoardFigures, compare_boards
from tools.proof.figure import Figure
from tools.proof.limits import LIMITS, figures_of, tracking_figures, witness_limit_px
from tools.proof.rig import Rig, true_state
from tools.proof.tracked import ExactFigures, TrackedFigures, exact_figures, tracked_figures
from tools.proof.walls.coherence import Coherence, coherence
from tools.proof.walls.grey_card import GreyCard, composed_card, grey_card
from tools.proof.walls.heat_map import write_coverage, write_heat_map
from tools.proof.walls.parallax import ParallaxFigures
from tools.proof.walls.probed import PoseAt, Probed, lens_variants, probe, side_by_side
from tools.sim.motion import motion_named

FIRST_FRAME = 48
COHERENT_FRAMES = 4
"""Frames drawn one after another to see whether all tiles follow."""


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


NO_ERRORS = Errors()


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """What to check: `frames` frames of a `motion` (a name, or a recorded motion's file), drawn with `errors`, the
    noise of `seed`; pictures go to the folder `out`."""

    motion: str
    frames: int
    errors: Errors = NO_ERRORS
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All figures of one check. `good` = within the limits."""

    stage: str
    scene: str
    motion: str
    camera: str
    frames: int
    renderer: str
    probed: Probed
    speed_m_s: float
    witness: BoardFigures | None
    tiles: Coherence
    card: GreyCard
    exact: ExactFigures
    tracked: TrackedFigures | None
    errors: Errors

    @property
    def walls(self) -> dict[str, ParallaxFigures | None]:
        """Parallax by wall; None where the camera does not see it."""
        return self.probed.walls

    @property
    def coherent(self) -> bool:
        """Every tile shows the newest frame."""
        return self.tiles.wrong_numbers == 0 and self.tiles.wrong_pictures == 0

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure with its limit."""
        return tuple(self._figures())

    @property
    def good(self) -> bool:
        """Every figure within its limit, and a wall was seen."""
        return any(wall is not None for wall in self.walls.values()) and all(one.good for one in self.figures)

    def _figures(self) -> Iterator[Figure]:
        yield from figures_of(self.probed, self.witness, self.tiles, self.card)
        yield from tracking_figures(self.exact, self.tracked)

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
            "figures": [one.document() for one in self.figures],
            "walls": {name: _wall_document(wall) for name, wall in self.walls.items() if wall is not None},
            "walls_not_seen": [name for name, wall in self.walls.items() if wall is None],
            "camera_speed_m_s": self.speed_m_s,
            "witness_px_rms": None if self.witness is None else self.witness.rms_px,
            "limits": {
                "mean_px": LIMITS["mean"],
                "p99_px": LIMITS["p99"],
                "max_px": LIMITS["max"],
                "witness_px": witness_limit_px(self.witness),
            },
            "witness_corners": 0 if self.witness is None else self.witness.corners,
            "coherent": self.coherent,
            "tracked": None if self.tracked is None else asdict(self.tracked),
            "errors": asdict(self.errors),
        }


def run_check(rig: Rig, camera: Camera, order: CheckOrder, tell: Tell = silent) -> CheckResult:
    """Draw the order's frames on every wall and measure; reports progress by `tell`.

    Writes heat maps of each wall's worst frame, and of what the inner view leaves out, to the order's folder.
    """
    motion, frames, errors, seed, out = order.motion, order.frames, order.errors, order.seed, order.out
    pose_at = motion_named(motion, rig.pupil_home(camera), seed).pose_at
    moments = [FIRST_FRAME + round(index * _stride(rig, frames)) for index in range(frames)]
    lenses = lens_variants(camera)
    states = [
        _states(rig, camera, pose_at, number, (lenses[index % len(lenses)], errors))
        for index, number in enumerate(moments)
    ]
    probed = probe(rig, camera, moments, states, tell)
    if out is not None:
        for name, error in probed.worst.items():
            write_heat_map(out / f"parallax-{name}.png", error.error_px, f"{rig.stage.name} / {name}: parallax error")
        if probed.coverage.worst is not None:
            write_coverage(out / "coverage.png", probed.coverage.worst)
    middle = _states(rig, camera, pose_at, moments[len(moments) // 2], (lenses[0], errors))
    tell("filming the walls with a witness camera")
    witness = compare_boards(rig, camera, middle[0], middle[1], out)
    tell("comparing every tile, frame after frame")
    running = [
        _states(rig, camera, pose_at, FIRST_FRAME + index, (lenses[0], errors))[1] for index in range(COHERENT_FRAMES)
    ]
    tiles = coherence(rig, running, FIRST_FRAME)
    tell("sending a grey card through the whole colour path")
    pose = Pose(middle[0].position_m, middle[0].orientation)
    card = replace(grey_card(rig), composed_codes=composed_card(rig, side_by_side(rig, pose)))
    tell("following a tracker's packets to the predicted camera")
    return CheckResult(
        stage=rig.stage.name,
        scene=rig.scene_name,
        motion=motion,
        camera=camera.name,
        frames=frames,
        renderer=rig.context.info["GL_RENDERER"],
        probed=probed,
        speed_m_s=_speed_m_s(rig, pose_at, moments),
        witness=witness,
        tiles=tiles,
        card=card,
        exact=exact_figures(rig.stage, camera, seed),
        tracked=tracked_figures(rig.stage, camera, motion, seed),
        errors=errors,
    )


def _stride(rig: Rig, frames: int) -> float:
    """Frames between measured frames: the check spans eight seconds of the motion."""
    return max(1.0, 8.0 * float(rig.stage.rate_hz) / frames)


def _states(
    rig: Rig, camera: Camera, pose_at: PoseAt, number: int, drawn_with: tuple[LensState, Errors]
) -> tuple[CameraState, CameraState]:
    """(true state at the frame's time, the state the frame is drawn from)."""
    lens, errors = drawn_with
    true = replace(true_state(camera, pose_at(number / float(rig.stage.rate_hz))), lens=lens)
    late = pose_at((number - errors.late_frames) / float(rig.stage.rate_hz))
    turned = Pose(late.position_m, late.orientation) @ _error_pose(errors)
    return true, replace(true_state(camera, turned), lens=lens)


def _error_pose(errors: Errors) -> Pose:
    right: Vector = (errors.pupil_error_mm / 1000.0, 0.0, 0.0)
    return Pose(right, quaternion_from_pan_tilt_roll(errors.pan_error_deg, 0.0, 0.0))


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
