"""The picture's quality in numbers: the sharpness of every wall, and the excess shimmer on a slow dolly.

Truth is the same wall with 4 x 4 pixels for each, every pixel the mean of its 16: a direct render at the wall's own
resolution, 16 times supersampled.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from render.frame import Renderer
from render.scene.scene_data import SceneData
from render.view.material import Material
from stage.calibration.wall_calibration import calibrations_of
from stage.maths.arrays import Floats
from stage.messages.frames import CameraState
from stage.model.camera import Camera
from stage.walls.surface import Surface
from tools.proof.edge_set import EdgePlace, edge_set
from tools.proof.rig import Rig, true_state
from tools.proof.slanted_edge import mtf50
from tools.sim.witness import WallLight, to_light

FINER = 4
LEAST_SHARPNESS = 0.9
MOST_SHIMMER = 1.5
STEP_M = 0.001
FRAMES = 5
DISPLAY = 1.0 / 2.4
CODES = 255
"""Changes are compared as the eye sees them: light to this power, roughly even steps of lightness; and in 8 bit steps
on both sides, or truth would change where no wall can."""


@dataclass(frozen=True, slots=True)
class WallPicture:
    """One wall. MTF50 in cycles per wall pixel; `ssim` of the wall's picture against truth; `shimmer`: mean change from
    frame to frame on a dolly of 1 mm a frame, over that of truth (None if the wall shows no inner view)."""

    mtf50: float | None
    mtf50_direct: float | None
    ssim: float
    change: float
    change_true: float

    @property
    def sharpness(self) -> float | None:
        """MTF50 over that of the direct render."""
        return self.mtf50 / self.mtf50_direct if self.mtf50 and self.mtf50_direct else None

    @property
    def shimmer(self) -> float:
        """Frame-to-frame change over the true one."""
        return self.change / self.change_true if self.change_true > 0 else 1.0

    @property
    def good(self) -> bool:
        """Within the limits."""
        return (self.sharpness is None or self.sharpness >= LEAST_SHARPNESS) and self.shimmer <= MOST_SHIMMER

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "sharpness": self.sharpness, "shimmer": self.shimmer, "good": self.good}


def picture_figures(rig: Rig, camera: Camera, samples: int) -> dict[str, WallPicture]:
    """The figures of every wall of which the camera sees enough. `samples` a pixel for the judged pictures."""
    home = rig.pupil_home(camera)
    state = true_state(camera, home)
    edges, places = edge_set(rig.surfaces, state)
    seen = {place.wall for place in places}
    fine = {name: finer(surface) if name in seen else surface for name, surface in rig.surfaces.items()}
    sharp = {}
    for surfaces in (rig.surfaces, fine):
        renderer = _renderer(rig, surfaces, samples if surfaces is rig.surfaces else 0, edges)
        renderer.draw(rig.frame(0, (state,), replace(rig.look, frame_code=False)))
        for place in places:
            light = _light(rig, renderer, place.wall, (place.rows, place.columns), surfaces is fine)
            sharp[place.wall, surfaces is fine] = mtf50(light)
        renderer.release()
    right = np.asarray(home.transform((1.0, 0.0, 0.0))) - home.position_m
    states = [
        replace(state, position_m=tuple((np.asarray(state.position_m) + right * STEP_M * n).tolist()))
        for n in range(FRAMES)
    ]
    shown = _moving(rig, rig.surfaces, samples, states, places)
    true = _moving(rig, fine, 0, states, places)
    return {
        place.wall: WallPicture(
            sharp[place.wall, False],
            sharp[place.wall, True],
            ssim(shown[place.wall][0], true[place.wall][0]),
            _change(shown[place.wall]),
            _change(true[place.wall]),
        )
        for place in places
    }


def finer(surface: Surface) -> Surface:
    """The same wall with 4 x 4 pixels for each."""
    width, height = surface.size_px
    return replace(surface, canvas_px=surface.canvas_px * FINER, size_px=(width * FINER, height * FINER))


def ssim(a: Floats, b: Floats) -> float:
    """Structural similarity (Wang et al. 2004) of two (h, w) pictures in 0..1, Gaussian window of 1.5 px."""

    def mean(picture: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(picture, (11, 11), 1.5), np.float64)

    mean_a, mean_b = mean(a), mean(b)
    variance_a, variance_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    together = mean(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    alike = (2 * mean_a * mean_b + c1) * (2 * together + c2)
    return float((alike / ((mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2))).mean())


def _moving(
    rig: Rig, surfaces: dict[str, Surface], samples: int, states: list[CameraState], places: tuple[EdgePlace, ...]
) -> dict[str, list[Floats]]:
    """Per wall, the lightness of its visible part at each state: the rig's own set, frame by frame."""
    renderer = _renderer(rig, surfaces, samples, None)
    pictures: dict[str, list[Floats]] = {place.wall: [] for place in places}
    for state in states:
        renderer.draw(rig.frame(0, (state,), replace(rig.look, frame_code=False)))
        for place in places:
            light = _light(rig, renderer, place.wall, place.seen, surfaces is not rig.surfaces)
            peak = next(wall.peak_nits for wall in rig.stage.walls if wall.name == place.wall) / 100.0
            pictures[place.wall].append(np.round((light / peak) ** DISPLAY * CODES) / CODES)
    renderer.release()
    return pictures


def _renderer(rig: Rig, surfaces: dict[str, Surface], samples: int, scene: SceneData | None) -> Renderer:
    quality = rig.stage.quality.model_copy(update={"msaa": samples})
    stage = rig.stage.model_copy(update={"quality": quality})
    calibrations = calibrations_of(stage, rig.path.parent)
    return Renderer(rig.context, stage, surfaces, scene or rig.scene_data(), Material.LIT, calibrations=calibrations)


def _light(rig: Rig, renderer: Renderer, name: str, part: tuple[slice, slice], fine: bool) -> Floats:
    """(h, w) linear light of a part of a wall, mean of the colours, at the wall's own resolution."""
    wall = next(wall for wall in rig.stage.walls if wall.name == name)
    codes = np.asarray(renderer.readback.wall(name), np.uint8)[..., :3]
    scale = FINER if fine else 1
    rows, columns = (slice(each.start * scale, each.stop * scale) for each in part)
    light = to_light(codes[rows, columns], WallLight.of(wall)).mean(axis=2, dtype=np.float64)
    height, width = light.shape[0] // scale, light.shape[1] // scale
    return np.asarray(light.reshape(height, scale, width, scale).mean(axis=(1, 3)))


def _change(pictures: list[Floats]) -> float:
    return float(np.mean([np.abs(after - before).mean() for before, after in pairwise(pictures)]))
