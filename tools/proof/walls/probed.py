"""The probe's part of the check: frames along a motion, drawn as stage positions, measured on every wall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from render.frame import Renderer
from render.view.material import Material
from render.wall.canvas import mean_pixel_m
from stage.maths.lens import LensModel, overscan
from stage.maths.pose import Pose
from stage.messages.frames import CameraState
from stage.messages.samples import LensState
from stage.model.camera import Camera
from tools.live.progress import Tell
from tools.proof.rig import Rig, true_state
from tools.proof.walls.coverage import Coverage, add_coverage
from tools.proof.walls.parallax import ParallaxFigures, WallError, figures, measure_wall, wall_positions
from tools.proof.walls.surround import feather_error, outer_errors, overlap_shares
from tools.sim.witness import WallLight, Witness

MOST_TOLD = 6
"""About how often progress is reported."""
PROOF_BARREL = -0.06
"""How much nearer the middle the proof lens shows the picture's corner."""
PROOF_SHIFT = (0.03, -0.02)
"""Its projection offset, as a share of the sensor's width."""
ASIDE = Pose((0.25, -0.1, 0.05))
"""Where the second camera of an overlap stands, seen from the first."""

PoseAt = Callable[[float], Pose]
Map = NDArray[np.float64]
States = list[tuple[CameraState, CameraState]]
"""(the true state at a frame's time, the state it is drawn from)."""


@dataclass(slots=True)
class Probed:
    """What was measured. `outer_leds` by wall: mean and 99th percentile, None where the wall shows no outer view.
    `feather_most` is NaN and `overlap` (LEDs, right ones) None where there was nothing to measure."""

    walls: dict[str, ParallaxFigures | None] = field(default_factory=dict)
    worst: dict[str, WallError] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    outer_leds: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    feather_most: float = float("nan")
    overlap: tuple[int, int] | None = None


def lens_variants(camera: Camera) -> list[LensState]:
    """The lenses to check with: the camera's at its first point, one that is distorted and shifted, the first without
    distortion, and then the camera's other points. A stage whose lens is perfect is checked like any other."""
    own = [_state_of(point.knot().model, camera.sensor_mm) for point in camera.lens.points]
    width, height = camera.sensor_mm
    focal_mm = own[0].focal_length_mm
    corner2 = (width * width + height * height) / 4.0
    shift = (PROOF_SHIFT[0] * width, PROOF_SHIFT[1] * width)
    proof = LensModel(focal_mm, shift, (PROOF_BARREL / corner2,))
    plain = LensModel(focal_mm)
    return [own[0], _state_of(proof, camera.sensor_mm), _state_of(plain, camera.sensor_mm), *own[1:]]


def probe(rig: Rig, camera: Camera, moments: list[int], states: States, tell: Tell) -> Probed:
    """Draw every frame and measure it, then an overlap of two cameras if the stage has two."""
    tell(f"reading the set {rig.scene_name}")
    renderer = rig.renderer(Material.PROBE)
    positions = {name: wall_positions(surface) for name, surface in rig.surfaces.items()}
    pixel_m = {name: min(mean_pixel_m(surface)) for name, surface in rig.surfaces.items()}
    witness = Witness(rig.surfaces, {name: WallLight(1.0, "gamma-2.4") for name in rig.surfaces}, (16, 9))
    found = Probed()
    errors: dict[str, list[WallError]] = {name: [] for name in positions}
    outer: dict[str, list[Map]] = {name: [] for name in positions}
    for turn, (number, (true, drawn)) in enumerate(zip(moments, states, strict=True)):
        if turn % max(1, len(moments) // MOST_TOLD) == 0:
            tell(f"measuring parallax and coverage, frame {turn + 1} of {len(moments)}")
        shown = _draw(rig, renderer, number, (drawn,))
        add_coverage(found.coverage, witness, positions, shown, true, rig.look.inner)
        for name, places in positions.items():
            errors[name].append(measure_wall(places, shown[name], true, drawn.position_m, camera.image_px))
            outer[name].append(outer_errors(places, shown[name], rig.stage.stage_eye_m, pixel_m[name]))
            if not any(true.lens.radial) and not any(true.lens.tangential):
                apart = feather_error(places, shown[name], true, rig.look.inner)
                found.feather_most = float(np.nanmax([found.feather_most, apart.max(initial=0.0)]))
    found.walls = {name: figures(of_wall) for name, of_wall in errors.items()}
    found.worst = {name: max(of_wall, key=_largest) for name, of_wall in errors.items()}
    found.outer_leds = {name: _spread(np.concatenate(of_wall)) for name, of_wall in outer.items()}
    if len(rig.stage.cameras) > 1:
        tell("laying two cameras over each other")
        found.overlap = _overlap(rig, renderer, states[0][0], positions)
    renderer.release()
    return found


def side_by_side(rig: Rig, pose: Pose) -> tuple[CameraState, ...]:
    """The stage's first two cameras (or its only one), the second a little beside the first, without distortion."""
    poses = (pose, pose @ ASIDE)
    return tuple(
        replace(true_state(camera, at), lens=LensState(camera.lens.points[0].focal_length_mm))
        for camera, at in zip(rig.stage.cameras, poses, strict=False)
    )


def _overlap(rig: Rig, renderer: Renderer, first: CameraState, positions: dict[str, Map]) -> tuple[int, int]:
    """Where both of two cameras film, the first one's view must be."""
    states = side_by_side(rig, Pose(first.position_m, first.orientation))
    return overlap_shares(positions, _draw(rig, renderer, 0, states), states)


def _draw(
    rig: Rig, renderer: Renderer, number: int, cameras: tuple[CameraState, ...]
) -> dict[str, NDArray[np.float32]]:
    renderer.draw(rig.frame(number, cameras, replace(rig.look, frame_code=False)))
    return {name: np.asarray(renderer.readback.wall(name), np.float32) for name in rig.surfaces}


def _state_of(model: LensModel, sensor_mm: tuple[float, float]) -> LensState:
    return LensState(
        model.focal_length_mm, model.projection_offset_mm, model.radial, model.tangential, overscan(model, sensor_mm)
    )


def _largest(error: WallError) -> float:
    return float(np.nanmax(error.error_px)) if not np.isnan(error.error_px).all() else -1.0


def _spread(leds: Map) -> tuple[float, float] | None:
    return (float(leds.mean()), float(np.percentile(leds, 99))) if leds.size else None
