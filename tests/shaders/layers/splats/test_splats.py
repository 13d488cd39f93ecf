"""Gaussian splats on the graphics card against a splatter in numpy and closed formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import sph_harm_y

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.layers.splats.splat_pass import LOW_PASS_PX2
from render.layers.splats.splats import SplatData, place_splats
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.maths.arrays import Floats
from stage.model.layers import SplatLayer
from stage.model.look import Exposure, Look
from stage.model.scene import Haze
from stage.model.stagefile import Quality
from tests.sets.splat_files import random_splats
from tests.shaders.scene_drawing import pixels_of, scene_of, view_from

SIZE_PX = (96, 64)
EYE_M = (0.1, -4.0, 0.2)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def placed(count: int, degree: int = 3, seed: int = 1, **changes: object) -> SplatData:
    layer = SplatLayer.model_validate({"kind": "splats", "file": "a.ply", "pan_deg": 30.0, "gain": 0.8} | changes)
    return place_splats(random_splats(count, degree, seed), layer, "a.ply")


def set_with(*layers: SplatData, meshes: SceneData | None = None) -> SceneData:
    return replace(meshes or scene_of((), (), []), layers=layers)


def drawn(
    context: moderngl.Context, scene: SceneData, views: list[View], material: Material = Material.LIT
) -> list[NDArray[np.float32]]:
    colour, depth = context.texture(SIZE_PX, 4, dtype="f4"), context.depth_renderbuffer(SIZE_PX)
    target = context.framebuffer([colour], depth)
    scene_pass = ScenePass(context, scene, Quality(), material)
    pictures = []
    for view in views:
        scene_pass.draw(target, (0, 0, *SIZE_PX), view, Moment(Look(exposure=Exposure(ev=-0.5))))
        pictures.append(pixels_of(target).copy())
    scene_pass.release()
    return pictures


def harmonic_colour(splats: SplatData, direction: Floats) -> Floats:
    """(N, 3) display-referred: scipy's complex harmonics made real; the files' sign is (-1)^m of the physicists'."""
    d = direction @ splats.file_from_stage.T
    polar, azimuth = np.arccos(np.clip(d[:, 2], -1, 1)), np.arctan2(d[:, 1], d[:, 0])
    total, number = np.zeros((len(d), 3)), 0
    for degree in range(splats.degree + 1):
        for order in range(-degree, degree + 1):
            value = sph_harm_y(degree, abs(order), polar, azimuth)  # with the Condon-Shortley phase
            real = value.real if order == 0 else np.sqrt(2.0) * (value.imag if order < 0 else value.real)
            total += real[:, None] * splats.harmonics[:, number].astype(np.float64)
            number += 1
    return np.maximum(total + 0.5, 0.0)


