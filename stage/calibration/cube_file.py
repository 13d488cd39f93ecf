"""Adobe/Resolve `.cube` files: 1-D and 3-D look-up tables as text (Adobe Cube LUT specification 1.0)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from stage.errors import InputError
from stage.maths.colour_lut import ONE, ZERO, Corner, Lut1d, Lut3d

MAX_BYTES = 128 * 1024 * 1024
MOST_1D, MOST_3D = 16_384, 129
"""Beyond what graphics cards take as a texture, and beyond any usual cube."""
_SIZES = {"LUT_1D_SIZE": (2, MOST_1D), "LUT_3D_SIZE": (2, MOST_3D)}
_IGNORED = ("TITLE", "LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE")


@dataclass(slots=True)
class _Head:
    sizes: dict[str, int] = field(default_factory=dict)
    low: Corner = ZERO
    high: Corner = ONE


def read_cube(path: Path) -> Lut1d | Lut3d:
    """The table of a file. Raises InputError, with the line, where it is not valid."""
    text = _text(path)
    head = _Head()
    rows: list[Corner] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words or words[0] in _IGNORED:
            continue
        if words[0][0].isalpha() and words[0].lower() not in ("nan", "inf", "infinity"):
            _take_keyword(path, number, words, head)
        else:
            rows.append(_numbers(path, number, words))
    return _table(path, head, rows)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(str(path), "", f"is larger than {MAX_BYTES // 2**20} MB", "Export a smaller LUT")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "", "is not text", "Give a .cube file") from error


def _take_keyword(path: Path, number: int, words: list[str], head: _Head) -> None:
    key = words[0]
    if key == "DOMAIN_MIN":
        head.low = _numbers(path, number, words[1:])
    elif key == "DOMAIN_MAX":
        head.high = _numbers(path, number, words[1:])
    elif key in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE") and len(words) == 3:  # Resolve: one range for all
        low, high, _ = _numbers(path, number, [*words[1:], "0"])
        head.low, head.high = (low, low, low), (high, high, high)
    elif key in _SIZES and len(words) == 2 and words[1].isdecimal():
        least, most = _SIZES[key]
        if not least <= int(words[1]) <= most:
            raise _broken(path, number, f"{key} {words[1]} is not from {least} to {most}")
        head.sizes[key] = int(words[1])
    else:
        raise _broken(path, number, f"{' '.join(words)[:40]!r} is not a line of a .cube file")


def _numbers(path: Path, number: int, words: list[str]) -> Corner:
    try:
        red, green, blue = (float(word) for word in words)
    except ValueError as error:
        raise _broken(path, number, f"{' '.join(words)[:40]!r} is not three numbers") from error
    if not all(map(math.isfinite, (red, green, blue))):
        raise _broken(path, number, "has a number that is not finite")
    return (red, green, blue)


def _table(path: Path, head: _Head, rows: list[Corner]) -> Lut1d | Lut3d:
    if len(head.sizes) != 1:
        raise InputError(str(path), "", "needs one of LUT_1D_SIZE and LUT_3D_SIZE", "Give a .cube file with one table")
    if any(low >= high for low, high in zip(head.low, head.high, strict=True)):
        raise InputError(str(path), "DOMAIN_MIN", "is not below DOMAIN_MAX", "Correct the domain")
    ((key, size),) = head.sizes.items()
    is_cube = key == "LUT_3D_SIZE"
    wanted = size**3 if is_cube else size
    if len(rows) != wanted:
        raise InputError(str(path), key, f"{size} needs {wanted} rows; there are {len(rows)}", "Export it again")
    table = np.array(rows, np.float32)
    return (
        Lut3d(table.reshape(size, size, size, 3), head.low, head.high) if is_cube else Lut1d(table, head.low, head.high)
    )


def _broken(path: Path, number: int, problem: str) -> InputError:
    return InputError(str(path), f"line {number}", problem, "Correct that line or export the LUT again")
