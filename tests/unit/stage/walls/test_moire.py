"""Where LEDs beat with photosites: the formula next to a simulated sensor, published figures, lenses and rays."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from stage.files.loading import find_stage, load_stage
from stage.lint.lint import lint_stage
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.model.wall import Cabinets, FlatWall
from stage.walls.filmed_pitch import filmed_pitch
from stage.walls.moire import EMITTER_PITCHES, Seen, Taking, blur_of, contrast, focus_between, moire_of
from stage.walls.moire_figures import pairs_of
from stage.walls.surface import surface_of
from tools.cli import app

FINE = 64
"""Samples a photosite."""


def simulated(pitch: float, blur: float) -> float:
    """Amplitude over mean of the grid's fundamental, as photosites record it: 960 of them, a row of emitters with sharp
    edges, a disc's blur (its line spread is a half ellipse), and what a sine of the aliased frequency finds in them."""
    count = 960
    x = np.arange(count * FINE) / FINE
    light = (np.mod(x / pitch, 1.0) < EMITTER_PITCHES).astype(float)
    width = round(blur * pitch * FINE)
    if width > 1:
        offset = (np.arange(width) + 0.5) / width * 2.0 - 1.0
        spread = np.sqrt(1.0 - offset**2)
        light = np.convolve(light, spread / spread.sum(), mode="same")
    recorded = light.reshape(count, FINE).mean(axis=1)[100:-100]
    window = np.hanning(len(recorded))
    wave = np.exp(-2j * np.pi * np.arange(len(recorded)) / pitch)
    return float(2.0 * abs((recorded * window * wave).sum()) / (recorded * window).sum())


@pytest.mark.parametrize("pitch", [0.9, 1.05, 1.3, 3.1, 6.0])
@pytest.mark.parametrize("blur", [0.0, 0.5, 1.0])
def test_the_contrast_is_that_of_a_simulated_sensor(pitch: float, blur: float) -> None:
    assert float(contrast(pitch, np.array([blur]), 1)[0]) == pytest.approx(simulated(pitch, blur), abs=0.012, rel=0.03)


def test_a_disc_as_wide_as_its_first_zero_leaves_nothing() -> None:
    at_zero, at_pitch, sharp = contrast(3.0, np.array([1.2197, 1.0, 0.0]), 1)
    assert at_zero < 1e-3 * sharp
    assert at_pitch / sharp == pytest.approx(0.18, abs=0.005)


CINEMA = Taking(35.0, 2.8, 28.0 / 4096)
"""4096 photosites on 28 mm, 35 mm at f/2.8."""


def test_a_fine_wall_at_four_metres_has_false_colours_near_its_own_distance_alone() -> None:
    found = moire_of(CINEMA, 4.0, 2.3)
    assert found.seen is Seen.COLOUR
    assert found.pitch_photosites == pytest.approx(2.9, abs=0.05)
    assert found.seen_at(4.0)
    assert not found.seen_at(1.2)
    assert blur_of(CINEMA, 4.0, 2.5) / (2.3 * 35.0 / 4000.0) == pytest.approx(3.3, abs=0.05)


@pytest.mark.parametrize(
    ("pitch_mm", "distance_m", "seen"),
    [(2.3, 4.0, Seen.COLOUR), (2.3, 8.0, Seen.MOIRE), (15.6, 4.0, Seen.GRID), (0.1, 30.0, Seen.NOTHING)],
)
def test_what_is_seen_goes_by_pitch_and_distance(pitch_mm: float, distance_m: float, seen: Seen) -> None:
    assert moire_of(CINEMA, distance_m, pitch_mm).seen is seen


