"""A camera's card: its clips, with name, reel, rate and time code as they say themselves. IO; reads with PyAV.

Time code comes from a `timecode` tag of the file or of one of its streams (QuickTime's tmcd track, MXF). A clip that
has none is told, never guessed. Reels: the tag `reel_name`, else the beginning of a name like A001C003...
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from stage.errors import InputError
from stage.maths.timecode import Counting, counting_of, frame_of

ENDINGS = (".mov", ".mp4", ".mxf", ".m4v", ".mkv", ".avi")
REEL_TAGS = ("reel_name", "com.apple.proapps.reel", "reel", "com.apple.quicktime.reelname")
REEL_IN_NAME = re.compile(r"^([A-Z]_?\d{3,4}_?C\d{3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip. `start` and `frames` in its own time code; `problem` says why it has none."""

    path: Path
    reel: str
    rate: Fraction
    frames: int
    start: int | None = None
    timecode: str | None = None
    problem: str | None = None

    @property
    def counting(self) -> Counting:
        """How its frames are numbered; with `;` in its time code, drop-frame."""
        return counting_of(self.rate, None if self.timecode is None else ";" in self.timecode)


def clips_on(card: Path) -> list[Clip]:
    """All clips below a folder, by name. Raises InputError where there are none."""
    if not card.is_dir():
        raise InputError(str(card), "", "is no folder", "Give the folder of the camera's card, or of its copy")
    found = [clip_of(path) for path in sorted(_files(card))]
    if not found:
        raise InputError(str(card), "", "has no clips", f"Looked for {', '.join(ENDINGS)}")
    return found


def clip_of(path: Path) -> Clip:
    """A clip as it says itself."""
    try:
        with av.open(str(path)) as file:
            tags = [dict(file.metadata), *(dict(stream.metadata) for stream in file.streams)]
            if not file.streams.video:
                return _unread(path, "has no picture")
            stream = file.streams.video[0]
            rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
            frames = stream.frames or _counted(file.duration, stream, rate)
    except (FFmpegError, OSError, ValueError) as error:
        return _unread(path, f"cannot be read: {error}")
    code = _tag(tags, ("timecode",))
    reel = _tag(tags, REEL_TAGS) or _reel_in(path)
    if rate <= 0:
        return _unread(path, "says no frame rate")
    if code is None:
        return Clip(path, reel, rate, frames, problem="has no time code")
    try:
        start = frame_of(code, counting_of(rate, ";" in code))
    except InputError as error:
        return Clip(path, reel, rate, frames, problem=str(error))
    return Clip(path, reel, rate, frames, start, code)


def _files(card: Path) -> Iterator[Path]:
    for path in card.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(card).parts)
        if path.suffix.lower() in ENDINGS and path.is_file() and not hidden:
            yield path


def _counted(duration_us: int | None, stream: Any, rate: Fraction) -> int:
    if stream.duration is not None and stream.time_base is not None:
        counted: int = round(stream.duration * stream.time_base * rate)
        return counted
    return 0 if duration_us is None else round(Fraction(duration_us, 1_000_000) * rate)


def _tag(tags: list[dict[str, str]], names: tuple[str, ...]) -> str | None:
    for each in tags:
        found = _first(each, names)
        if found:
            return found
    return None


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    lower = {key.lower(): value for key, value in tags.items()}
    return next((lower[name] for name in names if lower.get(name)), None)


def _reel_in(path: Path) -> str:
    found = REEL_IN_NAME.match(path.stem)
    return found[1] if found else path.stem


def _unread(path: Path, problem: str) -> Clip:
    return Clip(path, _reel_in(path), Fraction(24), 0, problem=problem)
