"""The pose of a camera that has not been tracked yet. Pure."""

from __future__ import annotations

from stage.maths.pose import Pose
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from stage.model.camera import Camera


def home_state(camera: Camera) -> CameraState:
    """The sensor's home in the stage file and the lens's first point, as a state; validity LOST."""
    point = camera.lens.points[0]
    reading = camera.lens_table().reading(point.zoom_raw, point.focus_raw)
    model = reading.model
    stage_from_pupil = camera.home.pose() @ Pose((0.0, reading.entrance_pupil_m, 0.0))
    return CameraState(
        name=camera.name,
        validity=Validity.LOST,
        position_m=stage_from_pupil.position_m,
        orientation=stage_from_pupil.orientation,
        lens=LensState(
            model.focal_length_mm,
            model.projection_offset_mm,
            model.radial,
            model.tangential,
            reading.overscan,
            entrance_pupil_m=reading.entrance_pupil_m,
            focus_m=reading.focus_m,
        ),
        sensor_mm=camera.sensor_mm,
        sample_number=None,
        sender_counter=None,
        captured_ns=0,
        received_ns=0,
        horizon_ns=0,
    )
