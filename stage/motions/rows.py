"""The numbers of a line of text, whatever separates them, and the meaning of a table's named columns. Pure."""

from __future__ import annotations

import re

_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?")
_SEPARATORS = re.compile(r"[\s,;]+")
_SPACES = re.compile(r"[\s;]+")
_COLUMN = re.compile(r"(?P<stem>.*?)[ _.]*(?P<part>[wxyz])")
_UNIT = re.compile(r"[\[(]\s*([^\])]*?)\s*[\])]")

COMMENTS = ("#", "//", "%")

PLACES = ("", "p", "t", "pos", "position", "trans", "translation", "loc", "location")
TURNS = ("q", "quat", "quaternion", "rot", "rotation", "orient", "orientation", "ori")
TIMES = ("t", "time", "timestamp", "timestamps", "stamp", "sec", "secs", "seconds", "time_s", "frame")
TUM_ORDER = {"time": 0, "x": 1, "y": 2, "z": 3, "qx": 4, "qy": 5, "qz": 6, "qw": 7}
EUROC_ORDER = {"time": 0, "x": 1, "y": 2, "z": 3, "qw": 4, "qx": 5, "qy": 6, "qz": 7}
"""The column of each value, where a file has no head."""


def words_of(line: str) -> list[str]:
    """The words of a line: between spaces, tabs, commas, semicolons. `1,5 2,0` are two numbers with decimal commas."""
    spaced = [word for word in _SPACES.split(line.strip()) if word]
    if len(spaced) > 1 and any("," in word for word in spaced) and all(_DECIMAL_COMMA.fullmatch(w) for w in spaced):
        return [word.replace(",", ".") for word in spaced]
    return [word for word in _SEPARATORS.split(line.strip()) if word]


def is_comment(line: str) -> bool:
    """Whether a line holds nothing to read."""
    text = line.strip()
    return not text or text.startswith(COMMENTS)


def is_number(word: str) -> bool:
    """Whether a word is a number (`nan` is one, too)."""
    try:
        float(word)
    except ValueError:
        return False
    return True


def time_of(word: str) -> int | float:
    """A time as written: whole numbers exactly."""
    try:
        return int(word)
    except ValueError:
        return float(word)


def columns_of(line: str) -> tuple[dict[str, int], dict[str, str]] | None:
    """Where a table's head says that time, position and quaternion stand, and the units it gives (`time`, `x`).

    Names as EuRoC writes them (`p_RS_R_x [m]`, `q_RS_w []`), or short (`t`, `tx`, `qw`); the first that fits counts.
    None where one of the eight is missing: the line is no head.
    """
    text = line.strip().lstrip("#%/ \t")
    split = text.split(",") if "," in text else text.split(";") if ";" in text else _names(text)
    at: dict[str, int] = {}
    units: dict[str, str] = {}
    for index, name in enumerate(split):
        role = _role(_UNIT.sub("", name).strip().lower())
        if role is None or role in at:
            continue
        at[role] = index
        if (unit := _UNIT.search(name)) is not None and unit[1]:
            units[role] = unit[1].lower()
    return (at, units) if all(role in at for role in TUM_ORDER) else None


def _names(text: str) -> list[str]:
    """The names of a head that is separated by spaces; a unit in brackets belongs to the name before it."""
    return re.sub(r"\s+(?=[\[(])", "", text).split()


def _role(name: str) -> str | None:
    """What a column holds, by its name: a key of `TUM_ORDER`, or None for anything else."""
    if name in TIMES:
        return "time"
    found = _COLUMN.fullmatch(name)
    if found is None:
        return None
    stem, part = found["stem"].split("_")[0], found["part"]
    if stem in TURNS or (stem == "" and part == "w"):
        return f"q{part}"
    return part if stem in PLACES and part != "w" else None
