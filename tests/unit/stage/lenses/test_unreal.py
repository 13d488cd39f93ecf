"""Unreal's lens files: every point of the picture lands where Unreal's own formula puts it, both ways."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stage.errors import InputError
from stage.lenses.unreal import read_ulens
from stage.lenses.unreal_writer import write_ulens
from stage.maths.lens import distort
from stage.model.lens import LensPoint
from stage.model.lens_file import LensFile, point_keys

SENSOR = (23.76, 13.365)
DIRECTIONS = np.array([[0.0, 0.0], [0.2, 0.1], [-0.3, 0.15], [0.1, -0.2], [-0.25, -0.18]])
K, P = (-0.12, 0.05, -0.01), (0.002, -0.001)


def table(name: str, header: str, data: str) -> dict[str, str]:
    return {"parameterName": name, "header": header, "data": data}


def document(**changes: Any) -> dict[str, Any]:
    tables = [
        table(
            "FocalLengthTable", "FocusEncoder, ZoomEncoder, Fx, Fy", "0.0, 0.0, 1.0, 1.777778; 0.0, 1.0, 2.0, 3.555556"
        ),
        table("ImageCenterTable", "FocusEncoder, ZoomEncoder, Cx, Cy", "0.0, 0.0, 0.51, 0.48"),
        table(
            "DistortionTable",
            "ZoomEncoder, FocusEncoder, P2, P1, K3, K2, K1",  # in an order of its own: the header counts
            f"0.0, 0.0, {P[1]}, {P[0]}, {K[2]}, {K[1]}, {K[0]}",
        ),
        table(
            "NodalOffsetTable", "FocusEncoder, ZoomEncoder, Qx, Qy, Qz, Qw, Tx, Ty, Tz", "0, 0, 0, 0, 0, 1, 0, 0, 11.5"
        ),
    ]
    encoders = [
        table("Focus", "FocusEncoder, FocusCM", "0, 400; 1, 100"),
        table("Iris", "IrisEncoder, IrisFstop", "0, 2.8; 9, 22"),
    ]
    return {
        "metadata": {
            "type": "LensFile",
            "version": "0.0.0",
            "lensInfo": {"serialNumber": "17", "modelName": "Optimo", "distortionModel": "SphericalLensModel"},
            "name": "Optimo (B)",
            "fxFyUnits": "Normalized",
            "cxCyUnits": "Normalized",
        },
        "sensorDimensions": {"width": SENSOR[0], "height": SENSOR[1], "units": "Millimeters"},
        "imageDimensions": {"width": 1920, "height": 1080},
        "cameraParameterTables": tables,
        "encoderTables": encoders,
        **changes,
    }


def read(found: dict[str, Any]) -> tuple[LensFile, list[LensPoint]]:
    file = read_ulens(json.dumps(found), "x.ulens").file
    return file, [LensPoint.model_validate(point_keys(file.columns, row)) for row in file.rows]


def in_unreal(
    f: tuple[float, float], c: tuple[float, float], k: tuple[float, ...], p: tuple[float, ...]
) -> NDArray[np.float64]:
    """Where Unreal's spherical model puts the directions, as a share of the picture: its documented formula."""
    x, y = DIRECTIONS.T
    r2 = x**2 + y**2
    factor = 1 + k[0] * r2 + k[1] * r2**2 + k[2] * r2**3
    dx = x * factor + 2 * p[0] * x * y + p[1] * (r2 + 2 * x**2)
    dy = y * factor + p[0] * (r2 + 2 * y**2) + 2 * p[1] * x * y
    return np.stack([f[0] * dx + c[0], f[1] * dy + c[1]], axis=-1)


def in_ours(point: LensPoint) -> NDArray[np.float64]:
    seen = distort(DIRECTIONS * point.focal_length_mm, point.radial, point.tangential)
    shares: NDArray[np.float64] = (seen + np.asarray(point.projection_offset_mm)) / np.asarray(SENSOR) + 0.5
    return shares


def test_every_direction_lands_where_unreal_puts_it() -> None:
    file, (wide, tele) = read(document())
    assert in_ours(wide) == pytest.approx(in_unreal((1.0, 16 / 9), (0.51, 0.48), K, P), abs=1e-6)
    assert in_ours(tele) == pytest.approx(in_unreal((2.0, 32 / 9), (0.51, 0.48), K, P), abs=1e-6)
    assert (wide.zoom, tele.zoom, wide.entrance_pupil_m, wide.focus_m) == (0.0, 1.0, 0.115, 4.0)
    assert (file.name, file.model, file.serial, file.image_px) == ("optimo-b", "Optimo", "17", (1920, 1080))
    assert [(each.iris_raw, each.f_stop) for each in file.iris] == [(0, 2.8), (9, 22.0)]


