"""The proof's own tracker: its bytes are the published ones, and say where a camera truly is."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from stage.files.loading import find_stage, load_stage
from stage.maths.pose import quaternion_from_pan_tilt_roll, rotation_matrix
from stage.model.base import PoseModel
from stage.model.camera import Lens, LensPoint
from stage.model.source import AnySource, Source
from stage.model.sources.freed import FreedSource
from tools.proof import tracked
from tools.proof.packets import packet_of
from tools.proof.tracked import PROOF_CAMERA, exact_figures
from tools.sim.wire.freed import message
from tools.sim.wire.turns import turn_matrix

VECTORS = json.loads(Path("tests/data/freed/vectors.json").read_text())["vectors"]


def within_a_turn(vector: dict[str, Any]) -> bool:
    """Whether its angles are those that the manual allows: others are sent as the same direction."""
    told = vector["decoded"]
    return all(-180.0 <= told[name] < 180.0 for name in ("pan_deg", "tilt_deg", "roll_deg"))


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if v["valid_checksum"] and within_a_turn(v)], ids=lambda v: v["name"]
)
def test_the_bytes_are_the_published_ones(vector: dict[str, Any]) -> None:
    told = vector["decoded"]
    sent = message(
        told["camera_id"],
        (told["pan_deg"], told["tilt_deg"], told["roll_deg"]),
        (told["x_mm"], told["y_mm"], told["z_mm"]),
        (told["zoom_raw"], told["focus_raw"]),
        told["user_raw"],
    )
    assert sent.hex() == vector["hex"]


def test_a_turn_is_the_one_that_the_stage_uses() -> None:
    ours = turn_matrix(30.0, -20.0, 10.0)
    assert np.allclose(ours, rotation_matrix(quaternion_from_pan_tilt_roll(30.0, -20.0, 10.0)), atol=1e-12)


def test_the_chain_is_exact_with_every_setting_of_a_source() -> None:
    stage = load_stage(find_stage("two-walls"))
    found = exact_figures(stage, stage.cameras[0], 1)
    assert found.samples == 2 * 48
    assert found.position_mm <= 0.02
    assert found.rotation_deg <= 1e-3
    assert found.lens_share <= 1e-9


def test_a_packet_that_is_refused_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracked, "packet_of", lambda *_: b"\xd1")
    stage = load_stage(find_stage("two-walls"))
    assert math.isinf(exact_figures(stage, stage.cameras[0], 1).position_mm)


def test_the_pupil_lies_ahead_of_the_sensor() -> None:
    plain = FreedSource(name="s")
    camera = PROOF_CAMERA.model_copy(update={"rig": PoseModel()})
    sent = packet_of(camera, plain, camera.lens.points[0], np.array([0.0, 1.0, 2.0]), turn_matrix(0.0, 0.0, 0.0))
    y_mm = int.from_bytes(sent[14:17], "big", signed=True) / 64.0
    assert y_mm == pytest.approx(880.0)


OTHERS: list[dict[str, Any]] = [
    {"protocol": "opentrackio", "source_number": 3},
    {"protocol": "osc", "id": "7", "lens": "table", "rules": [
        {"address": "/{id}", "arguments": ["x", "y", "z", "qx", "qy", "qz", "qw", "zoom", "focus"]},
    ], "frame": ("+x", "+z", "+y")},
    {"protocol": "osc", "preset": "openstage", "id": "7"},
    {"protocol": "psn", "tracker": 4},
]  # fmt: skip


@pytest.mark.parametrize("told", OTHERS, ids=lambda told: str(told["protocol"]))
def test_the_chain_is_exact_in_every_protocol(told: dict[str, Any]) -> None:
    """A prime, because not every protocol tells encoders; 32-bit floats say places to a micrometre."""
    adapter: TypeAdapter[AnySource] = TypeAdapter(Source)
    source = adapter.validate_python(
        told | {"name": "s", "axes": ("-y", "+x", "+z"), "zero_pan_deg": 90.0, "pan_sign": -1}
    )
    lens = Lens(points=(LensPoint(focal_length_mm=35.0, entrance_pupil_m=0.1),))
    camera = PROOF_CAMERA.model_copy(update={"source": "s", "lens": lens})
    stage = load_stage(find_stage("two-walls")).model_copy(update={"sources": (source,), "cameras": (camera,)})
    found = exact_figures(stage, camera, 1)
    assert found.samples == 2 * 48
    assert found.position_mm <= 0.02
    assert found.rotation_deg <= 1e-3
    assert found.lens_share <= 1e-6


@pytest.mark.parametrize("told", OTHERS, ids=lambda told: str(told["protocol"]))
def test_every_protocol_can_be_predicted_from(told: dict[str, Any]) -> None:
    adapter: TypeAdapter[AnySource] = TypeAdapter(Source)
    source = adapter.validate_python(told | {"name": "tracker-a"})
    stage = load_stage(find_stage("two-walls"))
    camera = stage.cameras[0].model_copy(update={"source": "tracker-a"})
    figures = tracked.tracked_figures(
        stage.model_copy(update={"sources": (source,), "cameras": (camera,)}), camera, "dolly", 1
    )
    assert figures is not None
    assert figures.position_rms_mm < 0.5 * figures.hold_rms_mm