def splatted(splats: SplatData, view: View, behind: Floats, haze: Haze, gain: float) -> Floats:
    """(h, w, 3) by numpy in float64, in the true order by depth."""
    width, height = SIZE_PX
    x_row, y_row, w_row = np.array(view.clip_rows())
    offset = splats.centre_m.astype(np.float64) + np.asarray(splats.origin_m) - view.eye_m
    far = np.linalg.norm(offset, axis=1)
    code = harmonic_colour(splats, offset / far[:, None])
    light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4) * splats.gain * gain
    through = np.exp(-haze.density_per_m * far)[:, None]
    light = light * through + np.array(haze.colour) * gain * (1 - through)
    picture = behind.astype(np.float64).copy()
    column, row = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    for i in np.argsort(-(offset @ w_row), kind="stable"):
        w = w_row @ offset[i]
        if w < 0.2:
            continue
        x, y = x_row @ offset[i] / w, y_row @ offset[i] / w
        level = np.clip([x, y], -1.3, 1.3)
        jacobian = np.stack([(x_row - level[0] * w_row) * width, -(y_row - level[1] * w_row) * height]) / (2 * w)
        xx, xy, xz, yy, yz, zz = splats.covariance_m2[i].astype(np.float64)
        spread = jacobian @ np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]) @ jacobian.T
        inverse = np.linalg.inv(spread + LOW_PASS_PX2 * np.eye(2))
        dx, dy = column - (x + 1) / 2 * width, row - (1 - y) / 2 * height
        power = inverse[0, 0] * dx * dx + 2 * inverse[0, 1] * dx * dy + inverse[1, 1] * dy * dy
        alpha = np.minimum(splats.opacity[i] * np.exp(-0.5 * power), 0.99)
        alpha = np.where(alpha < 1 / 255, 0.0, alpha)[..., None]
        picture = light[i] * alpha + picture * (1 - alpha)
    return picture


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_the_picture_is_that_of_a_splatter_in_numpy(context: moderngl.Context, degree: int) -> None:
    splats, haze = placed(200, degree), Haze(density_per_m=0.05)
    view = view_from(EYE_M, pan_deg=3.0, tilt_deg=-2.0, roll_deg=10.0)
    empty = replace(scene_of((), (), []), haze=haze)
    (behind,) = drawn(context, empty, [view])
    (seen,) = drawn(context, set_with(splats, meshes=empty), [view])
    truth = splatted(splats, view, behind[..., :3].astype(np.float64), haze, 2.0**-0.5)
    difference = np.abs(seen[..., :3] - truth)
    # A splat's edge (alpha = 1/255) may fall on either side of a pixel: one step of 1/255 of its light.
    assert difference.max() < 0.004
    assert difference.mean() < 1e-5
    assert np.abs(seen[..., :3] - behind[..., :3]).mean() > 0.015
    assert (seen[..., 3] == 1.0).all()


def test_a_mesh_hides_what_is_behind_it_and_not_what_is_before_it(context: moderngl.Context) -> None:
    vertices = np.zeros((4, 12), np.float32)
    vertices[:, :3] = [(-9, 0, -9), (9, 0, -9), (9, 0, 9), (-9, 0, 9)]
    vertices[:, 3:6], vertices[:, 8:] = (0, -1, 0), 1.0
    board = MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 0)
    meshes = scene_of((board,), (MeshMaterial(unlit=True),), [(0, np.eye(4))])
    splats, view = placed(200), view_from(EYE_M)
    (alone,) = drawn(context, meshes, [view])
    behind = replace(splats, origin_m=(0.0, 4.0, 0.0))
    assert np.array_equal(drawn(context, set_with(behind, meshes=meshes), [view])[0], alone)
    before = replace(splats, origin_m=(0.0, -2.1, 0.0))
    truth = splatted(before, view, alone[..., :3].astype(np.float64), Haze(), 2.0**-0.5)
    assert np.abs(drawn(context, set_with(before, meshes=meshes), [view])[0][..., :3] - truth).max() < 0.004


def test_a_view_is_the_same_bytes_whatever_was_drawn_before(context: moderngl.Context) -> None:
    splats = placed(3000)
    views = [view_from(EYE_M, pan_deg=float(pan)) for pan in (-40, -20, -10, 0, 5, 10, 30, 60, 180)]
    order = np.random.default_rng(3).permutation(len(views) * 3) % len(views)
    pictures = drawn(context, set_with(splats), [views[i] for i in order])
    first: dict[int, bytes] = {}
    for number, picture in zip(order, pictures, strict=True):
        assert first.setdefault(int(number), picture.tobytes()) == picture.tobytes()
    assert len(set(first.values())) == len(views)


def test_a_probe_sees_through_splats(context: moderngl.Context) -> None:
    view = view_from(EYE_M)
    (alone,) = drawn(context, set_with(), [view], Material.PROBE)
    assert np.array_equal(drawn(context, set_with(placed(200)), [view], Material.PROBE)[0], alone)


def test_light_that_is_not_finite_or_huge_is_never_written(context: moderngl.Context) -> None:
    wild = placed(50)
    harmonics = wild.harmonics.copy()
    harmonics[::2] = 60_000.0
    (seen,) = drawn(context, set_with(replace(wild, harmonics=harmonics)), [view_from((0.0, 0.0, 0.0))])
    assert np.isfinite(seen).all()
    assert seen.min() >= 0.0
    assert seen.max() <= 60_000.0
