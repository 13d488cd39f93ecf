"""What is round the filmed picture: the outer view, the feather between both, and which camera wins an overlap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Vector, rotation_matrix
from stage.messages.frames import CameraState
from stage.model.look import InnerView
from tools.proof.walls.parallax import silhouettes

Map = NDArray[np.float64]
RIGHT_WAY = 2e-3
"""An overlap shows the first camera's view where the shown point is within this angle (radians) of its ray."""


def outer_errors(places: Map, shown: NDArray[np.float32], eye_m: Vector, pixel_m: float) -> Map:
    """(N,) errors of a wall's outer view: the angle at the stage eye between a LED and the point it shows, as a
    distance on the wall over the size of a LED. Silhouettes are left out."""
    eye = np.asarray(eye_m)
    wall, virtual = places - eye, shown[..., :3].astype(np.float64) - eye
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.linalg.norm(wall, axis=-1)
        reach = np.linalg.norm(virtual, axis=-1)
        sine = np.linalg.norm(np.cross(wall, virtual), axis=-1) / (distance * reach)
        error = sine * distance / pixel_m
    outer = (shown[..., 3] == 0.0) & np.isfinite(error) & ~silhouettes(1.0 / reach)
    return np.asarray(error[outer])


def feather_error(places: Map, shown: NDArray[np.float32], true: CameraState, inner: InnerView) -> Map:
    """(N,) differences between a wall's coverage and `ruled_coverage`, for a lens without distortion."""
    expected = ruled_coverage(places, true, inner)
    known = np.isfinite(expected) & np.isfinite(shown[..., 3])
    return np.asarray(np.abs(expected - shown[..., 3])[known])


def ruled_coverage(places: Map, true: CameraState, inner: InnerView) -> Map:
    """(h, w): how much of each wall pixel a camera's inner view covers, by the rule: 1 within the margin, then smoothly
    down to 0 over the feather (t t (3 - 2 t), t linear in the slope), the least of the four edges; 0 where the camera
    is behind the wall. For a lens without distortion; NaN where the wall has no pixel."""
    offset = places - np.asarray(true.position_m)
    local = offset @ rotation_matrix(true.orientation)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = local[..., [0, 2]] / local[..., 1:2]
    least = np.ones(at.shape[:2])
    half = np.asarray(true.sensor_mm) / 2.0 / true.lens.focal_length_mm
    shift = np.asarray(true.lens.projection_offset_mm) * np.array([-1.0, 1.0]) / true.lens.focal_length_mm
    margin_deg, feather_deg = inner.trim_of(true.name)
    for axis, side in ((0, -1.0), (0, 1.0), (1, -1.0), (1, 1.0)):
        filmed = float(shift[axis] + side * half[axis])
        whole = math.tan(math.atan(filmed) + side * math.radians(margin_deg))
        edge = math.tan(math.atan(filmed) + side * math.radians(margin_deg + feather_deg))
        inside = np.clip((edge - at[..., axis]) / (edge - whole if edge != whole else side * 1e-6), 0.0, 1.0)
        least = np.minimum(least, inside)
    front = (np.cross(np.gradient(places, axis=1), np.gradient(places, axis=0)) * offset).sum(axis=-1) > 0.0
    covered = np.where((local[..., 1] > 0.0) & front, least * least * (3.0 - 2.0 * least), 0.0)
    return np.where(np.isnan(places[..., 0]), np.nan, covered)


def overlap_shares(
    positions: Mapping[str, Map], shown: Mapping[str, NDArray[np.float32]], cameras: Sequence[CameraState]
) -> tuple[int, int]:
    """(LEDs that both of the first two cameras film, those of them that show the first one's view)."""
    both = right = 0
    for name, places in positions.items():
        overlap = _filmed(places, cameras[0]) & _filmed(places, cameras[1])
        pupil = np.asarray(cameras[0].position_m)
        wall, virtual = places - pupil, shown[name][..., :3].astype(np.float64) - pupil
        with np.errstate(divide="ignore", invalid="ignore"):
            sine = np.linalg.norm(np.cross(wall, virtual), axis=-1) / (
                np.linalg.norm(wall, axis=-1) * np.linalg.norm(virtual, axis=-1)
            )
        both += int(overlap.sum())
        right += int((overlap & (sine < RIGHT_WAY)).sum())
    return both, right


def _filmed(places: Map, camera: CameraState) -> NDArray[np.bool_]:
    """Wall pixels well within a camera's picture: in its middle four fifths, without distortion."""
    local = (places - np.asarray(camera.position_m)) @ rotation_matrix(camera.orientation)
    half = 0.8 * np.asarray(camera.sensor_mm) / 2.0 / camera.lens.focal_length_mm
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.abs(local[..., [0, 2]] / local[..., 1:2])
        inside: NDArray[np.bool_] = (local[..., 1] > 0.0) & (at[..., 0] < half[0]) & (at[..., 1] < half[1])
    return inside
