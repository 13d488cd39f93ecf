"""OpenTrackIO's lens block: its own formulas put every point where our lens does, both directions of distortion."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stage.errors import InputError
from stage.lenses.opentrackio import read_opentrackio, write_opentrackio
from stage.maths.lens import distort
from stage.model.lens import LensPoint
from stage.model.lens_file import LensFile, point_keys
from tests.unit.stage.lenses.test_unreal import JSON

SENSOR = (36.0, 20.25)
RADIAL, TANGENTIAL = [-2.0e-4, 1.0e-5, 1.5e-7, 0.0, 0.0, 0.0], [1e-5, -2e-5]
SEEN = np.array([[0.0, 0.0], [10.0, 5.0], [-17.0, 9.0], [8.0, -9.5], [-17.9, -10.0]])
"""Where rays meet the sensor, millimetres from the projection centre."""


def polynomial(e: NDArray[np.float64], radial: list[float], tangential: list[float]) -> NDArray[np.float64]:
    """The standard's own formula, OpenLensIO 1.0.1 equations 11 and 12, whichever way it maps."""
    k1, k2, k3, k4, k5, k6 = (*radial, *[0.0] * (6 - len(radial)))
    p1, p2 = tangential
    x, y = e.T
    r2 = x * x + y * y
    factor = (1 + k1 * r2 + k3 * r2**2 + k5 * r2**3) / (1 + k2 * r2 + k4 * r2**2 + k6 * r2**3)
    return np.stack(
        [x * factor + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * factor + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y],
        axis=-1,
    )


def sample(model: str | None, zoom: float = 0.0, **lens: Any) -> dict[str, Any]:
    distortion: dict[str, Any] = {"radial": RADIAL, "tangential": TANGENTIAL}
    if model:
        distortion["model"] = model
    return {
        "protocol": {"name": "OpenTrackIO", "version": [1, 0, 1]},
        "static": {
            "camera": {
                "activeSensorPhysicalDimensions": {"width": SENSOR[0], "height": SENSOR[1]},
                "activeSensorResolution": {"width": 3840, "height": 2160},
            },
            "lens": {
                "make": "Maker",
                "model": "Zoom",
                "serialNumber": "9",
                "calibrationHistory": ["old", "2026-11-02"],
            },
        },
        "lens": {
            "encoders": {"zoom": zoom, "focus": 0.25},
            "pinholeFocalLength": 24.0,
            "focusDistance": 3.0,
            "entrancePupilOffset": 0.12,
            "projectionOffset": {"x": 0.1, "y": -0.2},
            "distortion": [distortion],
            **lens,
        },
    }


def read(*samples: dict[str, Any], **how: Any) -> tuple[LensFile, list[LensPoint], tuple[str, ...]]:
    made = read_opentrackio("\n".join(map(json.dumps, samples)), "x.json", **how)
    return made.file, [LensPoint.model_validate(point_keys(made.file.columns, r)) for r in made.file.rows], made.notes


def test_undistorted_to_distorted_is_taken_as_it_is() -> None:
    file, (point,), notes = read(sample("Brown-Conrady U-D"))
    assert notes == ()
    assert distort(SEEN, point.radial, point.tangential) == pytest.approx(
        polynomial(SEEN, RADIAL, TANGENTIAL), abs=1e-12
    )
    assert (point.focal_length_mm, point.focus_m, point.entrance_pupil_m) == (24.0, 3.0, 0.12)
    assert point.projection_offset_mm == (0.1, -0.2)
    assert (file.make, file.model, file.serial, file.calibrated_at) == ("Maker", "Zoom", "9", "2026-11-02")
    assert (file.sensor_mm, file.image_px) == (SENSOR, (3840, 2160))


@pytest.mark.parametrize("model", [None, "Brown-Conrady D-U"])
def test_distorted_to_undistorted_is_turned_round(model: str | None) -> None:
    found = sample(model)
    del found["lens"]["distortion"][0]["tangential"]
    _, (point,), notes = read(found)
    straight = polynomial(SEEN, RADIAL, [0.0, 0.0])
    off_px = np.abs(distort(straight, point.radial, point.tangential) - SEEN) / SENSOR[0] * 3840
    assert off_px.max() < 0.02
    assert "turned from D-U to U-D" in notes[0]