def test_what_is_written_lands_where_unreal_puts_it() -> None:
    file, points = read(document())
    text, notes = write_ulens(file, points)
    assert notes == ()
    tables = {each["parameterName"]: each["data"].split(";") for each in json.loads(text)["cameraParameterTables"]}
    for number, point in enumerate(points):
        f, c, distortion = ([float(v) for v in tables[n][number].split(",")[2:]] for n in
                            ("FocalLengthTable", "ImageCenterTable", "DistortionTable"))  # fmt: skip
        theirs = in_unreal((f[0], f[1]), (c[0], c[1]), tuple(distortion[:3]), tuple(distortion[3:]))
        assert theirs == pytest.approx(in_ours(point), abs=1e-9)


def test_read_again_it_is_the_same_lens() -> None:
    file, points = read(document())
    again, points_again = read(json.loads(write_ulens(file, points)[0]))
    for before, after in zip(points, points_again, strict=True):
        assert in_ours(after) == pytest.approx(in_ours(before), abs=1e-9)
        assert (after.zoom, after.focus_m, after.entrance_pupil_m) == (
            before.zoom,
            before.focus_m,
            before.entrance_pupil_m,
        )
    assert again.iris == file.iris


def test_terms_below_the_line_are_fitted_and_the_rest_is_told() -> None:
    file, _ = read(document())
    point = LensPoint(focal_length_mm=20.0, radial=(-2e-4, 1e-5, 3e-7, 0.0, 0.0, 0.0))
    text, notes = write_ulens(file, [point])
    assert "fitted without the terms below the line" in notes[0]
    told_px = float(notes[0].split("off by ")[1].split(" px")[0])
    _, (fitted,) = read(json.loads(text))
    off_px = np.abs(in_ours(fitted) - in_ours(point)) * [1920, 1080]
    assert 0.0 < off_px.max() < max(2.0 * told_px, 0.5)


def test_tables_with_other_points_are_interpolated() -> None:
    tables = document()["cameraParameterTables"]
    tables[3] = table(
        "NodalOffsetTable",
        "FocusEncoder, ZoomEncoder, Qx, Qy, Qz, Qw, Tx, Ty, Tz",
        "0, 0.5, 0,0,0,1, 0,0, 10; 0, 1, 0,0,0,1, 0,0, 20",
    )
    _, points = read(document(cameraParameterTables=tables))
    assert [(p.zoom, p.entrance_pupil_m) for p in points] == [(0.0, 0.1), (0.5, 0.1), (1.0, 0.2)]
    assert points[1].focal_length_mm == pytest.approx(1.5 * SENSOR[0], rel=1e-6)


def test_raw_encoders_and_one_zoom_are_known_by_their_values() -> None:
    tables = document()["cameraParameterTables"][:1]
    tables[0]["data"] = "1200, 5, 1.0, 1.777778; 65000, 5, 0.99, 1.76"
    _, points = read(document(cameraParameterTables=tables, encoderTables=[]))
    assert [(p.zoom_raw, p.focus_raw, p.zoom, p.focus) for p in points] == [
        (0, 1200, None, None),
        (0, 65000, None, None),
    ]


def test_a_mounting_in_the_nodal_offset_is_told() -> None:
    tables = document()["cameraParameterTables"]
    half = math.radians(1.0)
    tables[3]["data"] = f"0, 0, 0, {math.sin(half)}, 0, {math.cos(half)}, 3.0, 4.0, 11.5"
    (note,) = read_ulens(json.dumps(document(cameraParameterTables=tables)), "x.ulens").notes
    assert "50.0 mm across the optical axis and turns 2.00 degrees" in note


def broken(change: str) -> str:
    found = document()
    tables = found["cameraParameterTables"]
    if change == "anamorphic":
        found["metadata"]["lensInfo"]["distortionModel"] = "AnamorphicLensModel"
    elif change == "no focal length":
        del tables[0]
    elif change == "no column":
        tables[0]["header"] = "FocusEncoder, ZoomEncoder, Fx"
    elif change == "a short row":
        tables[1]["data"] = "0, 0, 0.5"
    elif change == "a word":
        tables[1]["data"] = "0, 0, half, 0.5"
    elif change == "no sensor":
        del found["sensorDimensions"]
    elif change == "negative focal length":
        tables[0]["data"] = "0, 0, -1, -1"
    elif change == "keys in millimetres":
        tables[0]["data"] = "0, 24.5, 1, 1.777778; 0, 70.5, 2, 3.5"
    return json.dumps(found)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("anamorphic", "only the spherical model is read"),
        ("no focal length", "FocalLengthTable: is missing or empty"),
        ("no column", "has no column Fy"),
        ("a short row", "row 1 has 3 values for 4 columns"),
        ("a word", "row 1 has something that is no number: '0, 0, half, 0.5'"),
        ("no sensor", "sensorDimensions: is missing"),
        ("negative focal length", "fx Input should be greater than 0"),
        ("keys in millimetres", "are neither 0 to 1 nor whole encoder values"),
    ],
)
def test_what_is_wrong_is_told(change: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read_ulens(broken(change), "x.ulens")
    assert problem in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["metadata", "sensorDimensions", "imageDimensions", "cameraParameterTables", "encoderTables"]), JSON
)
def test_whatever_stands_there_is_read_or_refused_in_words(key: str, value: Any) -> None:
    with suppress(InputError):
        read_ulens(json.dumps(document(**{key: value})), "x.ulens")
