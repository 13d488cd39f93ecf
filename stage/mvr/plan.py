"""The lighting plan of an MVR file: fixtures and video screens in stage space (MVR 1.6, DIN SPEC 15801). Pure.

MVR is right-handed, Z up, in millimetres. `Matrix` holds the local X, Y and Z axes and the origin, in the parent's
space: `p_parent = p.x u + p.y v + p.z w + o`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_HERE: Matrix = np.vstack([np.eye(3), np.zeros(3)])
_ROW = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class PlanFixture:
    """A lamp of the plan. `universe` and `address` count from 1; 0 where it has no address yet."""

    name: str
    position_m: Vector
    gdtf: str
    mode: str
    universe: int
    address: int


@dataclass(frozen=True, slots=True)
class PlanScreen:
    """A video screen of the plan. Axes are unit vectors in stage space: `right`, `up`, and `facing`, where its front
    looks if its local front is -Y, as a wall's is here. `files`: its geometry."""

    name: str
    position_m: Vector
    right: Vector
    up: Vector
    facing: Vector
    files: tuple[str, ...]

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
        for element, matrix in _placed(layer, _within(_HERE, _matrix(layer, where)), where, 0):
            if element.tag == "Fixture":
                fixtures.append(_fixture(element, matrix, where))
            elif element.tag == "VideoScreen":
                screens.append(_screen(element, matrix))
    return Plan(tuple(fixtures), tuple(screens))


def _placed(parent: Element, matrix: Matrix, where: str, depth: int) -> Iterator[tuple[Element, Matrix]]:
    """Every element below, with its matrix in the scene."""
    if depth > MOST_DEPTH:
        raise InputError(where, parent.tag, f"groups are nested more than {MOST_DEPTH} deep", "Simplify the plan")
    for child in parent.iterfind("ChildList/*"):
        placed = _within(matrix, _matrix(child, where))
        yield child, placed
        yield from _placed(child, placed, where, depth + 1)


def _matrix(element: Element, where: str) -> Matrix:
    """Its own matrix, or its parent's where it has none."""
    text = element.findtext("Matrix")
    if text is None:
        return _HERE
    try:
        matrix = np.array([[float(number) for number in row.split(",")] for row in _ROW.findall(text)])
    except ValueError:
        matrix = np.zeros(0)
    if matrix.shape != (4, 3) or not np.isfinite(matrix).all():
        name = element.get("name", element.tag)
        raise InputError(where, f"{element.tag} {name!r}: Matrix", f"is not a matrix: {text[:80]!r}", "Export it again")
    return matrix


def _within(parent: Matrix, child: Matrix) -> Matrix:
    """The child's matrix in the space of the parent's parent."""
    return np.vstack([child[:3] @ parent[:3], child[3] @ parent[:3] + parent[3]])


def _fixture(element: Element, matrix: Matrix, where: str) -> PlanFixture:
    universe, address = _address(element, where)
    return PlanFixture(
        element.get("name", ""),
        _metres(matrix[3]),
        element.findtext("GDTFSpec", "").strip(),
        element.findtext("GDTFMode", "").strip(),
        universe,
        address,
    )


def _address(element: Element, where: str) -> tuple[int, int]:
    """The address of the first DMX break: an absolute number from 1, or "universe.slot"."""
    addresses = sorted(element.iterfind("Addresses/Address"), key=lambda each: each.get("break", "0"))
    text = (addresses[0].text or "").strip() if addresses else ""
    if not text or text == "0":
        return 0, 0
    universe, point, slot = text.partition(".")
    if not universe.isdecimal() or (point and not slot.isdecimal()):
        name = element.get("name", "")
        raise InputError(where, f"Fixture {name!r}: Address", f"is not an address: {text[:40]!r}", "Export it again")
    if point:
        return int(universe), int(slot)
    return (int(universe) - 1) // UNIVERSE_SLOTS + 1, (int(universe) - 1) % UNIVERSE_SLOTS + 1


def _screen(element: Element, matrix: Matrix) -> PlanScreen:
    right, forward, up = (_unit(row) for row in matrix[:3])
    facing = (-forward[0], -forward[1], -forward[2])
    files = tuple(each.get("fileName", "") for each in element.iterfind("Geometries//Geometry3D"))
    return PlanScreen(element.get("name", ""), _metres(matrix[3]), right, up, facing, files)


def _metres(origin: NDArray[np.float64]) -> Vector:
    x, y, z = (round(value, 4) + 0.0 for value in (origin / MM_PER_M).tolist())
    return (x, y, z)


def _unit(row: NDArray[np.float64]) -> Vector:
    length = float(np.linalg.norm(row))
    x, y, z = (row / length).tolist() if length > 0.0 else row.tolist()
    return (x, y, z)
