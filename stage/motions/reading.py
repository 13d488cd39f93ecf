"""A recorded motion from its file: recognised, read line by line, brought into seconds, metres and stage axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from stage.errors import InputError
from stage.files.toml_text import BYTE_ORDER_MARKS
from stage.maths.pose import Quaternion
from stage.motions.kinds import KINDS, NOTHING_SAID, OTHER_PROGRAMS, STAGE_FROM_Y_UP, Kind, RawPose, Said
from stage.motions.levelling import level_world
from stage.motions.recognising import kind_of, named_kind
from stage.motions.rows import columns_of
from stage.motions.settling import FileSays, settled
from stage.motions.text_kinds import READERS, Line
from stage.motions.trajectory import Trajectory
from stage.motions.usd_camera import camera_path, camera_poses
from stage.motions.usda import Layer, parse_usda

HEAD_LINES = 60
LONGEST_LINE = 16 * 1024 * 1024
"""Characters. COLMAP writes all points of an image in one line."""
MAX_USD_BYTES = 64 * 1024 * 1024
MAX_POSES = 1_000_000
"""Over an hour at 240 poses a second, and less than half a gigabyte of memory."""
BINARY_USD = (b"PXR-USDC", b"PK\x03\x04")
SUFFIXES = (".tum", ".csv", ".txt", ".chan", ".usd", ".usda", ".usdc", ".usdz")
"""The endings that motion files usually have."""


def read_motion(path: Path, said: Said = NOTHING_SAID) -> Trajectory:
    """The motion of a file, its first pose at 0 s, with notes on what was recognised or left out. Raises InputError."""
    where = str(path)
    named = None if said.format is None else named_kind(said.format)
    try:
        with path.open("rb") as file:
            start = file.read(64)
        if start.startswith(BINARY_USD):
            return _usd(path, _flattened(path), said)
        with path.open(encoding=_encoding(start, where)) as text:
            lines = _lines(text, where)
            head = list(islice(lines, HEAD_LINES))
            kind = KINDS[named or kind_of([text for _, text in head], path.suffix.lower(), where)]
            if kind.name == "usd":
                return _usd(path, _whole_text(chain(head, lines), where), said)
            return _text(kind, head, chain(head, lines), where, said)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise InputError(where, "", problem, OTHER_PROGRAMS) from None


def _text(kind: Kind, head: Sequence[Line], lines: Iterable[Line], where: str, said: Said) -> Trajectory:
    """A motion of text, its units in the head or recognised."""
    told = next((found for _, text in head if (found := columns_of(text)) is not None), None)
    units = {} if told is None else told[1]
    raw = _limited(READERS[kind.name](lines, where), where)
    says = FileSays.of_head(units)
    if kind.name == "colmap":
        raw, world = level_world(raw)
        says = says.noting("COLMAP knows no scale, no up and no times: one unit is taken as a metre, the cameras' mean "
                           "up as up, and the images as frames")  # fmt: skip
        return settled(raw, kind, where, said, says.turned(world))
    return settled(raw, kind, where, said, says)


def _usd(path: Path, text: str, said: Said) -> Trajectory:
    """The camera of a USD layer, its units as the layer's metadata says, or USD's rules where it does not."""
    where = str(path)
    layer = parse_usda(text, where)
    says = _usd_says(layer, where)
    raw = _limited(camera_poses(camera_path(layer, said.camera, where), where), where)
    return settled(raw, KINDS["usd"], where, said, says)


def _usd_says(layer: Layer, where: str) -> FileSays:
    """Frame rate (24), metres per unit (0.01) and up axis (Y): the layer's, or USD's fallbacks in brackets."""
    data = layer.metadata
    rate, per_unit = data.get("timeCodesPerSecond", data.get("framesPerSecond", 24.0)), data.get("metersPerUnit")
    up = str(data.get("upAxis", "Y")).upper()
    for name, value in (("timeCodesPerSecond", rate), ("metersPerUnit", 1.0 if per_unit is None else per_unit)):
        if not isinstance(value, float) or not math.isfinite(value) or value <= 0.0:
            raise InputError(where, name, f"is {value}", "Give a number above 0")
    world: Quaternion = (1.0, 0.0, 0.0, 0.0) if up == "Z" else STAGE_FROM_Y_UP
    says = FileSays(metres_per_unit=0.01 if per_unit is None else per_unit, frame_rate=rate, stage_from_world=world)
    if per_unit is None:
        return says.noting("the file does not say metersPerUnit, so one unit is a centimetre (USD's rule); "
                           "say --unit m if it is a metre")  # fmt: skip
    return says


def _flattened(path: Path) -> str:
    """A binary USD file, or one in a .usdz, as the text of one flat layer. Needs the extra `usd`."""
    try:
        from pxr import Usd
    except ImportError:
        remedy = "Install the extra: pip install 'openstage[usd]'. Or export it as text (.usda)"
        raise InputError(str(path), "", "is a binary USD file", remedy) from None
    try:
        text = Usd.Stage.Open(str(path)).Flatten().ExportToString()
    except RuntimeError as error:
        first = (str(error).strip().splitlines() or ["it cannot be opened"])[0]
        raise InputError(str(path), "", f"is no USD file that can be read: {first}", "Export it again") from error
    return str(text)


def _whole_text(lines: Iterable[Line], where: str) -> str:
    """A USD layer's text. Raises InputError where it is too large to be a camera's."""
    parts: list[str] = []
    size = 0
    for _, text in lines:
        size += len(text)
        if size > MAX_USD_BYTES:
            problem = f"is larger than {MAX_USD_BYTES // 2**20} MB"
            raise InputError(where, "", problem, "Export the camera alone, without the set")
        parts.append(text)
    return "".join(parts)


def _encoding(start: bytes, where: str) -> str:
    """How a text is encoded: UTF-8, or UTF-16 and UTF-32 with their marks. Raises InputError for no text."""
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if encoding is None and b"\0" in start:
        raise InputError(where, "", "cannot be read: it is not a text file", OTHER_PROGRAMS)
    return encoding or "utf-8"


def _lines(file: TextIO, where: str) -> Iterator[Line]:
    """The lines of a text file, one at a time, without the byte order mark."""
    number = 0
    while True:
        try:
            text = file.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            problem = f"cannot be read: line {number + 1} is not {error.encoding.upper()} text ({error.reason})"
            raise InputError(where, "", problem, "Save it as UTF-8") from None
        if not text:
            return
        number += 1
        yield number, text.removeprefix("\ufeff") if number == 1 else text


def _limited(poses: Iterable[RawPose], where: str) -> list[RawPose]:
    """All poses, as long as they are few enough for memory."""
    found: list[RawPose] = []
    for pose in poses:
        found.append(pose)
        if len(found) > MAX_POSES:
            raise InputError(where, "", f"has more than {MAX_POSES:,} poses", "Cut out the part that you need")
    return found
