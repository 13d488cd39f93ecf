"""The plan of a frame against brute force over every wall pixel."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from render.plan.boxes import Box, area, overlap, regions
from render.plan.cover import CameraCover, cover_of
from render.plan.curved_wall import CurvedWall
from render.plan.flat_wall import FlatWall
from render.plan.panels import RIM_PX, panels_for, sized_picture
from render.plan.planner import FINEST, Planner
from stage.maths.pose import rotation_matrix
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, Validity
from stage.walls.surface import Surface
from tests.looks import a_look
from tests.shaders.small_stage import IMAGE_PX, camera, frame, looking, small_stage, surfaces_of
from tools.proof.walls.parallax import wall_positions

LOOK = a_look(margin_deg=2.0, feather_deg=1.0)
STAGE = small_stage()
SURFACES = surfaces_of(STAGE)
TOWARD = {"flat": (0.0, 0.0), "ceiling": (0.0, 45.0), "arc": (-60.0, 0.0), "mesh": (70.0, 0.0)}


def random_camera(seed: int, wall: str) -> CameraState:
    random = np.random.default_rng(seed)
    pan, tilt = TOWARD[wall]
    turn = looking(pan + random.uniform(-40, 40), tilt + random.uniform(-25, 25), random.uniform(-30, 30))
    place = np.array([0.0, -3.0, 1.5]) + random.uniform(-0.6, 0.6, 3)
    return camera((float(place[0]), float(place[1]), float(place[2])), turn, focal_mm=random.uniform(18, 60))


def slopes_of(surface: Surface, state: CameraState) -> NDArray[np.float64]:
    """(h, w, 3): slope across, slope up, depth of every pixel's centre."""
    seen = (wall_positions(surface) - np.array(state.position_m)) @ rotation_matrix(state.orientation)
    return np.stack([seen[..., 0] / seen[..., 1], seen[..., 2] / seen[..., 1], seen[..., 1]], axis=-1)


def covered(surface: Surface, state: CameraState, cover: CameraCover) -> NDArray[np.bool_]:
    """Which pixels the camera covers at all, by projecting each."""
    across, up, depth = np.moveaxis(slopes_of(surface, state), -1, 0)
    left, right, lower, upper = cover.edge
    inside: NDArray[np.bool_] = (depth > 0) & (across > left) & (across < right) & (up > lower) & (up < upper)
    return inside


