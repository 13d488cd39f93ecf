"""The lighting plan of an MVR file: fixtures and video screens in stage space (MVR 1.6, DIN SPEC 15801). Pure.

MVR is right-handed, Z up, in millimetres. `Matrix` holds the local X, Y and Z axes and the origin, in the parent's
space: `p_parent = p.x u + p.y v + p.z w + o`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.maths.pose import Vector
from stage.model.fixture import UNIVERSE_SLOTS

Matrix = NDArray[np.float64]
"""(4, 3): the local axes and the origin, as rows."""

MM_PER_M = 1000.0
MOST_DEPTH = 64
LONGEST_ADDRESS = 9
LARGEST = 1e9
"""Millimetres: no plan is a thousand kilometres wide."""
_HERE: Matrix = np.vstack([np.eye(3), np.zeros(3)])
_ROW = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class PlanFixture:
    """A lamp of the plan. `universe` and `address` count from 1; 0 where it has no address yet. `problem`: why its
    place or address cannot be read, "" where they can."""

    name: str
    position_m: Vector
    gdtf: str
    mode: str
    universe: int
    address: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlanScreen:
    """A video screen of the plan. Axes are unit vectors in stage space: `right`, `up`, and `facing`, where its front
    looks if its local front is -Y, as a wall's is here. `files`: its geometry. `problem`: as a fixture's."""

    name: str
    position_m: Vector
    right: Vector
    up: Vector
    facing: Vector
    files: tuple[str, ...]
    problem: str = ""

    @property
    def pan_tilt_roll_deg(self) -> tuple[float, float, float]:
        """The same as the angles of a wall's pose: R = Rz(pan) Rx(tilt) Ry(roll)."""
        forward = (-self.facing[0], -self.facing[1], -self.facing[2])
        tilt = math.asin(max(-1.0, min(1.0, forward[2])))
        pan = math.atan2(-forward[0], forward[1])
        roll = math.atan2(-self.right[2], self.up[2])
        return (math.degrees(pan), math.degrees(tilt), math.degrees(roll))


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of the plan that a stage uses."""

    fixtures: tuple[PlanFixture, ...]
    screens: tuple[PlanScreen, ...]


def plan_of(root: Element, where: str) -> Plan:
    """The plan of `GeneralSceneDescription.xml`. Raises InputError where it is not one."""
    if root.tag != "GeneralSceneDescription":
        raise InputError(where, root.tag, "is not a GeneralSceneDescription", "Give an .mvr file")
    fixtures: list[PlanFixture] = []
    screens: list[PlanScreen] = []
    for layer in root.iterfind("Scene/Layers/Layer"):
        for element, place in _placed(layer, _Place().below(layer), where, 0):
            if element.tag == "Fixture":
                fixtures.append(_fixture(element, place))
            elif element.tag == "VideoScreen":
                screens.append(_screen(element, place))
    return Plan(tuple(fixtures), tuple(screens))


@dataclass(frozen=True, slots=True)
class _Place:
    """A matrix in the scene, and why it is not the true one: a matrix on the way to it is none."""

    matrix: Matrix = field(default_factory=_HERE.copy)
    problem: str = ""

    def below(self, element: Element) -> _Place:
        """The place of an element here."""
        own = _matrix(element)
        if own is not None:
            return _Place(_within(self.matrix, own), self.problem)
        name = element.get("name", "")
        told = f"{element.tag} {name!r}: its matrix is none: {element.findtext('Matrix', '')[:80]!r}"
        return _Place(self.matrix, self.problem or told)


def _placed(parent: Element, place: _Place, where: str, depth: int) -> Iterator[tuple[Element, _Place]]:
    """Every element below, with its place in the scene."""
    if depth > MOST_DEPTH:
        raise InputError(where, parent.tag, f"groups are nested more than {MOST_DEPTH} deep", "Simplify the plan")
    for child in parent.iterfind("ChildList/*"):
        placed = place.below(child)
        yield child, placed
        yield from _placed(child, placed, where, depth + 1)


def _matrix(element: Element) -> Matrix | None:
    """Its own matrix, that of its parent where it has none; None where it cannot be read."""
    text = element.findtext("Matrix")
    if text is None:
        return _HERE
    try:
        matrix = np.array([[float(number) for number in row.split(",")] for row in _ROW.findall(text)])
    except ValueError:
        matrix = np.zeros(0)
    good = matrix.shape == (4, 3) and np.isfinite(matrix).all() and np.abs(matrix).max() < LARGEST
    return matrix if good else None


def _within(parent: Matrix, child: Matrix) -> Matrix:
    """The child's matrix in the space of the parent's parent."""
    return np.vstack([child[:3] @ parent[:3], child[3] @ parent[:3] + parent[3]])


def _fixture(element: Element, place: _Place) -> PlanFixture:
    text = _address_text(element)
    address = _address(text)
    problem = "" if address is not None else f"its address is none: {text[:40]!r}"
    return PlanFixture(
        element.get("name", ""),
        _metres(place.matrix[3]),
        element.findtext("GDTFSpec", "").strip(),
        element.findtext("GDTFMode", "").strip(),
        *(address or (0, 0)),
        problem=place.problem or problem,
    )


def _address_text(element: Element) -> str:
    """The address of the first DMX break; "" where it has none."""
    addresses = sorted(element.iterfind("Addresses/Address"), key=lambda each: each.get("break", "0"))
    return (addresses[0].text or "").strip() if addresses else ""


def _address(text: str) -> tuple[int, int] | None:
    """Universe and slot: an absolute number from 1, or "universe.slot"; 0 and 0 without an address, None for none."""
    if not text or text == "0":
        return 0, 0
    universe, point, slot = text.partition(".")
    digits = [universe, slot] if point else [universe]
    if not all(each.isascii() and each.isdecimal() and len(each) <= LONGEST_ADDRESS for each in digits):
        return None
    if point:
        return (int(universe), int(slot)) if int(universe) and 0 < int(slot) <= UNIVERSE_SLOTS else None
    return (int(universe) - 1) // UNIVERSE_SLOTS + 1, (int(universe) - 1) % UNIVERSE_SLOTS + 1


def _screen(element: Element, place: _Place) -> PlanScreen:
    matrix = place.matrix
    right, forward, up = (_unit(row) for row in matrix[:3])
    facing = (-forward[0], -forward[1], -forward[2])
    files = tuple(each.get("fileName", "") for each in element.iterfind("Geometries//Geometry3D"))
    return PlanScreen(element.get("name", ""), _metres(matrix[3]), right, up, facing, files, problem=place.problem)


def _metres(origin: NDArray[np.float64]) -> Vector:
    x, y, z = (round(value, 4) + 0.0 for value in (origin / MM_PER_M).tolist())
    return (x, y, z)


def _unit(row: NDArray[np.float64]) -> Vector:
    length = float(np.linalg.norm(row))
    x, y, z = (row / length).tolist() if length > 0.0 else row.tolist()
    return (x, y, z)
