"""The distance between a camera state and the truth, against closed forms."""

from __future__ import annotations

import pytest

from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from tools.proof.apart import apart


def test_metres_and_degrees() -> None:
    turned = quaternion_from_pan_tilt_roll(12.0, 0.0, 0.0)
    state = CameraState(
        name="A",
        validity=Validity.LIVE,
        position_m=(3.0, 4.0, 1.0),
        orientation=turned,
        lens=LensState(35.0),
        sensor_mm=(24.0, 13.5),
        sample_number=0,
        sender_counter=0,
        captured_ns=0,
        received_ns=0,
        horizon_ns=0,
    )
    assert apart(state, Pose((0.0, 0.0, 1.0))) == pytest.approx((5.0, 12.0))
    opposite = Pose((3.0, 4.0, 1.0), (-turned[0], -turned[1], -turned[2], -turned[3]))
    assert apart(state, opposite) == pytest.approx((0.0, 0.0), abs=1e-6)