@given(st.floats(12.0, 200.0), st.floats(1.4, 16.0), st.floats(1.0, 30.0), st.floats(0.001, 0.05))
def test_the_two_focus_distances_blur_the_wall_by_that_disc(
    focal: float, stop: float, wall_m: float, disc: float
) -> None:
    taking = Taking(focal, stop, 0.006)
    near, far = focus_between(taking, wall_m, disc)
    assert near < wall_m < far
    assert blur_of(taking, wall_m, near) == pytest.approx(disc, rel=1e-6)
    if math.isfinite(far):
        assert blur_of(taking, wall_m, far) == pytest.approx(disc, rel=1e-6)
    else:
        assert blur_of(taking, wall_m, math.inf) <= disc * (1.0 + 1e-9)


WALL = FlatWall(
    name="main",
    kind="flat",
    cabinets=Cabinets(columns=4, rows=4, size_px=(100, 100), pitch_mm=4.0),
    position_m=(0, 0, 0),
)


def test_the_pitch_is_the_walls_and_less_where_it_is_turned_away() -> None:
    surface = surface_of(WALL, find_stage("two-walls").parent)
    ahead = filmed_pitch(surface, Pose((0.0, -3.0, 0.8)), (0.4, 0.2))
    assert ahead is not None
    assert [ahead.distance_m, ahead.pitch_mm] == pytest.approx([3.0, 4.0])
    turned = Pose((3.0, -3.0, 0.8), quaternion_from_pan_tilt_roll(45.0, 0.0, 0.0))
    aslant = filmed_pitch(surface, turned, (0.4, 0.2))
    assert aslant is not None
    assert aslant.pitch_mm == pytest.approx(4.0 * math.cos(math.radians(45.0)), rel=1e-6)
    assert aslant.distance_m == pytest.approx(3.0 * math.sqrt(2.0), rel=1e-6)


def test_a_wall_from_behind_or_out_of_the_picture_is_not_filmed() -> None:
    surface = surface_of(WALL, find_stage("two-walls").parent)
    back = Pose((0.0, 3.0, 0.8), quaternion_from_pan_tilt_roll(180.0, 0.0, 0.0))
    assert filmed_pitch(surface, back, (0.4, 0.2)) is None
    assert (
        filmed_pitch(surface, Pose((0.0, -3.0, 0.8), quaternion_from_pan_tilt_roll(180.0, 0.0, 0.0)), (0.4, 0.2))
        is None
    )


def test_every_camera_and_wall_of_a_stage_has_its_figures() -> None:
    path = find_stage("volume")
    stage = load_stage(path)
    surfaces = {wall.name: surface_of(wall, path.parent) for wall in stage.walls}
    pairs = list(pairs_of(stage, surfaces))
    assert {pair.camera for pair in pairs} == {camera.name for camera in stage.cameras}
    assert all(pair.moire.from_m is None or pair.moire.seen_at(pair.moire.distance_m) for pair in pairs)


def test_lint_names_the_camera_the_wall_and_the_focus_that_helps() -> None:
    path = find_stage("two-walls")
    stage = load_stage(path)
    told = [finding for finding in lint_stage(stage, path) if "moire" in finding.problem]
    assert told == [], "2.4 pixels an LED"
    coarse = stage.model_copy(update={"cameras": (stage.cameras[0].model_copy(update={"image_px": (960, 540)}),)})
    main, side = [finding for finding in lint_stage(coarse, path) if "moire" in finding.problem]
    assert main.field == "cameras[0].home"
    assert "camera 'a' sees moire on wall 'main' from its home" in main.problem
    assert "Keep the focus nearer than" in main.remedy
    assert "wall 'side'" in side.problem


def test_the_command_prints_every_wall_and_says_what_it_took() -> None:
    shown = CliRunner().invoke(app, ["moire", "two-walls", "--focus-m", "0.5"])
    assert shown.exit_code == 0, shown.output
    assert "false colours with the focus from" in shown.output
    assert "focus at 0.5 m: not seen" in shown.output
    listed = json.loads(CliRunner().invoke(app, ["moire", "volume", "--json"]).output)
    assert {pair["wall"] for pair in listed["pairs"]} >= {"arc"}
