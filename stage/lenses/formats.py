"""Whose lens file it is, and how it is read and written. IO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stage.errors import InputError
from stage.lenses.exchange import Imported
from stage.lenses.opencv import read_opencv, write_opencv
from stage.lenses.opentrackio import read_opentrackio, write_opentrackio
from stage.lenses.unreal import read_ulens
from stage.lenses.unreal_writer import write_ulens
from stage.model.lens import LensPoint
from stage.model.lens_file import LensFile


class LensFormat(StrEnum):
    """Programs whose lens files are read and written."""

    UNREAL = "unreal"
    OPENCV = "opencv"
    OPENTRACKIO = "opentrackio"


BY_ENDING = {
    ".ulens": LensFormat.UNREAL,
    ".yaml": LensFormat.OPENCV,
    ".yml": LensFormat.OPENCV,
    ".xml": LensFormat.OPENCV,
    ".jsonl": LensFormat.OPENTRACKIO,
}
IN_JSON = {
    "cameraParameterTables": LensFormat.UNREAL,
    "pinholeFocalLength": LensFormat.OPENTRACKIO,
    "OpenTrackIO": LensFormat.OPENTRACKIO,
}
"""What gives a format away in JSON; everything else is OpenCV's."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says beside the files: the sensor, where on the lens it was (keys of a lens point), and whether
    p1 and p2 were divided by the square of the focal length."""

    sensor_mm: tuple[float, float] | None = None
    at: Mapping[str, float] | None = None
    tangential_per_f2: bool = False


def read_foreign(paths: Sequence[Path], form: LensFormat | None, given: Given) -> Imported:
    """The lens of other programs' files: several only of OpenCV, a file a position. Raises InputError."""
    form = form or recognised(paths[0])
    if form is LensFormat.OPENCV:
        return read_opencv(paths, given.sensor_mm, given.at or {})
    if len(paths) > 1:
        raise InputError(str(paths[1]), "", "is one file too many", "Several files are one lens only with OpenCV")
    text, where = _text(paths[0]), str(paths[0])
    if form is LensFormat.UNREAL:
        return read_ulens(text, where)
    return read_opentrackio(text, where, given.sensor_mm, tangential_per_f2=given.tangential_per_f2)


def write_foreign(
    file: LensFile, points: Sequence[LensPoint], form: LensFormat, path: Path
) -> tuple[list[Path], tuple[str, ...]]:
    """Write a lens for another program; the files, and what it could not say. OpenCV gets a file a position."""
    if form is LensFormat.OPENCV:
        paths = [path] if len(points) == 1 else [_numbered(path, number) for number in range(1, len(points) + 1)]
        for point, each in zip(points, paths, strict=True):
            write_opencv(file, point, each)
        return paths, ()
    text, notes = write_ulens(file, points) if form is LensFormat.UNREAL else (write_opentrackio(file, points), ())
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Check the folder") from error
    return [path], notes


def recognised(path: Path) -> LensFormat:
    """By the name's ending, JSON by what is in it."""
    ending = path.suffix.lower()
    if ending != ".json":
        if ending not in BY_ENDING:
            known = ", ".join((*BY_ENDING, ".json"))
            raise InputError(str(path), "", f"its ending {ending!r} says no format", f"Say --format, or use {known}")
        return BY_ENDING[ending]
    if not path.exists():
        return LensFormat.OPENCV
    text = _text(path)
    return next((form for sign, form in IN_JSON.items() if sign in text), LensFormat.OPENCV)


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number:02d}{path.suffix}")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "", "is not text", "Give the program's export as text") from error
