"""OpenVPCal results (JSON): the matrix from target to screen and the correction curves of one wall.

A curve is a list of pairs, light in and light out, in units of 100 nits; OpenVPCal writes it as PQ-encoded LUT of 4096
entries. Its order of calculation "EOTF > CS" means: matrix first, then curves; "CS > EOTF" the other way round
(colour.md section 4 item 4).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.calibration.openvpcal_curve import CurveError, rising
from stage.errors import InputError
from stage.maths.colour_lut import Lut1d
from stage.maths.colour_matrix import D65, rec709_from_primaries
from stage.maths.colour_matrix import GAMUTS as GAMUTS_XY
from stage.maths.colour_transfer import pq_nits, pq_signal
from stage.units import NITS_PER_UNIT

MAX_BYTES = 64 * 1024 * 1024
LUT_ENTRIES = 4096
MATRIX = "target_to_screen_matrix"
TARGET_TO_XYZ = "target_to_XYZ_matrix"
SAME_PRIMARIES = 0.003
"""CIE xy: nearer to a known gamut than this it is that gamut."""
CURVES = ("eotf_1d_lut_red", "eotf_1d_lut_green", "eotf_1d_lut_blue")
GAMUTS = {"2020": "rec2020", "P3": "p3-d65", "709": "rec709", "SRGB": "rec709"}
"""Parts of its names for target gamuts, and our names."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenVPCalResult:
    """`matrix` acts on linear light of `target_gamut` (our name, None where the file has none); `curves` on PQ-encoded
    light, None where the correction is off. `lut_first`: curves before the matrix; None = not given.
    `target_from_scene` (3, 3): from Rec.709 to a gamut of the file's own, None where it is a known one or not
    described. `pooled`: pairs of each curve that were evened out. `said`: everything that the file says of the wall,
    for its passport."""

    matrix: NDArray[np.float64]
    curves: Lut1d | None
    lut_first: bool | None
    target_gamut: str | None
    target_from_scene: NDArray[np.float64] | None = None
    pooled: Mapping[str, int] = field(default_factory=dict)
    said: Mapping[str, object] = field(default_factory=dict)


def read_openvpcal(path: Path, wall: str) -> OpenVPCalResult:
    """The results of a wall: the whole file, or its part by the wall's name. Raises InputError by field."""
    results = _results(path, wall)
    order = str(results.get("calculation_order", "")).upper()
    positions = (order.find("EOTF"), order.find("CS"))
    target, own = _target(path, results)
    matrix = _matrix(path, results, MATRIX)
    if results.get("camera_white_balance_matrix") is not None:
        matrix = matrix @ _matrix(path, results, "camera_white_balance_matrix")
    curves, pooled = _curves(path, results)
    first = positions[1] < positions[0] if min(positions) >= 0 else None
    return OpenVPCalResult(
        matrix=matrix,
        curves=curves,
        lut_first=first,
        target_gamut=target,
        target_from_scene=own,
        pooled=pooled,
        said=results,
    )


def _target(path: Path, results: dict[str, object]) -> tuple[str | None, NDArray[np.float64] | None]:
    """Our name of the gamut that the matrix acts on, and the way into one that has no name; by its own matrix to XYZ,
    without it by the name the file gives."""
    said = str(results.get("target_gamut", "")).upper()
    named = next((name for part, name in GAMUTS.items() if part in said), None)
    if results.get(TARGET_TO_XYZ) is None:
        return named, None
    xyz = _matrix(path, results, TARGET_TO_XYZ)
    sums = np.append(xyz, xyz.sum(axis=1, keepdims=True), axis=1)
    if (np.abs(sums.sum(axis=0)) < 1e-6).any() or abs(np.linalg.det(xyz)) < 1e-9 or sums[1, 3] <= 0.0:
        raise InputError(str(path), TARGET_TO_XYZ, "spans no colours", "Export the results again")
    places = (sums[:2] / sums.sum(axis=0)).T
    for name, primaries in GAMUTS_XY.items():
        if np.abs(places - np.array([*primaries, D65])).max() < SAME_PRIMARIES:
            return name, None
    rec709 = rec709_from_primaries([(x, y) for x, y in places[:3].tolist()], (float(places[3, 0]), float(places[3, 1])))
    return None, np.asarray(np.linalg.inv(rec709))


def _results(path: Path, wall: str) -> dict[str, object]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(str(path), "", f"is larger than {MAX_BYTES // 2**20} MB", "Give OpenVPCal's results file")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    except (ValueError, RecursionError) as error:
        raise InputError(str(path), "", f"is not JSON: {error}", "Give OpenVPCal's results file") from error
    parts = [document, *(document.values() if isinstance(document, dict) else ())]
    if isinstance(document, dict) and wall in document:
        parts.insert(0, document[wall])
    found = [part for part in parts if isinstance(part, dict) and MATRIX in part]
    if not found or (len(found) > 1 and found[0] is not parts[0]):
        problem = "has no results" if not found else f"has results of {len(found)} walls, none named {wall!r}"
        raise InputError(str(path), MATRIX, problem, "Export the results of this wall, or match its name to the file")
    return found[0]


def _matrix(path: Path, results: dict[str, object], key: str) -> NDArray[np.float64]:
    matrix = _array(path, results, key, "three rows of three numbers")
    if matrix.shape != (3, 3):
        raise InputError(str(path), key, f"has the shape {matrix.shape}", "It must be three rows of three numbers")
    return matrix


def _curves(path: Path, results: dict[str, object]) -> tuple[Lut1d | None, dict[str, int]]:
    """The curves, and how many pairs of which were evened out."""
    pooled: dict[str, int] = {}
    if results.get("enable_EOTF_correction") is False or all(results.get(key) is None for key in CURVES):
        return None, pooled
    light = pq_nits(np.linspace(0.0, 1.0, LUT_ENTRIES)) / NITS_PER_UNIT
    columns = []
    for key in CURVES:
        pairs = _array(path, results, key, "a list of pairs of numbers")
        if pairs.ndim != 2 or pairs.shape[1] != 2 or len(pairs) < 2:
            raise InputError(str(path), key, f"has the shape {pairs.shape}", "It must be a list of pairs [in, out]")
        try:
            pairs, count = rising(pairs)
        except CurveError as error:
            remedy = "Light in and out must increase from pair to pair: measure again"
            raise InputError(str(path), key, str(error), remedy) from error
        pooled.update({key: count} if count else {})
        columns.append(pq_signal(np.interp(light, pairs[:, 0], pairs[:, 1]) * NITS_PER_UNIT))
    return Lut1d(np.stack(columns, axis=-1).astype(np.float32)), pooled


def _array(path: Path, results: dict[str, object], key: str, what: str) -> NDArray[np.float64]:
    try:
        values = np.array(results.get(key), np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(str(path), key, "is not an array of numbers", f"It must be {what}") from error
    if not np.isfinite(values).all():
        raise InputError(str(path), key, "is missing or has a number that is not finite", f"It must be {what}")
    return values
