"""OpenCV's calibrations: cv2 itself projects as our lens does, whichever way the file went."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from stage.errors import InputError
from stage.lenses.formats import Given, LensFormat, read_foreign, recognised, write_foreign
from stage.maths.lens import distort, pixels_from_sensor
from stage.model.lens import LensPoint
from stage.model.lens_file import LensFile, point_keys

SENSOR, SIZE = (14.4, 8.1), (1920, 1080)
MATRIX = np.array([[2500.0, 0.0, 980.0], [0.0, 2500.0, 560.0], [0.0, 0.0, 1.0]])
RATIONAL = (-0.185, 0.484, -0.00706, -0.00572, -0.1, 0.01, -0.02, 0.003)
AHEAD = np.array([[0.35, 0.2, 1.0], [-0.3, 0.1, 1.0], [0.0, -0.2, 1.0], [0.1, 0.05, 1.0]])
NAMES = {
    "of OpenCV's sample": ("camera_matrix", "distortion_coefficients", "image_width", "image_height"),
    "of many scripts": ("cameraMatrix", "distCoeffs", "width", "height"),
    "of others": ("K", "D", "image_size", ""),
}


def written(
    path: Path, terms: tuple[float, ...], names: tuple[str, str, str, str] = NAMES["of OpenCV's sample"]
) -> Path:
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    storage.write(names[0], MATRIX)
    storage.write(names[1], np.array([terms]))
    if names[3]:
        storage.write(names[2], SIZE[0])
        storage.write(names[3], SIZE[1])
    else:
        storage.write(names[2], np.array([SIZE]))
    storage.release()
    return path


def points_of(file: LensFile) -> list[LensPoint]:
    return [LensPoint.model_validate(point_keys(file.columns, row)) for row in file.rows]


def ours_px(point: LensPoint) -> NDArray[np.float64]:
    """By OpenCV's count, whose pixel 0, 0 is the middle of the first."""
    seen = distort(AHEAD[:, :2] * point.focal_length_mm, point.radial, point.tangential)
    return pixels_from_sensor(seen, point.projection_offset_mm, SENSOR, SIZE) - 0.5


def theirs_px(matrix: NDArray[np.float64], terms: NDArray[np.float64]) -> NDArray[np.float64]:
    found, _ = cv2.projectPoints(AHEAD, np.zeros(3), np.zeros(3), matrix, terms)
    return np.asarray(found, np.float64).reshape(-1, 2)


@pytest.mark.parametrize("ending", ["yaml", "yml", "json", "xml"])
@pytest.mark.parametrize("terms", [RATIONAL, RATIONAL[:5], RATIONAL[:4]])
def test_what_cv2_writes_is_the_same_lens(ending: str, terms: tuple[float, ...], tmp_path: Path) -> None:
    path = written(tmp_path / f"c.{ending}", terms)
    (point,) = points_of(read_foreign([path], None, Given(SENSOR)).file)
    assert ours_px(point) == pytest.approx(theirs_px(MATRIX, np.array(terms)), abs=1e-6)


@pytest.mark.parametrize("names", NAMES)
def test_other_names_of_the_nodes_are_known(names: str, tmp_path: Path) -> None:
    path = written(tmp_path / "c.yaml", RATIONAL, NAMES[names])
    (point,) = points_of(read_foreign([path], None, Given(SENSOR)).file)
    assert ours_px(point) == pytest.approx(theirs_px(MATRIX, np.array(RATIONAL)), abs=1e-6)


@pytest.mark.parametrize("ending", ["yaml", "json", "xml"])
def test_cv2_reads_what_we_write_and_projects_alike(ending: str, tmp_path: Path) -> None:
    file = read_foreign(
        [written(tmp_path / "c.yaml", RATIONAL)], None, Given(SENSOR, {"zoom_raw": 700.0, "focus_m": 2.5})
    ).file
    (path,), _ = write_foreign(file, points_of(file), LensFormat.OPENCV, tmp_path / f"out.{ending}")
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
    matrix, terms = (
        np.asarray(storage.getNode(name).mat(), np.float64) for name in ("camera_matrix", "distortion_coefficients")
    )
    assert theirs_px(matrix, terms) == pytest.approx(theirs_px(MATRIX, np.array(RATIONAL)), abs=1e-6)
    again = read_foreign([path], LensFormat.OPENCV, Given()).file
    assert points_of(again)[0].zoom_raw == 700
    assert points_of(again)[0].focus_m == 2.5
    assert ours_px(points_of(again)[0]) == pytest.approx(ours_px(points_of(file)[0]), abs=1e-9)


def test_several_files_are_several_positions(tmp_path: Path) -> None:
    lens = [LensPoint(zoom=z, focal_length_mm=f, radial=(-1e-5 * f,)) for z, f in ((0.0, 20.0), (1.0, 40.0))]
    file = LensFile(schema="lens/1", name="z", sensor_mm=SENSOR, image_px=SIZE, points=tuple(lens))
    paths, _ = write_foreign(file, lens, LensFormat.OPENCV, tmp_path / "z.yaml")
    again = points_of(read_foreign(paths, None, Given()).file)
    assert [(p.zoom, round(p.focal_length_mm, 9)) for p in again] == [(0.0, 20.0), (1.0, 40.0)]
    assert again[1].radial == pytest.approx((-4e-4,))


def nodes(path: Path, **extra: float) -> Path:
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    for name, value in extra.items():
        storage.write(name, value)
    storage.release()
    return path


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    text = tmp_path / "text.yaml"
    text.write_text("hello: [")
    prism = written(tmp_path / "prism.yaml", (*RATIONAL, 0.01, 0.0, 0.0, 0.0))
    good = written(tmp_path / "good.yaml", RATIONAL)
    for path, given, problem in (
        (text, Given(SENSOR), "is not a file of cv2.FileStorage"),
        (tmp_path / "none.yaml", Given(SENSOR), "no such file"),
        (nodes(tmp_path / "empty.yaml", foo=1.0), Given(SENSOR), "has no 3 x 3 camera matrix"),
        (prism, Given(SENSOR), "thin prism and tilt"),
        (good, Given(None), "does not say the sensor's size"),
        (good, Given(SENSOR, {"zoom": 7.0}), "zoom Input should be less than or equal to 1"),
    ):
        with pytest.raises(InputError) as refused:
            read_foreign([path], None, given)
        assert problem in str(refused.value)


def test_a_sensor_of_another_shape_is_doubted(tmp_path: Path) -> None:
    (note,) = read_foreign([written(tmp_path / "c.yaml", RATIONAL)], None, Given((14.4, 10.8))).notes
    assert "fx and fy say 18.750 and 25.000 mm" in note


def test_json_is_told_apart_by_what_is_in_it(tmp_path: Path) -> None:
    for text, form in (
        ('{"cameraParameterTables": []}', LensFormat.UNREAL),
        ('{"lens": {"pinholeFocalLength": 24}}', LensFormat.OPENTRACKIO),
        ('{"camera_matrix": 1}', LensFormat.OPENCV),
    ):
        path = tmp_path / "x.json"
        path.write_text(text)
        assert recognised(path) is form
    with pytest.raises(InputError, match="says no format"):
        recognised(tmp_path / "x.bin")
