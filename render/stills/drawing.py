"""Draws a set by itself, without a stage, as a picture for a monitor, and measures what a frame of it costs here."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.clock import MonotonicClock
from stage.maths.pose import Quaternion, Vector
from stage.maths.projection import camera_axes, perspective
from stage.model.look import Look
from stage.model.place import Place
from stage.model.scene import Scene
from stage.model.stagefile import Quality
from stage.show.heavens import heavens_of
from stage.show.shown_light import ShownLight, key_colour

FINER = 2
"""Stills are drawn at twice the size and averaged: smooth edges on every machine."""
ROUNDS = 9
KNEE = 0.8
"""Stills are for a monitor: light above this share of white is rolled off, not clipped."""


class SetDrawing:
    """A set on an offscreen context; makes its own unless one is given.

    Raises InputError for the set's files, GraphicsError without OpenGL."""

    def __init__(
        self, scene: Scene, folder: Path, quality: Quality | None = None, context: moderngl.Context | None = None
    ) -> None:
        self.data: SceneData = load_scene_data(scene, folder)
        self._scene = scene
        self._given = context is not None
        self._context: moderngl.Context = context or create_offscreen_context()
        self._pass = ScenePass(self._context, self.data, quality or Quality(), Material.LIT)

    def moment(self, look: Look, time_s: float, place: Place | None = None) -> Moment:
        """The set under a look at a scene time; `place` is the stage's. Raises InputError if the look needs a place
        and there is none."""
        return Moment(look, heavens_of(look.sun, self._scene, place), time_s)

    def still(self, view: View, size_px: tuple[int, int], moment: Moment) -> NDArray[np.uint8]:
        """(h, w, 3) sRGB, red first: the inner view of the look, its white balance, grade and chroma key included."""
        large = (size_px[0] * FINER, size_px[1] * FINER)
        target = self._target(large)
        self._pass.draw(target, (0, 0, *large), view, moment)
        rows = np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(large[1], large[0], 4)
        light = cv2.resize(np.ascontiguousarray(rows[::-1, :, :3]), size_px, interpolation=cv2.INTER_AREA)
        _release(target)
        return monitor_codes(in_look(np.asarray(light, np.float32), moment.look))

    def frame_ms(self, view: View, size_px: tuple[int, int], moment: Moment) -> float:
        """Median milliseconds of one view, after two to warm up."""
        target, clock = self._target(size_px), MonotonicClock()
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
        """The name of the renderer."""
        return str(self._context.info["GL_RENDERER"])

    def close(self) -> None:
        """Free everything but a context that was given."""
        self._pass.release()
        if not self._given:
            self._context.release()

    def _target(self, size_px: tuple[int, int]) -> moderngl.Framebuffer:
        colour = self._context.texture(size_px, 4, dtype="f2")
        return self._context.framebuffer(colour, self._context.depth_renderbuffer(size_px))


def pinhole_view(position_m: Vector, orientation: Quaternion, fov_deg: float, size_px: tuple[int, int]) -> View:
    """The view of a pinhole camera; `fov_deg` is its horizontal angle of view."""
    across = float(np.tan(np.radians(fov_deg) / 2.0))
    up = across * size_px[1] / size_px[0]
    return View(position_m, perspective(position_m, camera_axes(orientation), (-across, across, -up, up)))


def in_look(light: NDArray[np.float32], look: Look) -> NDArray[np.float32]:
    """(h, w, 3) light of a set as the inner view shows it: white balance, grade, or the key's flat colour."""
    if look.key.on:
        return np.broadcast_to(np.array(key_colour(look.key, 1.0), np.float32), light.shape).copy()
    shown = ShownLight.of(look)
    if shown.balances:
        light = np.asarray(shown.balanced(light), np.float32)
    if shown.grades:
        light = np.asarray(shown.inner(light), np.float32)
    return light


def monitor_codes(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scene-linear light (1.0 = 100 nits) as sRGB codes (IEC 61966-2-1); light above `KNEE` is rolled off."""
    rolled = np.where(light < KNEE, light, 1.0 - (1.0 - KNEE) * np.exp(-(light - KNEE) / (1.0 - KNEE)))
    value = np.clip(np.nan_to_num(rolled), 0.0, 1.0)
    coded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.asarray(coded * 255.0 + 0.5, np.uint8)


def _release(target: moderngl.Framebuffer) -> None:
    for attachment in (*target.color_attachments, target.depth_attachment):
        if attachment is not None:
            attachment.release()
    target.release()