def test_a_tangential_part_cannot_be_turned_round_exactly_and_the_rest_is_told() -> None:
    _, (point,), notes = read(sample(None))
    straight = polynomial(SEEN, RADIAL, TANGENTIAL)
    off_mm = np.linalg.norm(distort(straight, point.radial, point.tangential) - SEEN, axis=-1)
    told_mm = float(notes[0].split("off by ")[1].split()[0]) / 1000
    assert off_mm.max() / SENSOR[0] * 3840 < 1.0
    assert 0.2 * told_mm < off_mm.max() < 1.1 * told_mm


def test_the_centre_of_distortion_is_part_of_the_turn() -> None:
    centre = np.array([0.05, -0.08])
    _, (point,), notes = read(sample(None, distortionOffset={"x": 0.05, "y": -0.08}))
    straight = polynomial(SEEN - centre, RADIAL, TANGENTIAL) + centre
    told_mm = float(notes[0].split("off by ")[1].split()[0]) / 1000
    off = np.linalg.norm(distort(straight, point.radial, point.tangential) - SEEN, axis=-1)
    assert off.max() < told_mm * 1.5 + 1e-6


def test_samples_are_positions_and_the_last_word_of_one_counts() -> None:
    _, points, _ = read(
        sample("Brown-Conrady U-D"),
        sample("Brown-Conrady U-D", 1.0),
        sample("Brown-Conrady U-D", 1.0, pinholeFocalLength=70.0),
    )
    assert [(p.zoom, p.focal_length_mm) for p in points] == [(0.0, 24.0), (1.0, 70.0)]


def test_what_is_written_is_read_again_and_follows_the_standards_formula() -> None:
    file, points, _ = read(sample("Brown-Conrady U-D"), sample("Brown-Conrady U-D", 1.0, pinholeFocalLength=70.0))
    text = write_opentrackio(file, points)
    first = json.loads(text.splitlines()[0])
    (distortion,) = first["lens"]["distortion"]
    assert distortion["model"] == "Brown-Conrady U-D"
    theirs = polynomial(SEEN, distortion["radial"], distortion["tangential"])
    assert theirs == pytest.approx(distort(SEEN, points[0].radial, points[0].tangential), abs=1e-12)
    assert first["static"]["lens"]["distortionOverscanMax"] >= 1.0
    again = read_opentrackio(text, "y.jsonl").file
    assert again.rows == file.rows
    assert again.columns == file.columns


def test_a_tangential_part_by_the_early_note_is_mended() -> None:
    _, (point,), _ = read(sample("Brown-Conrady U-D"), tangential_per_f2=True)
    assert point.tangential == pytest.approx((1e-5 * 24.0, -2e-5 * 24.0))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"pinholeFocalLength": "wide"}, "pinholeFocalLength: must be a number, not 'wide'"),
        ({"distortion": [{"model": "Fisheye", "radial": [1.0]}]}, "'Fisheye' is not known"),
        ({"distortion": [{"radial": [-9e-3]}]}, "the distortion folds inside the picture"),
        ({"distortion": [{"radial": "x"}]}, "radial: must be a list of numbers"),
        ({"encoders": {"zoom": 3.0}}, "zoom Input should be less than or equal to 1"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read(sample(None, **change))
    assert problem in str(refused.value)


def test_without_a_sensor_or_a_lens_it_says_what_to_give() -> None:
    bare = sample("Brown-Conrady U-D")
    del bare["static"]
    with pytest.raises(InputError, match="Give --sensor"):
        read(bare)
    assert read(bare, sensor_mm=(24.0, 13.5))[0].sensor_mm == (24.0, 13.5)
    with pytest.raises(InputError, match="missing in every sample"):
        read(sample(None) | {"lens": {}})


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["lens", "static", "protocol"]), JSON)
def test_whatever_stands_there_is_read_or_refused_in_words(key: str, value: Any) -> None:
    with suppress(InputError):
        read_opentrackio(json.dumps(sample("Brown-Conrady U-D") | {key: value}), "x.json")


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(sample(None)["lens"])), JSON)
def test_whatever_stands_in_the_lens_is_read_or_refused_in_words(key: str, value: Any) -> None:
    with suppress(InputError):
        read(sample(None, **{key: value}))
