"""A stage on the bench: its surfaces, its renderers without a screen, and frame records with true camera poses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import moderngl
import numpy as np

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from render.view.material import Material
from stage.calibration.wall_calibration import calibrations_of
from stage.errors import InputError
from stage.files.loading import find_look, find_scene, load_preset, load_scene, load_stage
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Pose
from stage.messages.frames import CameraState, Frame, Heavens
from stage.messages.samples import Validity
from stage.model.camera import Camera
from stage.model.look import Look
from stage.model.stagefile import Stage
from stage.show.heavens import heavens_of
from stage.show.home import home_state
from stage.units import NS_PER_S
from stage.walls.surface import Surface, surface_of
from tools.sim.witness import WallLight, Witness


class Rig:
    """Everything a measurement needs of one stage; releases its renderers on `close`.

    Raises InputError for a stage, look or set that is missing or invalid.
    """

    def __init__(self, stage_path: Path, scene_name: str | None = None) -> None:
        self.path = stage_path
        self.stage: Stage = load_stage(stage_path)
        self.surfaces: dict[str, Surface] = {
            wall.name: surface_of(wall, stage_path.parent) for wall in self.stage.walls
        }
        self.scene_name = scene_name or self.stage.scene
        load_scene(find_scene(self.scene_name, stage_path.parent))
        self.look: Look = load_preset(find_look(self.stage.look, stage_path.parent)).look
        self.clock = FrameClock(self.stage.rate_hz)
        self.context: moderngl.Context = create_offscreen_context()

    def camera(self, name: str | None) -> Camera:
        """The named camera, or the first. Raises InputError if there is none."""
        for camera in self.stage.cameras:
            if name is None or camera.name == name:
                return camera
        known = ", ".join(camera.name for camera in self.stage.cameras) or "none"
        raise InputError(str(self.path), "cameras", f"there is no camera {name or ''}", f"Cameras here: {known}")

    def pupil_home(self, camera: Camera) -> Pose:
        """The entrance pupil's pose with the camera at home."""
        home = home_state(camera)
        return Pose(home.position_m, home.orientation)

    def wall_distance_m(self, camera: Camera) -> float:
        """From the pupil at home to the wall in the middle of the picture, along the axis; to the nearest wall point
        in front of it if the middle misses every wall."""
        lights = {name: WallLight(1.0, "gamma-2.4") for name in self.surfaces}
        hits = Witness(self.surfaces, lights, (96, 54)).trace(home_state(camera))
        middle = float(hits.distance_m[27, 48])
        return middle if np.isfinite(middle) else float(hits.distance_m.min())

    def scene_data(self, name: str | None = None) -> SceneData:
        """The set of this rig, or another by its name."""
        path = find_scene(name or self.scene_name, self.path.parent)
        return load_scene_data(load_scene(path), path.parent)

    def renderer(
        self, material: Material, scene: SceneData | None = None, samples: Literal[0, 2, 4, 8] | None = None
    ) -> Renderer:
        """The product's renderer on this rig's context, all outputs offscreen; `samples` a pixel; unset: the stage's
        own quality."""
        stage = self.stage
        if samples is not None:
            stage = stage.model_copy(update={"quality": stage.quality.model_copy(update={"msaa": samples})})
        calibrations = calibrations_of(stage, self.path.parent)
        data = scene or self.scene_data()
        return Renderer(self.context, stage, self.surfaces, data, material, calibrations=calibrations)

    def frame(self, number: int, cameras: tuple[CameraState, ...], look: Look | None = None) -> Frame:
        """The record of a frame whose camera states are given."""
        present_ns = self.clock.present_ns(number)
        outer = number - number % self.stage.timing.outer_every_frames
        look = look or self.look
        return Frame(
            number=number,
            present_ns=present_ns,
            decided_ns=present_ns,
            scene=self.scene_name,
            scene_time_s=present_ns / NS_PER_S,
            outer_number=outer,
            outer_scene_time_s=self.clock.present_ns(outer) / NS_PER_S,
            look=look,
            cameras=cameras,
            heavens=self._heavens(look),
        )

    def _heavens(self, look: Look) -> Heavens:
        scene = load_scene(find_scene(self.scene_name, self.path.parent))
        return heavens_of(look.sun, scene, self.stage.place)

    def close(self) -> None:
        """Release the graphics context."""
        self.context.release()


def true_state(camera: Camera, stage_from_pupil: Pose) -> CameraState:
    """The camera's state with its entrance pupil exactly at a pose."""
    return replace(
        home_state(camera),
        validity=Validity.LIVE,
        position_m=stage_from_pupil.position_m,
        orientation=stage_from_pupil.orientation,
        sample_number=0,
    )