def bounds(mask: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


@pytest.mark.parametrize("wall", ["flat", "ceiling"])
@pytest.mark.parametrize("seed", range(30))
def test_flat_box_is_that_of_the_covered_pixels(wall: str, seed: int) -> None:
    state = random_camera(seed, wall)
    cover = cover_of(state, LOOK)
    box = FlatWall(SURFACES[wall]).box(cover)
    mask = covered(SURFACES[wall], state, cover)
    if not mask.any():
        assert box is None or min(box[2] - box[0], box[3] - box[1]) <= 4
        return
    assert box is not None
    low = bounds(mask)
    slack = np.abs(np.subtract(box, low))
    assert box[0] <= low[0]
    assert box[1] <= low[1]
    assert box[2] >= low[2]
    assert box[3] >= low[3]
    assert slack.max() <= 4, "the box of pixel centres, the pixel they are in, a rim, and thin corners"


@pytest.mark.parametrize("wall", ["arc", "mesh"])
@pytest.mark.parametrize("seed", range(30))
def test_curved_box_and_slopes_hold_every_covered_pixel(wall: str, seed: int) -> None:
    state = random_camera(seed, wall)
    cover = cover_of(state, LOOK)
    landing = CurvedWall(SURFACES[wall]).landings([cover])[0]
    mask = covered(SURFACES[wall], state, cover)
    if not mask.any():
        return
    assert landing is not None
    x0, y0, x1, y1 = landing.box
    low = bounds(mask)
    assert x0 <= low[0]
    assert y0 <= low[1]
    assert x1 >= low[2]
    assert y1 >= low[3]
    assert max(low[0] - x0, low[1] - y0, x1 - low[2], y1 - low[3]) <= 96, "no more than patches round the edge"
    across, up, _ = np.moveaxis(slopes_of(SURFACES[wall], state)[mask], -1, 0)
    left, right, lower, upper = landing.slopes
    assert left <= across.min()
    assert right >= across.max()
    assert lower <= up.min()
    assert upper >= up.max()


@pytest.mark.parametrize(("wall", "seed"), [("arc", 1), ("arc", 2), ("mesh", 3), ("mesh", 4)])
def test_density_is_that_of_the_finest_pixels_seen(wall: str, seed: int) -> None:
    state = random_camera(seed, wall)
    cover = cover_of(state, LOOK)
    landing = CurvedWall(SURFACES[wall]).landings([cover])[0]
    assert landing is not None
    slopes = slopes_of(SURFACES[wall], state)[..., :2]
    step_x, step_y = np.diff(slopes, axis=1)[:-1], np.diff(slopes, axis=0)[:, :-1]
    size = np.sqrt(step_x**2 + step_y**2)[covered(SURFACES[wall], state, cover)[:-1, :-1]]
    finest = 1.0 / np.nanpercentile(size, 1, axis=0)
    assert landing.density[0] == pytest.approx(finest[0], rel=0.12)
    assert landing.density[1] == pytest.approx(finest[1], rel=0.12)


def test_an_eye_behind_a_wall_sees_none_of_it() -> None:
    behind = cover_of(camera((0.0, 1.0, 1.0), looking(180.0)), LOOK)
    assert FlatWall(SURFACES["flat"]).box(behind) is None
    assert FlatWall(SURFACES["flat"]).whole_view((0.0, 1.0, 1.0)) is None


def test_a_camera_that_looks_away_covers_nothing() -> None:
    away = cover_of(camera((0.0, -3.0, 1.5), looking(180.0)), LOOK)
    assert FlatWall(SURFACES["flat"]).box(away) is None
    plan = Planner(STAGE, SURFACES).plan(frame(1, camera((0.0, -3.0, 1.5), looking(180.0)), look=LOOK))
    assert plan.boxes["flat"] == (None,)


def test_a_look_without_inner_views_shows_the_outer_view_everywhere() -> None:
    look = a_look()
    planner = Planner(STAGE, SURFACES)
    assert planner.plan(frame(1, camera(), look=look)).covers
    hidden = planner.plan(frame(1, camera(), look=replace(look, inner=replace(look.inner, visible=False))))
    assert (hidden.covers, hidden.flat, hidden.curved) == ((), (), ())
    assert not any(box for boxes in hidden.boxes.values() for box in boxes)


def test_lost_cameras_are_drawn_where_the_record_has_them() -> None:
    planner = Planner(STAGE, SURFACES)
    live, lost = (planner.plan(frame(1, camera(validity=state))) for state in (Validity.LIVE, Validity.LOST))
    assert live == lost


def test_only_as_many_cameras_as_the_stage_has() -> None:
    plan = Planner(STAGE, SURFACES).plan(frame(1, camera(name="a"), camera(name="x")))
    assert len(plan.covers) == 1
    assert {len(boxes) for boxes in plan.boxes.values()} == {1}


@pytest.mark.parametrize("focal_mm", [0.0, math.nan, math.inf, -1.0])
def test_a_camera_without_a_lens_is_left_out(focal_mm: float) -> None:
    broken = replace(camera(), lens=LensState(focal_mm))
    planner = Planner(STAGE, SURFACES)
    assert planner.plan(frame(1, broken)).covers == ()
    assert planner.plan(frame(1, broken, camera())) == planner.plan(frame(1, camera()))


def test_a_camera_that_is_nowhere_is_left_out() -> None:
    planner = Planner(STAGE, SURFACES)
    for broken in (camera((math.nan, 0.0, 0.0)), camera(orientation=(math.nan, 0.0, 0.0, 0.0))):
        plan = planner.plan(frame(1, broken))
        assert plan.flat == ()
        assert plan.curved == ()


def test_inner_view_is_no_finer_than_the_camera_resolves() -> None:
    planner = Planner(STAGE, SURFACES)
    far = planner.plan(frame(1, camera((-3.0, -4.0, 1.5), looking(-60.0)), look=LOOK)).curved[0].picture
    across = (far.slopes[1] - far.slopes[0]) / (far.size_px[0])
    film = 2 * math.tan(math.radians(30.0)) / IMAGE_PX[0]
    assert across >= film / FINEST * 0.97
    assert max(far.size_px) <= planner.largest_inner_px()


def test_a_picture_holds_its_slopes_inside_a_rim() -> None:
    picture = sized_picture(((1, 0, 0), (0, 1, 0), (0, 0, 1)), (-0.3, 0.5, -0.2, 0.4), (800.0, 600.0), 4096, 16)
    scale_x, offset_x, scale_y, offset_y = picture.texel_from_slope()
    assert (picture.size_px[0] % 16, picture.size_px[1] % 16) == (0, 0)
    assert -0.3 * scale_x + offset_x == pytest.approx(RIM_PX)
    assert 0.5 * scale_x + offset_x == pytest.approx(picture.size_px[0] - RIM_PX)
    assert -0.2 * scale_y + offset_y == pytest.approx(RIM_PX)
    assert 0.4 * scale_y + offset_y == pytest.approx(picture.size_px[1] - RIM_PX)
    assert scale_x >= 800.0
    assert scale_y >= 600.0


def test_a_picture_that_would_be_too_large_loses_density_not_slopes() -> None:
    picture = sized_picture(((1, 0, 0), (0, 1, 0), (0, 0, 1)), (-1.0, 1.0, -1.0, 1.0), (9000.0, 9000.0), 512)
    assert picture.size_px == (512, 512)
    assert picture.texel_from_slope()[0] == pytest.approx(254.0)


@pytest.mark.parametrize("wall", ["arc", "mesh"])
def test_panels_hold_every_pixel_seen_from_the_stage_eye(wall: str) -> None:
    eye = np.array(STAGE.stage_eye_m)
    atlas = panels_for(CurvedWall(SURFACES[wall]), STAGE.stage_eye_m, 2048)
    offsets = wall_positions(SURFACES[wall]).reshape(-1, 3) - eye
    depth = np.stack([offsets @ np.array(panel.picture.axes[1]) for panel in atlas.panels], axis=1)
    nearest = depth.argmax(axis=1)
    for number, panel in enumerate(atlas.panels):
        mine = offsets[nearest == number]
        across, ahead, up = (mine @ np.array(axis) for axis in panel.picture.axes)
        left, right, lower, upper = panel.picture.slopes
        assert (across / ahead > left).all()
        assert (across / ahead < right).all()
        assert (up / ahead > lower).all()
        assert (up / ahead < upper).all()


@pytest.mark.parametrize("wall", ["arc", "mesh"])
def test_panels_stand_apart_in_the_atlas(wall: str) -> None:
    atlas = panels_for(CurvedWall(SURFACES[wall]), STAGE.stage_eye_m, 2048)
    boxes = [(x, y, x + w, y + h) for x, y, w, h in (panel.viewport_px for panel in atlas.panels)]
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert max(box[2] for box in boxes) <= atlas.size_px[0]
    assert max(box[3] for box in boxes) <= atlas.size_px[1]


def test_regions_hold_every_box_and_stay_few() -> None:
    random = np.random.default_rng(7)
    for _ in range(200):
        corner, size = random.integers(0, 200, (6, 2)), random.integers(1, 120, (6, 2))
        boxes = [(int(x), int(y), int(x + w), int(y + h)) for (x, y), (w, h) in zip(corner, size, strict=True)]
        found = regions([*boxes, None])
        for x0, y0, x1, y1 in boxes:
            assert any(a <= x0 and b <= y0 and c >= x1 and d >= y1 for a, b, c, d in found)
        assert sum(map(area, found)) <= sum(map(area, boxes))


def test_coverage_widths_are_never_zero() -> None:
    cover = cover_of(camera(), a_look(margin_deg=0.0, feather_deg=0.0))
    assert min(cover.feather_widths()) > 0.0
    assert cover.whole == pytest.approx(cover.filmed)
