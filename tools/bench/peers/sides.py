"""Who draws: this product and the other programs, by name, and whether a program is installed.

A side is made for a case, draws a frame until it is finished, and shows the walls' pictures. The modules are imported
only where they run, each in a process of its own.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from tools.bench.peers.cases import Case

OWN = "openstage"
SIDES = {
    OWN: ("tools.bench.peers.own_side", "moderngl"),
    "same-draws": ("tools.bench.peers.same_draws_side", "moderngl"),
    "moderngl": ("tools.bench.peers.moderngl_side", "moderngl"),
    "raylib": ("tools.bench.peers.raylib_side", "raylib"),
    "panda3d": ("tools.bench.peers.panda_side", "panda3d"),
}
"""By name: the module with its class `Side`, and the package it needs."""


class DrawingSide(Protocol):
    """One program at work on one case."""

    def draw(self, number: int) -> None:
        """Draw frame `number` and wait until it is finished."""
        ...

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """(h, w, 3) code values of every wall, rows from the top."""
        ...


def installed(name: str) -> bool:
    """Whether a side's package is here."""
    return importlib.util.find_spec(SIDES[name][1]) is not None


def side_of(name: str, case: Case) -> DrawingSide:
    """A side made for a case. Only where it is installed."""
    return cast(DrawingSide, importlib.import_module(SIDES[name][0]).Side(case))
