"""The check on real pixels: right stages pass on every kind of wall, and each wrong thing shows as the formula says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from render.plan import planner
from render.plan.cover import CameraCover, cover_of
from render.wall import wall_passes
from render.wall.composite_pass import Dirty
from render.wall.tile_pass import TilePass
from stage.files.loading import find_stage
from stage.messages.frames import CameraState
from stage.model.look import Look
from tools.proof.check import CheckOrder, CheckResult, Errors, run_check
from tools.proof.limits import LIMITS
from tools.proof.rig import Rig
from tools.proof.walls.parallax import ParallaxFigures

SCENE = "boxes"


@pytest.fixture(scope="module")
def two_walls() -> Iterator[Rig]:
    rig = Rig(find_stage("two-walls").resolve(), SCENE)
    yield rig
    rig.close()


def checked(rig: Rig, motion: str, errors: Errors | None = None, frames: int = 3) -> CheckResult:
    return run_check(rig, rig.camera(None), CheckOrder(motion, frames, errors or Errors()))


def seen(result: CheckResult) -> dict[str, ParallaxFigures]:
    return {name: wall for name, wall in result.walls.items() if wall is not None}


@pytest.mark.parametrize("motion", ["dolly", "crane"])
def test_flat_walls_are_right(two_walls: Rig, motion: str) -> None:
    result = checked(two_walls, motion)
    assert result.good
    assert result.coherent
    assert result.witness is not None


@pytest.mark.parametrize("name", ["volume", "mesh-wall"])
def test_arc_ceiling_and_mesh_are_right(name: str) -> None:
    rig = Rig(find_stage(name).resolve(), SCENE)
    try:
        walls = seen(checked(rig, "crane", frames=1))
    finally:
        rig.close()
    assert walls
    for wall in walls.values():
        assert wall.mean <= LIMITS["mean"]
        assert wall.p99 <= LIMITS["p99"]
        assert wall.max <= LIMITS["max"]


def test_a_wrong_pupil_is_reported_as_the_formula_says(two_walls: Rig) -> None:
    result = checked(two_walls, "dolly", Errors(pupil_error_mm=1.0))
    assert not result.good
    for wall in seen(result).values():
        assert wall.mean == pytest.approx(wall.analytic_mean, rel=0.05)


def test_one_frame_late_on_a_dolly_is_reported_as_the_formula_says(two_walls: Rig) -> None:
    result = checked(two_walls, "dolly", Errors(late_frames=1), frames=1)
    assert result.speed_m_s == pytest.approx(0.5, rel=1e-3)
    assert not result.good
    for wall in seen(result).values():
        assert wall.mean == pytest.approx(wall.analytic_mean, rel=0.05)
        assert wall.mean > 0.5


def test_a_wrong_pan_leaves_the_picture_inside_unchanged(two_walls: Rig) -> None:
    straight, panned = checked(two_walls, "dolly"), checked(two_walls, "dolly", Errors(pan_error_deg=5.0))
    for wall in seen(panned).values():
        assert wall.mean <= LIMITS["mean"]
        assert wall.max <= LIMITS["max"]
    assert {n: w.pixels for n, w in seen(straight).items()} != {n: w.pixels for n, w in seen(panned).items()}


def bad(result: CheckResult) -> set[str]:
    return {figure.name for figure in result.figures if not figure.good}


def test_walls_of_large_leds_are_right_too(tmp_path: Path) -> None:
    text = find_stage("two-walls").read_text()
    for fine, coarse in (
        ("size_px = [120, 135], pitch_mm = 4.0", "size_px = [40, 45], pitch_mm = 12.0"),
        ("size_px = [960, 540]", "size_px = [320, 180]"),
        ("size_px = [480, 540]", "size_px = [160, 180]"),
    ):
        assert fine in text
        text = text.replace(fine, coarse)
    (tmp_path / "coarse.toml").write_text(text)
    rig = Rig(tmp_path / "coarse.toml", SCENE)
    try:
        assert bad(checked(rig, "survey")) == set()
    finally:
        rig.close()


def test_a_physical_sky_is_seen_where_it_is() -> None:
    rig = Rig(find_stage("two-walls").resolve(), "open_sky")
    try:
        assert bad(checked(rig, "survey", frames=1)) == set()
    finally:
        rig.close()


def test_an_ignored_margin_is_named(two_walls: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(camera: CameraState, look: Look) -> CameraCover:
        return cover_of(camera, replace(look, inner=replace(look.inner, margin_deg=0.0)))

    monkeypatch.setattr(planner, "cover_of", without)
    assert {"its margin, all round", "feather against its rule"} <= bad(checked(two_walls, "survey"))


def test_an_ignored_overscan_leaves_some_of_the_picture_out(two_walls: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(camera: CameraState, look: Look) -> CameraCover:
        return cover_of(replace(camera, lens=replace(camera.lens, overscan=1.0)), look)

    monkeypatch.setattr(planner, "cover_of", without)
    result = checked(two_walls, "survey")
    assert "its margin, all round" in bad(result)
    assert not result.good


def test_an_output_that_is_not_copied_is_named(two_walls: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, turns = TilePass.draw, [0]

    def lazy(self: TilePass, dirty: Dirty) -> frozenset[str]:
        turns[0] += 1
        kept = self._copied
        self._copied = dict(list(kept.items())[: len(kept) - turns[0] % 2])
        changed = whole(self, dirty)
        self._copied = kept
        return changed

    monkeypatch.setattr(wall_passes, "whole_wall", lambda stage, output: None)
    monkeypatch.setattr(TilePass, "draw", lazy)
    result = checked(two_walls, "survey")
    assert {"tiles: another frame's number", "tiles: not their wall's pixels"} <= bad(result)
    assert result.tiles.named == ("side/all in side",)
