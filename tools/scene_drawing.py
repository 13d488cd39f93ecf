"""A set drawn by itself, without a stage: stills from any pose, and what a frame of it costs on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.moment import Moment
from render.passes.material import Material
from render.passes.scene_pass import ScenePass
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from render.view import View
from stage.clock import MonotonicClock
from stage.conductor.heavens import heavens_of
from stage.maths.pose import Pose, Quaternion, Vector, quaternion_from_pan_tilt_roll
from stage.maths.projection import camera_axes, perspective
from stage.model.look import Look
from stage.model.scene import Scene
from stage.model.stagefile import Quality

FINER = 2
"""Stills are drawn twice as large and averaged: smooth edges on every machine."""
ROUNDS = 9
KNEE = 0.8
"""Stills are for a monitor: light above this share of white is rolled off instead of clipped."""


@dataclass(frozen=True, slots=True)
class StillPose:
    """A named camera: position (m), pan and tilt (degrees)."""

    name: str
    position_m: Vector
    pan_deg: float
    tilt_deg: float

    @property
    def orientation(self) -> Quaternion:
        """(w, x, y, z), stage from camera."""
        return quaternion_from_pan_tilt_roll(self.pan_deg, self.tilt_deg, 0.0)


POSES = (
    StillPose("front", (0.0, -3.0, 1.5), 0.0, 0.0),
    StillPose("left", (0.5, -4.0, 1.6), 40.0, 2.0),
    StillPose("right", (-0.5, -4.0, 1.6), -40.0, 2.0),
    StillPose("low", (0.8, -2.0, 0.5), -8.0, 8.0),
    StillPose("crane", (0.0, -6.0, 4.0), 0.0, -10.0),
)
"""What a camera on a stage may see: from eye height to three sides, from near the floor, from a crane."""


class SetDrawing:
    """A set on an offscreen context of its own. Raises InputError for the set's files, GraphicsError without OpenGL."""

    def __init__(self, scene: Scene, folder: Path, quality: Quality | None = None) -> None:
        self.data: SceneData = load_scene_data(scene, folder)
        self._scene = scene
        self._context: moderngl.Context = create_offscreen_context()
        self._pass = ScenePass(self._context, self.data, quality or Quality(), Material.LIT)

    def moment(self, look: Look, time_s: float) -> Moment:
        """The set under a look at a scene time. Raises InputError where the look needs a place and there is none."""
        return Moment(look, heavens_of(look.sun, self._scene), time_s)

    def still(self, pose: StillPose, fov_deg: float, size_px: tuple[int, int], moment: Moment) -> NDArray[np.uint8]:
        """(h, w, 3) sRGB, red first; `fov_deg` is the horizontal angle of view."""
        large = (size_px[0] * FINER, size_px[1] * FINER)
        target = self._target(large)
        self._pass.draw(target, (0, 0, *large), view_of(pose, fov_deg, size_px), moment)
        rows = np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(large[1], large[0], 4)
        light = cv2.resize(np.ascontiguousarray(rows[::-1, :, :3]), size_px, interpolation=cv2.INTER_AREA)
        _release(target)
        return monitor_codes(np.asarray(light, np.float32))

    def frame_ms(self, pose: StillPose, fov_deg: float, size_px: tuple[int, int], moment: Moment) -> float:
        """Median milliseconds of one view, after two to warm up."""
        target, view, clock = self._target(size_px), view_of(pose, fov_deg, size_px), MonotonicClock()
        taken: list[float] = []
        for _ in range(ROUNDS + 2):
            begun_ns = clock.now_ns()
            self._pass.draw(target, (0, 0, *size_px), view, moment)
            self._context.finish()
            taken.append((clock.now_ns() - begun_ns) / 1e6)
        _release(target)
        return median(taken[2:])

    @property
    def renderer(self) -> str:
        """What drew it."""
        return str(self._context.info["GL_RENDERER"])

    def close(self) -> None:
        """Free everything."""
        self._pass.release()
        self._context.release()

    def _target(self, size_px: tuple[int, int]) -> moderngl.Framebuffer:
        colour = self._context.texture(size_px, 4, dtype="f2")
        return self._context.framebuffer(colour, self._context.depth_renderbuffer(size_px))


def view_of(pose: StillPose, fov_deg: float, size_px: tuple[int, int]) -> View:
    """The view of a pinhole camera at the pose."""
    across = float(np.tan(np.radians(fov_deg) / 2.0))
    up = across * size_px[1] / size_px[0]
    axes = camera_axes(Pose(pose.position_m, pose.orientation).orientation)
    return View(pose.position_m, perspective(pose.position_m, axes, (-across, across, -up, up)))


def monitor_codes(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scene-linear light (1.0 = 100 nits) as sRGB codes (IEC 61966-2-1); what is brighter than `KNEE` is rolled off."""
    rolled = np.where(light < KNEE, light, 1.0 - (1.0 - KNEE) * np.exp(-(light - KNEE) / (1.0 - KNEE)))
    value = np.clip(np.nan_to_num(rolled), 0.0, 1.0)
    coded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.asarray(coded * 255.0 + 0.5, np.uint8)


def _release(target: moderngl.Framebuffer) -> None:
    for attachment in (*target.color_attachments, target.depth_attachment):
        if attachment is not None:
            attachment.release()
    target.release()
