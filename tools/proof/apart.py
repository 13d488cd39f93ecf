"""How far a camera state is from the true pose. Pure."""

from __future__ import annotations

import numpy as np

from stage.maths.pose import Pose, quaternion_conjugate, quaternion_multiply, rotation_vector_from_quaternion
from stage.messages.frames import CameraState


def apart(state: CameraState, true: Pose) -> tuple[float, float]:
    """(metres between the two pupils, degrees between the two orientations by the short way)."""
    turn = quaternion_multiply(state.orientation, quaternion_conjugate(true.orientation))
    distance_m = float(np.linalg.norm(np.subtract(state.position_m, true.position_m)))
    return distance_m, float(np.degrees(np.linalg.norm(rotation_vector_from_quaternion(turn))))
