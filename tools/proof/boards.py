"""The witness picture against a direct render of the set: chessboard corners, found by OpenCV in both.

A LED is about 2.5 px of the camera's picture on the demo stages, and the required precision is a tenth of that.
So the boards lean, are drawn with 4 samples a pixel (grey levels locate an edge inside a LED), and both pictures are
smoothed alike by most of a LED before detection: the detector uses edge direction, and steps have none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from render.scene.direct_view import direct_view
from render.view.material import Material
from render.view.view import View
from stage.maths.pose import rotation_matrix
from stage.messages.frames import CameraState
from stage.model.camera import Camera
from tools.proof.marker_boards import CORNERS, board_corners_m
from tools.proof.picture_file import write_picture
from tools.proof.rig import Rig
from tools.sim.wall_picture import canvases_from_outputs
from tools.sim.witness import WallLight, Witness, display_codes, ray_slopes

SCENE = "marker_board"
SUB_PIXEL = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 60, 1e-4)
WINDOW_SHARE = 0.45
"""Corner refinement uses this share of a square's width to each side."""
SMOOTH_LEDS = 0.8
SAMPLES: Literal[4] = 4
NEAR_M, FAR_M = 0.1, 3000.0

Corners = NDArray[np.float64]
Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """Corners found in both pictures; the rms distance between them; each picture against geometry; and how large a LED
    is in the picture."""

    rms_px: float
    max_px: float
    corners: int
    boards: tuple[str, ...]
    direct_against_geometry_px: float
    led_px: float


def compare_boards(
    rig: Rig, camera: Camera, true: CameraState, drawn: CameraState, out: Path | None
) -> BoardFigures | None:
    """Film the drawn walls from the true pupil and render the set directly; None if no board is wholly visible."""
    renderer = rig.renderer(Material.LIT, rig.scene_data(SCENE), samples=SAMPLES)
    renderer.draw(replace(rig.frame(0, (drawn,), replace(rig.look, frame_code=False)), scene=SCENE))
    outputs = {output.name: renderer.readback.output(output.name) for output in rig.stage.outputs}
    direct = display_codes(direct_view(renderer.sets, pinhole_view(true), camera.image_px)[..., :3])
    renderer.release()
    lights = {wall.name: WallLight.of(wall) for wall in rig.stage.walls}
    witness = Witness(rig.surfaces, lights, camera.image_px)
    filmed = display_codes(witness.film(true, canvases_from_outputs(rig.stage, outputs)))
    led_px = _led_px(witness, true)
    smooth_px = SMOOTH_LEDS * led_px
    if out is not None:
        write_picture(out / "witness.png", filmed)
        write_picture(out / "direct.png", direct)
    found = _compare(true, camera, _smoothed(filmed, smooth_px), _smoothed(direct, smooth_px))
    return None if found is None else replace(found, led_px=led_px)


def pinhole_view(camera: CameraState) -> View:
    """The camera's picture without distortion as a view: x = f across/forward, y = f up/forward (OpenGL clip)."""
    lens, (width_mm, height_mm) = camera.lens, camera.sensor_mm
    shift_x, shift_y = lens.projection_offset_mm
    across, forward, up = rotation_matrix(camera.orientation).T
    rows = np.zeros((4, 4))
    rows[0, :3] = 2 * lens.focal_length_mm / width_mm * across + 2 * shift_x / width_mm * forward
    rows[1, :3] = 2 * lens.focal_length_mm / height_mm * up - 2 * shift_y / height_mm * forward
    rows[2, :3] = (FAR_M + NEAR_M) / (FAR_M - NEAR_M) * forward
    rows[3, :3] = forward
    rows[:, 3] = -rows[:, :3] @ np.asarray(camera.position_m)
    rows[2, 3] -= 2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    return View(camera.position_m, tuple(rows.T.ravel().tolist()))


def _led_px(witness: Witness, camera: CameraState) -> float:
    """The size of a LED in the picture: the inverse of the median step between neighbouring pixels on a wall's
    canvas."""
    hits = witness.trace(camera)
    same = (hits.wall[:, 1:] == hits.wall[:, :-1]) & (hits.wall[:, 1:] >= 0)
    steps = np.linalg.norm(np.diff(hits.canvas_px, axis=1), axis=-1)[same]
    return float(1.0 / np.median(steps)) if steps.size else 1.0


