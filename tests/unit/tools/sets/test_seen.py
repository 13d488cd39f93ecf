"""What a set leaves out, and how it is cut into pieces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tools.sets.mesh import Mesh, Placement, face_normals, unit
from tools.sets.seen import EyeZone, in_cells, in_sectors, only_seen
from tools.sets.solids import box, quad


def floor(half_m: float, steps: int) -> Mesh:
    return quad((-half_m, -half_m, 0), (2 * half_m, 0, 0), (0, 2 * half_m, 0), (steps, steps))


ZONE = EyeZone((-1.0, -1.0, 0.0), (1.0, 1.0, 2.0))


def test_what_faces_away_from_the_stage_is_left_out() -> None:
    """A box 10 m ahead, higher than every eye: its front and underside are seen, its back, top and sides are not
    where the zone lies between its sides."""
    crate = box((-5.0, 10.0, 3.0), (5.0, 12.0, 5.0))
    kept = only_seen(crate, [Placement()], ZONE)
    normals = unit(face_normals(kept.position_m, kept.triangles)).round(6)
    assert {tuple(normal) for normal in normals.tolist()} == {(0.0, -1.0, 0.0), (0.0, 0.0, -1.0)}
    assert len(kept.position_m) == 8


def test_a_face_that_any_place_shows_stays() -> None:
    sheet = quad((-0.5, 0.0, 0.0), (1, 0, 0), (0, 0, 1))
    ahead, behind = Placement((0.0, 10.0, 0.0)), Placement((0.0, -10.0, 0.0))
    assert len(only_seen(sheet, [ahead], ZONE).triangles) == 2
    assert len(only_seen(sheet, [behind], ZONE).triangles) == 0
    assert len(only_seen(sheet, [ahead, behind], ZONE).triangles) == 2


@pytest.mark.parametrize("cut", [lambda mesh: in_cells(mesh, 2.0), lambda mesh: in_sectors(mesh, 8)])
def test_pieces_are_the_whole(cut: Callable[[Mesh], list[Mesh]]) -> None:
    ground = floor(4.0, 8)
    pieces = cut(ground)
    assert len(pieces) >= 8
    areas = [face_normals(piece.position_m, piece.triangles)[:, 2].sum() / 2 for piece in pieces]
    assert sum(areas) == pytest.approx(64.0)
    assert sum(len(piece.triangles) for piece in pieces) == len(ground.triangles)
    assert max(np.ptp(piece.position_m[:, 0]) for piece in pieces) < 8.0
