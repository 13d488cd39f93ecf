"""The rows of text files as poses: TUM, tables with named columns, EuRoC, Nuke .chan, COLMAP. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator

from stage.errors import InputError
from stage.maths.pose import Quaternion, quaternion_conjugate, quaternion_multiply, quaternion_normalised, rotate
from stage.motions.kinds import RawPose
from stage.motions.rows import EUROC_ORDER, TUM_ORDER, columns_of, is_comment, is_number, time_of, words_of

Line = tuple[int, str]
"""The number of a line, from 1, and its text."""
Reader = Callable[[Iterable[Line], str], Iterator[RawPose]]
"""Lines of a file and its name, for messages, to poses. Raises InputError with the line."""

TUM = "t tx ty tz qx qy qz qw"
TUM_REMEDY = f"Write `{TUM}`: seconds, metres, unit quaternion"
CHAN_REMEDY = "Write `frame tx ty tz rx ry rz [fov]`: degrees, rotation order ZXY"
IN_WORDS = {7: "seven", 8: "eight"}


def tum_rows(lines: Iterable[Line], where: str) -> Iterator[RawPose]:
    """Rows of a TUM file."""
    for number, line in lines:
        if not is_comment(line):
            values, words = _numbers(line, (where, number, TUM_REMEDY), (8,))
            yield _pose((where, number, TUM_REMEDY), values, time_of(words[0]), TUM_ORDER)


def table_rows(lines: Iterable[Line], where: str) -> Iterator[RawPose]:
    """Rows of a table with named columns; more columns than the eight are passed over."""
    return _columned_rows(lines, where, TUM_ORDER)


def euroc_rows(lines: Iterable[Line], where: str) -> Iterator[RawPose]:
    """Rows of EuRoC's ground truth: scalar first in the quaternion, speeds and biases after it."""
    return _columned_rows(lines, where, EUROC_ORDER)


def chan_rows(lines: Iterable[Line], where: str) -> Iterator[RawPose]:
    """Rows of a Nuke .chan: the camera turns about z, then x, then y (rotation order ZXY), in degrees."""
    for number, line in lines:
        if is_comment(line):
            continue
        values, words = _numbers(line, (where, number, CHAN_REMEDY), (7, 8))
        x, y, z, rx, ry, rz = values[1:7]
        turned = quaternion_multiply(quaternion_multiply(_about(1, ry), _about(0, rx)), _about(2, rz))
        yield RawPose(number, time_of(words[0]), (x, y, z), turned)


def colmap_rows(lines: Iterable[Line], where: str) -> Iterator[RawPose]:
    """The images of a COLMAP model, in the order of their names, which count frames.

    Each image has a second line, of its points, which may be empty. COLMAP writes the world in the camera: inverted
    here.
    """
    images: list[tuple[str, RawPose]] = []
    points_follow = False
    for number, line in lines:
        words = line.split()
        if line.lstrip().startswith("#"):
            continue
        if points_follow and (not words or (len(words) % 3 == 0 and all(is_number(word) for word in words))):
            points_follow = False
            continue
        if not words:
            continue
        images.append(_image((where, number, "Write `id qw qx qy qz tx ty tz camera name`"), words))
        points_follow = True
    numbered = [re.findall(r"\d+", name.rpartition(".")[0] or name) for name, _ in images]
    frames = [int(found[-1]) for found in numbered if found]
    if len(set(frames)) != len(images):
        frames = _ranks([name for name, _ in images])
    in_order = sorted(zip(frames, (pose for _, pose in images), strict=True), key=lambda pair: pair[0])
    return (RawPose(pose.line, frame, pose.position, pose.orientation) for frame, pose in in_order)


READERS: dict[str, Reader] = {
    "tum": tum_rows,
    "table": table_rows,
    "euroc": euroc_rows,
    "chan": chan_rows,
    "colmap": colmap_rows,
}


Place = tuple[str, int, str]
"""The file, the line, and what to write there."""


def _columned_rows(lines: Iterable[Line], where: str, order: dict[str, int]) -> Iterator[RawPose]:
    """Rows whose columns the head names; `order` where there is none."""
    begun = False
    for number, line in lines:
        if not begun and (head := columns_of(line)) is not None:
            order, begun = head[0], True
            continue
        if is_comment(line):
            continue
        begun = True
        place = (where, number, "Give a number in each of the columns")
        words = words_of(line)
        if len(words) <= max(order.values()):
            raise InputError(where, f"line {number}", f"has only {len(words)} columns", place[2])
        chosen = [words[order[role]] for role in TUM_ORDER]
        values = [_number(word, line, place) for word in chosen]
        yield _pose(place, values, time_of(chosen[0]), TUM_ORDER)


def _numbers(line: str, place: Place, counts: tuple[int, ...]) -> tuple[list[float], list[str]]:
    """The finite numbers of a line and its words; as many as one of `counts`."""
    where, number, remedy = place
    words = words_of(line)
    try:
        values = [float(word) for word in words]
    except ValueError:
        raise InputError(where, f"line {number}", f"not numbers: {line.strip()[:60]!r}", remedy) from None
    if len(values) not in counts or not all(math.isfinite(value) for value in values):
        many = " or ".join(IN_WORDS[count] for count in counts)
        raise InputError(where, f"line {number}", f"not {many} finite numbers: {line.strip()[:60]!r}", remedy)
    return values, words


def _number(word: str, line: str, place: Place) -> float:
    where, number, remedy = place
    try:
        value = float(word)
    except ValueError:
        raise InputError(where, f"line {number}", f"not numbers: {line.strip()[:60]!r}", remedy) from None
    if not math.isfinite(value):
        raise InputError(where, f"line {number}", f"{word} is not a finite number", remedy)
    return value


def _pose(place: Place, values: list[float], time: int | float, order: dict[str, int]) -> RawPose:
    where, number, remedy = place
    x, y, z, qw, qx, qy, qz = (values[order[role]] for role in ("x", "y", "z", "qw", "qx", "qy", "qz"))
    try:
        turned = quaternion_normalised((qw, qx, qy, qz))
    except ValueError:
        raise InputError(where, f"line {number}", "the quaternion has no direction", remedy) from None
    return RawPose(number, time, (x, y, z), turned)


def _image(place: Place, words: list[str]) -> tuple[str, RawPose]:
    """The name of an image and the camera in COLMAP's world."""
    where, number, remedy = place
    if len(words) < 10 or not all(is_number(word) for word in words[:9]):
        raise InputError(where, f"line {number}", f"is no image: {' '.join(words)[:60]!r}", remedy)
    values = [_number(word, " ".join(words), place) for word in words[:8]]
    camera_from_world = _pose(place, values, 0, {"qw": 1, "qx": 2, "qy": 3, "qz": 4, "x": 5, "y": 6, "z": 7})
    back = quaternion_conjugate(camera_from_world.orientation)
    x, y, z = rotate(back, camera_from_world.position)
    return " ".join(words[9:]), RawPose(number, 0, (-x, -y, -z), back)


def _ranks(names: list[str]) -> list[int]:
    """The place of each name when sorted as people do: 9 before 10."""

    def natural(name: str) -> list[tuple[int, str]]:
        return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]

    order = sorted(range(len(names)), key=lambda index: natural(names[index]))
    ranks = [0] * len(order)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def _about(axis: int, angle_deg: float) -> Quaternion:
    """The turn about x, y or z."""
    half = math.radians(angle_deg) / 2.0
    part = [0.0, 0.0, 0.0]
    part[axis] = math.sin(half)
    return (math.cos(half), part[0], part[1], part[2])
