"""Image sequences: one picture file a frame, named by a pattern, `shot.%04d.exr` or `shot.####.exr`. IO."""

from __future__ import annotations

import re
from pathlib import Path

from stage.files.boundaries import is_inside

MOST_FRAMES = 1_000_000
_NUMBER = re.compile(r"%(?:0(\d{1,2}))?d|#+")
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


def is_sequence(name: str) -> bool:
    """Whether a file's name stands for many, one a frame."""
    return _NUMBER.search(Path(name).name) is not None


def frames_of(pattern: Path) -> dict[int, Path]:
    """The files of a pattern by their frame numbers, in order; those that lead out of its folder are none."""
    parts = _NUMBER.split(pattern.name, maxsplit=1)
    found = _NUMBER.search(pattern.name)
    if found is None or not pattern.parent.is_dir():
        return {}
    digits = int(found[1] or 1) if found[0].startswith("%") else len(found[0])
    own = re.compile(f"{re.escape(parts[0])}(\\d{{{digits},}}){re.escape(parts[-1])}")
    numbered = {int(match[1]): path for path in pattern.parent.iterdir() if (match := own.fullmatch(path.name))}
    some = sorted(numbered.items())[:MOST_FRAMES]
    return {number: path for number, path in some if path.is_file() and is_inside(path, pattern.parent)}


def pattern_of(path: Path) -> tuple[str, int] | None:
    """The pattern that a picture is one frame of, and how many there are; None where it stands alone."""
    found = _LAST_NUMBER.search(path.stem)
    if found is None:
        return None
    digits = len(found[0])
    name = f"{path.stem[: found.start()]}%0{digits}d{path.stem[found.end() :]}{path.suffix}"
    count = len(frames_of(path.with_name(name)))
    return (name, count) if count > 1 else None


def files_there(folder: Path, name: str) -> list[Path]:
    """The file that a layer names, or the frames of its sequence; empty where there is none."""
    path = folder / name
    if path.is_file():
        return [path]
    return list(frames_of(path).values()) if is_sequence(name) else []
