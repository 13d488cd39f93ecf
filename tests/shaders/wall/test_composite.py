"""The composite against numpy: coverage, priority, feather, transfer curves, and what no light can be."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.plan.cover import cover_of
from render.view.material import Material
from render.view.targets import TargetMaker
from render.wall.canvas import WallCanvas
from render.wall.colour import WallColour
from render.wall.composite import WallComposite
from stage.maths.pose import rotation_matrix
from stage.messages.frames import CameraState
from stage.model.look import Look
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set
from tools.proof.walls.parallax import wall_positions

SURFACES = surfaces_of(small_stage())
PEAK_NITS = 1500.0


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.fixture(scope="module")
def probe(context: moderngl.Context) -> Renderer:
    stage = small_stage(cameras=2)
    return Renderer(context, stage, surfaces_of(stage), box_set(), Material.PROBE)


def encoded(context: moderngl.Context, light: NDArray[np.float32], transfer: str) -> NDArray[np.uint8]:
    """The code values of a wall whose outer picture is (h, w, 3) `light`."""
    surface = SURFACES["flat"]
    wall = WallCanvas(context, surface, TargetMaker(context, Material.LIT, 0), Material.LIT, 0)
    width, height = wall.size_px
    picture = np.zeros((height, width, 4), np.float16)
    with np.errstate(over="ignore"):
        picture[..., :3] = light[::-1]
    wall.outer.write(picture.tobytes())
    composite = WallComposite(context, wall, [], Material.LIT, WallColour(transfer, PEAK_NITS))
    composite.draw([(0, 0, width, height)], [])
    pixels = np.frombuffer(wall.framebuffer.read(components=4), np.uint8).reshape(height, width, 4)[::-1].copy()
    composite.release()
    wall.release()
    return pixels


def transferred(light: NDArray[np.float64], transfer: str) -> NDArray[np.float64]:
    """Code values 0..255, not rounded: the curves as their standards write them."""
    nits = np.clip(light * 100.0, 0.0, PEAK_NITS)
    if transfer == "pq":
        y = (nits / 10_000.0) ** 0.1593017578125
        return np.asarray(255 * ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375)
    value = nits / PEAK_NITS
    if transfer == "srgb":
        return np.asarray(255 * np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055))
    return np.asarray(255 * value ** (1 / 2.4))


@pytest.mark.parametrize("transfer", ["gamma-2.4", "srgb", "pq"])
def test_transfer_is_that_of_the_standard(context: moderngl.Context, transfer: str) -> None:
    width, height = SURFACES["flat"].size_px
    ramp = np.linspace(0, 1, width * height).reshape(height, width) ** 3 * 18.0
    light = np.stack([ramp, ramp[::-1], ramp[:, ::-1]], axis=-1).astype(np.float16).astype(np.float32)
    pixels = encoded(context, light, transfer)
    expected = transferred(light.astype(np.float64), transfer)
    error = pixels[..., :3] - expected
    assert np.abs(error).max() <= 1.0
    assert abs(error.mean()) < 0.02, "the dither has no bias"
    assert (pixels[..., 3] == 255).all()


def test_exact_code_values_are_not_dithered(context: moderngl.Context) -> None:
    width, height = SURFACES["flat"].size_px
    light = np.zeros((height, width, 3), np.float32)
    assert (encoded(context, light, "gamma-2.4")[..., :3] == 0).all()
    light[:] = 15.0
    assert (encoded(context, light, "gamma-2.4")[..., :3] == 255).all()
    assert (encoded(context, light * 100, "srgb")[..., :3] == 255).all(), "the peak is a limit"


def test_dither_keeps_the_mean_of_a_flat_field(context: moderngl.Context) -> None:
    width, height = SURFACES["flat"].size_px
    for value in (0.013, 0.31, 4.7):
        light = np.full((height, width, 3), value, np.float16).astype(np.float32)
        pixels = encoded(context, light, "gamma-2.4")[..., 0].astype(np.float64)
        assert pixels.mean() == pytest.approx(
            float(transferred(light.astype(np.float64), "gamma-2.4").mean()), abs=0.02
        )
        assert set(np.unique(pixels[:8, :8])) <= {np.floor(pixels.mean()), np.ceil(pixels.mean())}


def test_what_no_light_can_be_never_leaves(context: moderngl.Context) -> None:
    width, height = SURFACES["flat"].size_px
    random = np.random.default_rng(9)
    light = random.uniform(0, 20, (height, width, 3)).astype(np.float32)
    kinds = np.array([np.nan, np.inf, -np.inf, -3.0, 1e9, 0.0], np.float32)
    chosen = random.integers(0, len(kinds) + 6, light.shape)
    odd = chosen < len(kinds)
    light[odd] = kinds[chosen[odd]]
    pixels = encoded(context, light, "gamma-2.4")[..., :3]
    assert (pixels[np.isnan(light) | (light <= 0)] == 0).all()
    assert (pixels[light >= 15.0] == 255).all(), "infinite light is the most a wall can give"


def coverage(wall: str, state: CameraState, look: Look) -> NDArray[np.float64]:
    """(h, w) as `render.plan.cover` defines it, by projecting every pixel in numpy."""
    seen = (wall_positions(SURFACES[wall]) - np.array(state.position_m)) @ rotation_matrix(state.orientation)
    cover = cover_of(state, look)
    across, up = seen[..., 0] / seen[..., 1], seen[..., 2] / seen[..., 1]
    left, right, lower, upper = cover.edge
    room = np.stack([across - left, right - across, up - lower, upper - up], axis=-1)
    least = np.clip(room / np.array(cover.feather_widths()), 0, 1).min(axis=-1) * (seen[..., 1] > 0)
    return np.asarray(least * least * (3 - 2 * least))


@pytest.mark.parametrize(("wall", "pan"), [("flat", 25.0), ("arc", -50.0), ("mesh", 60.0)])
def test_coverage_is_one_in_the_margin_and_falls_over_the_feather(probe: Renderer, wall: str, pan: float) -> None:
    look = a_look(margin_deg=1.0, feather_deg=5.0)
    state = camera(orientation=looking(pan), focal_mm=40.0)
    probe.draw(frame(1, state, look=look))
    shown = probe.readback.wall(wall)[..., 3]
    expected = coverage(wall, state, look)
    assert np.abs(shown - expected).max() < 1e-3
    assert 0.05 < (expected == 1.0).mean() < 0.95
    assert ((expected > 0) & (expected < 1)).mean() > 0.02


def test_feather_falls_monotonously_outward(probe: Renderer) -> None:
    state = camera(orientation=looking(0.0), focal_mm=60.0)
    probe.draw(frame(1, state, look=a_look(margin_deg=0.0, feather_deg=8.0)))
    row = probe.readback.wall("flat")[130, :, 3]
    middle = int(row.argmax()) + int((row == row.max()).sum() // 2)
    assert (np.diff(row[middle:]) <= 0).all()
    assert (np.diff(row[: middle + 1]) >= 0).all()
    assert len(np.unique(row)) > 20


def test_without_feather_the_edge_is_hard(probe: Renderer) -> None:
    state = camera((0.0123, -3.0, 1.5071), focal_mm=40.0)
    probe.draw(frame(1, state, look=a_look(margin_deg=0.0, feather_deg=0.0)))
    shown = probe.readback.wall("flat")[..., 3]
    assert ((shown == 0) | (shown == 1)).mean() > 0.999
    assert 0.1 < shown.mean() < 0.9


def test_the_earlier_camera_wins_where_inner_views_overlap(probe: Renderer) -> None:
    look = a_look(margin_deg=0.0, feather_deg=3.0)
    a, b = camera((-0.5, -3.0, 1.5), looking(-5.0), "a", 35.0), camera((0.5, -2.6, 1.4), looking(5.0), "b", 35.0)
    over_a, over_b = coverage("flat", a, look), coverage("flat", b, look)
    alone = []
    for state in (a, b):
        probe.draw(frame(1, state, look=look))
        alone.append(probe.readback.wall("flat")[..., :3])
    probe.draw(frame(1, a, b, look=look))
    both = probe.readback.wall("flat")
    a_whole, b_whole = over_a == 1.0, (over_b == 1.0) & (over_a == 0.0)
    assert (a_whole & (over_b == 1.0)).sum() > 1000
    assert b_whole.sum() > 1000
    assert both[a_whole][:, :3] == pytest.approx(alone[0][a_whole], abs=1e-4)
    assert both[b_whole][:, :3] == pytest.approx(alone[1][b_whole], abs=1e-4)
    assert (both[a_whole | b_whole][:, 3] == 1.0).all()


def test_light_is_mixed_by_coverage_in_linear_light(context: moderngl.Context) -> None:
    stage = small_stage(cameras=2)
    renderer = Renderer(context, stage, surfaces_of(stage), box_set())
    look = a_look(margin_deg=0.0, feather_deg=12.0)
    states = camera((-0.4, -3.0, 1.5), looking(-8.0), "a", 50.0), camera((0.5, -2.4, 1.4), looking(8.0), "b", 50.0)
    pictures = []
    for cameras in ((), (states[0],), (states[1],), states):
        wide = [camera(s.position_m, s.orientation, s.name, 4.0) for s in cameras]
        chosen = cameras if len(cameras) == 2 else wide
        renderer.draw(frame(1, *chosen, look=look if len(cameras) == 2 else a_look(margin_deg=30.0)))
        pictures.append((renderer.readback.wall("flat")[..., :3] / 255.0) ** 2.4)
    outer, whole_a, whole_b, mixed = pictures
    a, b = (coverage("flat", state, look)[..., None] for state in states)
    expected = a * whole_a + (1 - a) * (b * whole_b + (1 - b) * outer)
    codes = np.abs(mixed ** (1 / 2.4) - expected ** (1 / 2.4)) * 255
    assert np.percentile(codes, 99.9) <= 2.0, "each picture is rounded and dithered by itself"
