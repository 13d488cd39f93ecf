"""OpenCV's calibrations as `cv2.FileStorage` writes them: YAML, JSON or XML with a camera matrix and distortion. IO.

One file is the lens at one position. Names of nodes differ from program to program, so each is looked for under the
names in use. Beside OpenCV's own nodes a file may say where on the lens it was taken: `zoom_raw`, `focus_raw` (or
`zoom`, `focus`), `focus_m`, `entrance_pupil_m`; what we export has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.lenses.exchange import Imported, checked, finite_m, lens_file, name_from, read_focus_m
from stage.maths.lens import opencv_from_model
from stage.model.lens import SHARES, LensPoint
from stage.model.lens_file import LensFile

MATRIX = ("camera_matrix", "cameraMatrix", "Camera_Matrix", "intrinsic_matrix", "mtx", "K", "M1", "K1")
DISTORTION = ("distortion_coefficients", "dist_coeffs", "distCoeffs", "Distortion_Coefficients", "dist", "D", "D1")
WIDTH, HEIGHT = ("image_width", "image_Width", "width"), ("image_height", "image_Height", "height")
SIZE = ("image_size", "imageSize", "size_px", "resolution")
RMS = ("avg_reprojection_error", "rms", "reprojection_error", "rms_px", "Avg_Reprojection_Error")
SENSOR = ("sensor_mm", "sensor_size_mm")
KEYS = ("zoom", "focus", "zoom_raw", "focus_raw", "focus_m", "entrance_pupil_m")
KNOWN_TERMS = (4, 5, 8)
SQUARE = 0.01
Array = NDArray[np.float64]


def read_opencv(paths: Sequence[Path], sensor_mm: tuple[float, float] | None, at: Mapping[str, float]) -> Imported:
    """The lens of one file a position. `sensor_mm` and `at` (keys of a lens point) hold where a file does not say it.

    Raises InputError.
    """
    notes: list[str] = []
    points: list[LensPoint] = []
    sizes: set[tuple[int, int]] = set()
    sensors: set[tuple[float, float]] = set()
    for path in paths:
        nodes = _nodes(path)
        sensor = sensor_mm or _sensor(nodes)
        if sensor is None:
            raise InputError(
                str(path), "", "does not say the sensor's size", "Give --sensor WIDTHxHEIGHT in millimetres"
            )
        point, size_px = _point(nodes, sensor, at, str(path))
        notes += _doubts(nodes, sensor, size_px, path.name)
        points.append(point)
        sizes.add(size_px)
        sensors.add(sensor)
    if len(sensors) > 1:
        raise InputError(str(paths[-1]), "", "has another sensor than the files before", "Import them one by one")
    head: dict[str, object] = {"name": name_from(paths[0].stem), "sensor_mm": sensors.pop(), "software": "OpenCV"}
    if len(sizes) == 1:
        head["image_px"] = sizes.pop()
    return Imported(lens_file(head, points), tuple(notes))


def write_opencv(file: LensFile, point: LensPoint, path: Path) -> None:
    """One position of a lens as a file that `cv2.FileStorage` reads. Raises InputError."""
    if file.image_px is None:
        raise InputError(file.name, "image_px", "is missing: OpenCV counts in pixels", "Add image_px to the lens file")
    lens = opencv_from_model(point.knot().model, file.pictured_mm, file.image_px)
    matrix = np.array([[lens.fx_px, 0.0, lens.cx_px], [0.0, lens.fy_px, lens.cy_px], [0.0, 0.0, 1.0]])
    (k1, k2, k3, k4, k5, k6), (p1, p2) = lens.radial, lens.tangential
    terms = (k1, k2, p1, p2, k3, k4, k5, k6) if any((k4, k5, k6)) else (k1, k2, p1, p2, k3)
    try:
        storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    except cv2.error as error:
        raise InputError(str(path), "", "cannot be written", "Check the folder and the name's ending") from error
    if not storage.isOpened():
        raise InputError(str(path), "", "cannot be written", "Check the folder and the name's ending")
    storage.write("image_width", file.image_px[0])
    storage.write("image_height", file.image_px[1])
    storage.write("camera_matrix", matrix)
    storage.write("distortion_coefficients", np.array([terms]))
    storage.write("sensor_mm", np.array([file.pictured_mm]))
    if point.rms_px is not None:
        storage.write("avg_reprojection_error", point.rms_px)
    for key, value in _where_on_the_lens(point).items():
        storage.write(key, value)
    storage.release()


def _where_on_the_lens(point: LensPoint) -> dict[str, float]:
    found = {"entrance_pupil_m": point.entrance_pupil_m}
    for share, raw in SHARES.items():
        own = getattr(point, share)
        found |= {raw: float(getattr(point, raw))} if own is None else {share: own}
    return found if point.focus_m is None else found | {"focus_m": finite_m(point.focus_m)}


def _nodes(path: Path) -> dict[str, Any]:
    """The numbers of a file by the names of their nodes. Raises InputError."""
    if not path.is_file():
        raise InputError(str(path), "", "cannot be read: no such file", "Check the path")
    try:
        storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
        names = list(storage.root().keys()) if storage.isOpened() else []
        found = {name: _value(storage.getNode(name)) for name in names}
        storage.release()
    except (cv2.error, SystemError, UnicodeDecodeError) as error:
        raise InputError(str(path), "", "is not a file of cv2.FileStorage", "Give its YAML, JSON or XML") from error
    if not found:
        raise InputError(str(path), "", "is not a file of cv2.FileStorage", "Give its YAML, JSON or XML")
    return found


def _value(node: Any) -> float | Array | None:
    if node.isInt() or node.isReal():
        return float(node.real())
    if node.isMap():
        matrix = node.mat()
        return None if matrix is None else np.asarray(matrix, np.float64)
    if node.isSeq():
        items = [node.at(index) for index in range(node.size())]
        return np.array([item.real() for item in items]) if all(i.isInt() or i.isReal() for i in items) else None
    return None


def _first(nodes: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((nodes[name] for name in names if nodes.get(name) is not None), None)


def _sensor(nodes: Mapping[str, Any]) -> tuple[float, float] | None:
    found = _first(nodes, SENSOR)
    return None if found is None or np.size(found) != 2 else (float(found.ravel()[0]), float(found.ravel()[1]))


def _point(
    nodes: Mapping[str, Any], sensor_mm: tuple[float, float], at: Mapping[str, float], where: str
) -> tuple[LensPoint, tuple[int, int]]:
    matrix = _first(nodes, MATRIX)
    if matrix is None or np.shape(matrix) != (3, 3):
        problem = f"has no 3 x 3 camera matrix ({', '.join(MATRIX)})"
        raise InputError(where, "camera_matrix", problem, f"It has: {', '.join(nodes)}")
    terms = _terms(nodes, where)
    size_px = _size(nodes, where)
    form = {
        "size_px": size_px,
        "fx_px": matrix[0, 0],
        "fy_px": matrix[1, 1],
        "cx_px": matrix[0, 2],
        "cy_px": matrix[1, 2],
        "dist": terms,
    }
    own = {key: nodes[key] for key in KEYS if isinstance(nodes.get(key), float)}
    keys = {**at, **own}
    if "focus_m" in own:
        keys["focus_m"] = read_focus_m(own["focus_m"])
    rms = _first(nodes, RMS)
    if isinstance(rms, float) and rms >= 0.0:
        keys["rms_px"] = rms
    return checked(LensPoint, {**keys, "opencv": form}, where, "camera_matrix").on(sensor_mm), size_px


def _terms(nodes: Mapping[str, Any], where: str) -> tuple[float, ...]:
    if nodes.get("fisheye_model"):
        raise InputError(where, "fisheye_model", "is a fisheye calibration", "Calibrate with cv2.calibrateCamera")
    found = _first(nodes, DISTORTION)
    terms = () if found is None else tuple(float(each) for each in np.ravel(found))
    while len(terms) > KNOWN_TERMS[-1] and terms[-1] == 0.0:
        terms = terms[:-1]
    if len(terms) > KNOWN_TERMS[-1]:
        problem = f"has {len(terms)} terms: thin prism and tilt (from the ninth on) are not drawn"
        raise InputError(
            where, "distortion_coefficients", problem, "Calibrate without CALIB_THIN_PRISM_MODEL and TILTED"
        )
    return terms


def _size(nodes: Mapping[str, Any], where: str) -> tuple[int, int]:
    width, height, both = _first(nodes, WIDTH), _first(nodes, HEIGHT), _first(nodes, SIZE)
    if both is not None and np.size(both) == 2:
        width, height = (float(each) for each in np.ravel(both))
    if not isinstance(width, float) or not isinstance(height, float):
        raise InputError(
            where, "image_width", "is missing: the pictures' size is not known", "Add image_width, image_height"
        )
    return int(width), int(height)


def _doubts(nodes: Mapping[str, Any], sensor_mm: tuple[float, float], size_px: tuple[int, int], name: str) -> list[str]:
    matrix = _first(nodes, MATRIX)
    across, down = matrix[0, 0] * sensor_mm[0] / size_px[0], matrix[1, 1] * sensor_mm[1] / size_px[1]
    if abs(across / down - 1.0) <= SQUARE:
        return []
    return [f"{name}: fx and fy say {across:.3f} and {down:.3f} mm; the mean is used. Check the sensor's size"]
