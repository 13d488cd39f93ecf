"""Photographs and video of the walls: read, and the markers in them found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from render.charts.markers import DICTIONARY
from stage.errors import InputError
from stage.walls.markers import CELLS
from tools.live.progress import Tell

PHOTOGRAPHS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp")
VIDEOS = (".mp4", ".mov", ".mxf", ".mkv", ".avi", ".m4v")
MOST_PICTURES = 30
"""More do not make it more exact; of a video, frames spread over its length."""
FEWEST_MARKERS = 4
WINDOW_CELLS = 0.9
"""Corners are refined in a window of this many cells of a marker to each side."""
DISPLAY_GAMMA = 2.2
"""About how cameras encode light for displays."""
SUB_PIXEL = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 50, 1e-3)

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """The markers in one picture: `numbers` (n,), and where their corners are, (n, 4, 2) px from the picture's upper
    left corner, in the order of Marker.corners_px."""

    name: str
    size_px: tuple[int, int]
    numbers: NDArray[np.int64]
    corners_px: NDArray[np.float64]


def seen_in(path: Path, tell: Tell) -> list[Seen]:
    """The markers of every picture in a file or folder that shows enough of them; all pictures of one size.

    Raises InputError if there is none, or a file cannot be read.
    """
    found = []
    for name, picture in _pictures(path):
        tell(f"looking for markers in {name}")
        seen = markers_in(name, picture)
        if len(seen.numbers) >= FEWEST_MARKERS:
            found.append(seen)
    if not found:
        raise InputError(
            str(path), "", "no picture shows the chart of markers",
            "Put it on the walls (PATTERN, markers) and photograph them sharp, from several places",
        )  # fmt: skip
    sizes = {seen.size_px for seen in found}
    if len(sizes) > 1:
        text = ", ".join(f"{width} x {height}" for width, height in sorted(sizes))
        raise InputError(
            str(path), "", f"the pictures are of different sizes: {text}", "Give pictures of one camera and one zoom"
        )
    return found


def markers_in(name: str, picture: Picture) -> Seen:
    """The markers in a picture (h, w) or (h, w, 3). A number that is there twice is left out: one of them is wrong."""
    grey = picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(DICTIONARY), cv2.aruco.DetectorParameters())
    corners, numbers, _ = detector.detectMarkers(grey)
    size = (int(grey.shape[1]), int(grey.shape[0]))
    if numbers is None or len(numbers) == 0:
        return Seen(name, size, np.zeros(0, np.int64), np.zeros((0, 4, 2)))
    flat = np.asarray(numbers, np.int64).ravel()
    unique, counts = np.unique(flat, return_counts=True)
    once = np.isin(flat, unique[counts == 1])
    found = np.asarray(corners, np.float32).reshape(-1, 4, 2)
    # OpenCV counts from the middle of the first pixel; here, as on canvases, corners count.
    light = np.asarray((grey / 255.0) ** DISPLAY_GAMMA, np.float32)  # an edge is in its middle in light, not in codes
    places = np.stack([_refined(light, each) for each in found]).astype(np.float64) + 0.5
    return Seen(name, size, flat[once], places[once])


def _refined(light: NDArray[np.float32], corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """(4, 2) corners to a part of a pixel: from as much of the black rim, and of the white round it, as there is."""
    side = float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).min())
    half = max(2, round(WINDOW_CELLS * side / CELLS))
    refined = cv2.cornerSubPix(light, corners[:, None].copy(), (half, half), (-1, -1), SUB_PIXEL).reshape(4, 2)
    return np.asarray(refined if float(np.abs(refined - corners).max()) <= half else corners, np.float32)


def _pictures(path: Path) -> Iterator[tuple[str, Picture]]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in PHOTOGRAPHS + VIDEOS)
        if not files:
            raise InputError(str(path), "", "holds no picture or video", f"Known: {' '.join(PHOTOGRAPHS + VIDEOS)}")
        photographs = [file for file in files if file.suffix.lower() in PHOTOGRAPHS]
        for file in _spread(photographs) if photographs else files:
            yield from _of_file(file)
    elif path.is_file():
        yield from _of_file(path)
    else:
        raise InputError(str(path), "", "is not there", "Give a picture, a video, or a folder of them")


def _of_file(file: Path) -> Iterator[tuple[str, Picture]]:
    if file.suffix.lower() in VIDEOS:
        yield from _of_video(file)
        return
    try:
        data = np.frombuffer(file.read_bytes(), np.uint8)
    except OSError as error:
        raise InputError(str(file), "", f"cannot be read: {error.strerror}", "Give another file") from error
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if picture is None:
        raise InputError(str(file), "", "is not a picture that can be read", "Give JPEG, PNG or TIFF")
    yield file.name, np.asarray(picture, np.uint8)


def _of_video(file: Path) -> Iterator[tuple[str, Picture]]:
    try:
        with av.open(str(file)) as video:
            stream = video.streams.video[0]
            every = max(1, (stream.frames or MOST_PICTURES * 8) // MOST_PICTURES)
            for number, frame in enumerate(video.decode(stream)):
                if number % every == 0:
                    yield f"{file.name}, frame {number}", np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    except (av.FFmpegError, IndexError, OSError) as error:
        raise InputError(str(file), "", f"is not a video that can be read: {error}", "Give another file") from error


def _spread(files: list[Path]) -> list[Path]:
    if len(files) <= MOST_PICTURES:
        return files
    chosen = np.unique(np.linspace(0, len(files) - 1, MOST_PICTURES).astype(int))
    return [files[number] for number in chosen]