def _smoothed(picture: Codes, sigma_px: float) -> Codes:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(sigma_px, 0.3)), np.uint8)


def _compare(true: CameraState, camera: Camera, filmed: Codes, direct: Codes) -> BoardFigures | None:
    pinhole = replace(true, lens=replace(true.lens, radial=(), tangential=()))
    differences, geometry, boards = [], [], []
    for name, corners_m in board_corners_m().items():
        expected_filmed = _project(true, camera.image_px, corners_m)
        expected_direct = _project(pinhole, camera.image_px, corners_m)
        in_film = _find(filmed, expected_filmed)
        in_direct = _find(direct, expected_direct)
        if in_film is None or in_direct is None:
            continue
        boards.append(name)
        differences.append((in_film - expected_filmed) - (in_direct - expected_direct))
        geometry.append(in_direct - expected_direct)
    if not boards:
        return None
    distance = np.linalg.norm(np.concatenate(differences), axis=-1)
    against = np.linalg.norm(np.concatenate(geometry), axis=-1)
    return BoardFigures(_rms(distance), float(distance.max()), int(distance.size), tuple(boards), _rms(against), 0.0)


def _project(camera: CameraState, image_px: tuple[int, int], points_m: Corners) -> Corners:
    """Where points fall in the picture, by inverting the witness' own ray map: the pixel whose ray meets them."""
    local = (points_m - np.asarray(camera.position_m)) @ rotation_matrix(camera.orientation)
    wanted = local[:, [0, 2]] / local[:, 1:2]
    slopes = ray_slopes(camera, image_px)
    scale = np.array([camera.lens.focal_length_mm / camera.sensor_mm[0] * image_px[0]] * 2) * (1.0, -1.0)
    pixels: Corners = wanted * scale + (np.asarray(image_px) / 2)
    for _ in range(12):
        pixels = pixels + (wanted - _slope_at(slopes, pixels)) * scale
    return pixels


def _slope_at(slopes: Corners, pixels: Corners) -> Corners:
    """Ray slopes at picture positions (pixel i covers [i, i+1)), linear between and beyond pixel centres."""
    height, width = slopes.shape[:2]
    x, y = pixels[:, 0] - 0.5, pixels[:, 1] - 0.5
    left = np.clip(np.floor(x), 0, width - 2).astype(int)
    top = np.clip(np.floor(y), 0, height - 2).astype(int)
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    above = slopes[top, left] * (1 - fx) + slopes[top, left + 1] * fx
    below = slopes[top + 1, left] * (1 - fx) + slopes[top + 1, left + 1] * fx
    between: Corners = above * (1 - fy) + below * fy
    return between


def _find(picture: Codes, expected: Corners) -> Corners | None:
    """Corners in the order of `expected`, found nearby by OpenCV's detector and refined; None if not found."""
    height, width = picture.shape[:2]
    square = float(np.linalg.norm(expected[1] - expected[0]))
    low, high = expected.min(axis=0) - 2.5 * square, expected.max(axis=0) + 2.5 * square
    if low.min() < 0 or high[0] > width or high[1] > height or square < 6:
        return None
    left, top = np.floor(low).astype(int)
    part = np.ascontiguousarray(picture[top : int(high[1]), left : int(high[0])].max(axis=-1))
    found, corners = cv2.findChessboardCorners(part, CORNERS)
    if not found:
        return None
    half = max(2, round(square * WINDOW_SHARE))
    refined = cv2.cornerSubPix(part, corners, (half, half), (-1, -1), SUB_PIXEL).reshape(-1, 2)
    refined = refined + np.array([left + 0.5, top + 0.5])
    if np.linalg.norm(refined[0] - expected[0]) > np.linalg.norm(refined[-1] - expected[0]):
        refined = refined[::-1]
    return np.asarray(refined, np.float64)


def _rms(distance: Corners) -> float:
    return float(np.sqrt(np.mean(distance**2)))
