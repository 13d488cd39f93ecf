"""Where a camera's inner view shows alone, against brute force over every pixel, and straight views of an arc."""

from __future__ import annotations

import numpy as np
import pytest

from render.plan.box_within import box_within
from render.plan.boxes import Box, area, overlap, without
from render.plan.cover import cover_of
from render.plan.faceted_wall import FacetedWall, joined
from render.plan.planner import Planner, alone
from tests.looks import a_look
from tests.shaders.small_stage import camera, small_stage, surfaces_of
from tests.unit.render.plan.test_plan import covered, random_camera, slopes_of

LOOK = a_look(margin_deg=2.0, feather_deg=1.0)
STAGE = small_stage()
SURFACES = surfaces_of(STAGE)


@pytest.mark.parametrize("wall", ["flat", "ceiling", "arc"])
@pytest.mark.parametrize("seed", range(20))
def test_the_whole_core_shows_the_inner_view_alone(wall: str, seed: int) -> None:
    state = random_camera(seed, wall)
    cover, surface = cover_of(state, LOOK), SURFACES[wall]
    found = FacetedWall(surface).covered(cover)
    across, up, depth = np.moveaxis(slopes_of(surface, state), -1, 0)
    left, right, lower, upper = cover.whole
    whole = (depth > 0) & (across > left) & (across < right) & (up > lower) & (up < upper)
    if found is None:
        assert not covered(surface, state, cover).any()
        return
    if found.core is not None:
        x0, y0, x1, y1 = found.core
        assert whole[y0:y1, x0:x1].all()
    held = np.zeros_like(whole)
    for (x0, y0, x1, y1), _ in found.views:
        assert not held[y0:y1, x0:x1].any(), "two views draw one pixel"
        held[y0:y1, x0:x1] = True
    assert not (covered(surface, state, cover) & ~held).any(), "a covered pixel that no view draws"


def test_a_camera_that_looks_straight_at_a_wall_has_nearly_all_of_it_as_its_core() -> None:
    found = FacetedWall(SURFACES["flat"]).covered(cover_of(camera(), LOOK))
    assert found is not None
    assert found.core is not None
    assert area(found.core) > 0.7 * area(found.box)


def test_a_box_within_a_square_turned_by_45_degrees_is_half_of_it() -> None:
    corners = ((50.0, 0.0), (100.0, 50.0), (50.0, 100.0), (0.0, 50.0))
    box = box_within(corners, (1000, 1000), 0)
    assert box is not None
    assert area(box) > 0.9 * 2500
    assert all(abs(x - 50) + abs(y - 50) <= 50 for x in box[::2] for y in box[1::2])


def test_what_is_left_beside_a_hole_is_everything_else_once() -> None:
    random = np.random.default_rng(2)
    for _ in range(200):
        picture = np.zeros((20, 20), int)
        box, hole = some_box(random), some_box(random)
        for x0, y0, x1, y1 in without(box, hole):
            picture[y0:y1, x0:x1] += 1
        wanted = np.zeros((20, 20), int)
        wanted[box[1] : box[3], box[0] : box[2]] = 1
        if overlap(box, hole):
            wanted[hole[1] : hole[3], hole[0] : hole[2]] = 0
        assert (picture == wanted).all()


def some_box(random: np.random.Generator) -> Box:
    x0, y0 = random.integers(0, 15, 2).tolist()
    wide, high = random.integers(1, 6, 2).tolist()
    return (x0, y0, x0 + wide, y0 + high)


def test_a_later_camera_has_no_core_where_an_earlier_one_shows() -> None:
    first, second = (0, 0, 10, 10), (5, 5, 30, 30)
    assert alone([first, second], [first, second]) == (first, None)
    assert alone([first, (12, 0, 20, 9)], [first, second]) == (first, (12, 0, 20, 9))


def test_cores_are_joined_from_neighbours_only() -> None:
    assert joined([(0, 2, 10, 20), (10, 3, 20, 22)]) == (0, 3, 20, 20)
    assert joined([(0, 2, 10, 20), (11, 3, 40, 22)]) == (11, 3, 40, 22)
    assert joined([]) is None


def test_an_arc_is_drawn_straight_where_that_is_asked_for() -> None:
    assert "arc" in Planner(STAGE, SURFACES).curved
    assert "arc" in Planner(STAGE, SURFACES, facets=True).flat
    assert "mesh" in Planner(STAGE, SURFACES, facets=True).curved
