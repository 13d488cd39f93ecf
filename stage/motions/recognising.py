"""Which kind of motion file a text is, by its first lines and its name. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stage.errors import InputError
from stage.motions.kinds import KINDS, OTHER_PROGRAMS
from stage.motions.rows import TUM_ORDER, columns_of, is_comment, is_number, words_of

OF_OTHERS = (
    ("HIERARCHY", "is a BVH file: a skeleton, not a camera"),
    ("; FBX", "is an FBX file"),
    ("Kaydara FBX", "is an FBX file"),
    ("{", "is JSON"),
    ("<", "is XML"),
    ("#VRML", "is VRML"),
)
"""How texts of other programs begin."""
KITTI_NUMBERS = 12
UNIT_LENGTH = 0.05
"""A quaternion's length differs from 1 by at most this; angles and a lens do so only by chance."""


def kind_of(lines: Sequence[str], suffix: str, where: str) -> str:
    """The name of the kind (`KINDS`) of a text with these first lines. Raises InputError for none of ours."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("#usda") or suffix == ".usda":
        return "usd"
    for start, what in OF_OTHERS:
        if first.startswith(start):
            raise InputError(where, "", what, OTHER_PROGRAMS)
    if (named := _by_head(lines)) is not None:
        return named
    rows = [words_of(line) for line in lines if not is_comment(line)]
    if any(_is_colmap(row) for row in rows):
        return "colmap"
    numbers = [[float(word) for word in row] for row in rows if row and all(is_number(word) for word in row)]
    if numbers and all(len(row) == KITTI_NUMBERS for row in numbers):
        raise InputError(where, "", "has twelve numbers a line and no times (KITTI poses)", OTHER_PROGRAMS)
    if suffix == ".chan":
        return "chan"
    if numbers and all(len(row) >= 17 for row in numbers):
        return "euroc"
    return "chan" if _counts_frames(numbers, suffix) else "tum"


def named_kind(name: str, option: str = "--format") -> str:
    """A kind that the user named. Raises InputError for another."""
    if name not in KINDS:
        raise InputError(option, name, "is no kind of motion file", f"Choose one of {', '.join(KINDS)}")
    return name


def _by_head(lines: Sequence[str]) -> str | None:
    """EuRoC or another table with named columns; None without a head."""
    for line in lines:
        if (head := columns_of(line)) is not None:
            if head[0] == TUM_ORDER:
                return "tum"
            return "euroc" if "p_rs_r" in line.lower() else "table"
        if "IMAGE_ID" in line and "QW" in line:
            return "colmap"
    return None


def _is_colmap(row: Sequence[str]) -> bool:
    """`id qw qx qy qz tx ty tz camera name`."""
    numbers = len(row) >= 10 and all(is_number(word) for word in row[:9])
    return numbers and row[0].isdigit() and row[8].isdigit() and not is_number(row[9])


def _counts_frames(numbers: Sequence[Sequence[float]], suffix: str) -> bool:
    """Whether rows begin with whole numbers, go on with a place and angles, and have no quaternion."""
    if not numbers or suffix == ".tum" or not all(row[0].is_integer() and len(row) in (7, 8) for row in numbers):
        return False
    return all(len(row) == 7 for row in numbers) or not all(_is_quaternion(row[4:]) for row in numbers)


def _is_quaternion(values: Sequence[float]) -> bool:
    return abs(math.hypot(*values) - 1.0) <= UNIT_LENGTH
