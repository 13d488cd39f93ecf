"""Pairs of points: where the tracker says a point is, and where it is on the stage. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stage.errors import InputError
from stage.maths.pose import Vector


@dataclass(frozen=True, slots=True)
class Pair:
    """One point: its place by the tracker (axes, signs, unit and zeros of the source applied, no alignment), and on the
    stage."""

    name: str
    tracker_m: Vector
    stage_m: Vector


def named_place(words: Sequence[str], markers: Mapping[int, Vector]) -> tuple[str, Vector]:
    """A place on the stage as somebody types it: a marker's number, or x y z in metres. Raises InputError."""
    text = " ".join(words)
    if len(words) == 1 and words[0].isdigit():
        if int(words[0]) not in markers:
            raise InputError(text, "", "is no marker on the walls", "Read its number off the chart")
        return f"marker {words[0]}", markers[int(words[0])]
    try:
        x, y, z = (float(word.strip(",")) for word in words)
        if not all(map(math.isfinite, (x, y, z))):
            raise ValueError
    except ValueError:
        raise InputError(text, "", "is no place", "Type a marker's number, or x y z in metres") from None
    return text, (x, y, z)
