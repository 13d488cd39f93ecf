"""The light of the background on things, against integrals that are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial
from render.pictures.equirect import read_equirect
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from stage.maths.arrays import Floats
from stage.model.look import Exposure, Look, SkyLook
from stage.model.scene import Ambient, Haze, Sun
from stage.model.stagefile import Quality
from tests.shaders.scene_drawing import SIZE_PX, drawn, moment_of, pixels_of, view_from
from tests.shaders.spheres import background_of, ball_scene, equirect_directions, seen_ball

DATA = Path(__file__).parents[2] / "data" / "content"
NO_SUN = (Sun(radiance=(0.0, 0.0, 0.0)), Ambient(source="background"), Haze())
VIEW = view_from((0.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.mark.parametrize("metallic", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("roughness", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_white_ball_in_a_white_furnace_cannot_be_seen(
    context: moderngl.Context, metallic: float, roughness: float
) -> None:
    white = background_of(np.ones((16, 32, 3)))
    picture = drawn(
        context, ball_scene(MeshMaterial(metallic=metallic, roughness=roughness), white, NO_SUN), VIEW, look=Look()
    )
    ball = picture[seen_ball(VIEW).clear][:, :3]
    assert len(ball) > 500
    assert np.abs(ball - 1.0).max() <= 0.01, f"energy from {ball.min():.4f} to {ball.max():.4f}"


def test_a_matt_ball_gathers_the_background_as_the_integral_says(context: moderngl.Context) -> None:
    """Irradiance over pi of 1 + 0.5 x - 0.3 y + 0.6 z z, by the cosine lobe's factors 1, 2/3 and 1/4 per degree."""
    x, y, z = np.moveaxis(equirect_directions(64), -1, 0)
    radiance = 1.0 + 0.5 * x - 0.3 * y + 0.6 * z * z
    background = background_of(np.repeat(radiance[..., None], 3, axis=-1))
    picture = drawn(context, ball_scene(MeshMaterial(), background, NO_SUN), VIEW, look=Look())
    seen = seen_ball(VIEW)
    nx, ny, nz = np.moveaxis(seen.normal, -1, 0)
    expected = 1.2 + 2.0 / 3.0 * (0.5 * nx - 0.3 * ny) + 0.25 * 0.6 * (nz * nz - 1.0 / 3.0)
    error = np.abs(picture[..., 0] / expected - 1.0)[seen.clear]
    assert error.max() <= 0.01


def test_a_mirror_shows_the_background_where_the_reflection_points(context: moderngl.Context) -> None:
    directions = equirect_directions(64)
    background = background_of(1.0 + 0.8 * directions)
    mirror = ball_scene(MeshMaterial(metallic=1.0, roughness=0.0), background, NO_SUN)
    size_px = (384, 256)  # where a ball is small, its normals turn too fast within a pixel for a sharp mirror
    picture = drawn(context, mirror, VIEW, look=Look(), size_px=size_px, quality=Quality(reflection_px=128))
    seen = seen_ball(VIEW, size_px)
    cosine = (seen.normal * seen.toward_eye).sum(-1, keepdims=True)
    reflected = 2.0 * cosine * seen.normal - seen.toward_eye
    error = np.abs(picture[..., :3] - (1.0 + 0.8 * reflected))[seen.clear]
    assert np.percentile(error, 99) <= 0.03
    assert error.mean() <= 0.01


def test_rougher_mirrors_show_less_contrast_and_the_same_mean(context: moderngl.Context) -> None:
    stripes = np.where(np.arange(64) % 16 < 8, 2.0, 0.0)[None, :, None] * np.ones((32, 1, 3))
    contrast = []
    for roughness in (0.0, 0.2, 0.4, 0.6, 0.8):
        ball = ball_scene(MeshMaterial(metallic=1.0, roughness=roughness), background_of(stripes), NO_SUN)
        pixels = drawn(context, ball, VIEW, look=Look())[seen_ball(VIEW, least=0.4).clear][:, 0]
        assert pixels.mean() == pytest.approx(1.0, abs=0.2)
        contrast.append(float(pixels.std()))
    assert contrast == sorted(contrast, reverse=True)


def test_exposure_and_gain_multiply_what_comes_from_the_background(context: moderngl.Context) -> None:
    random = np.random.default_rng(2)
    ball = ball_scene(
        MeshMaterial(metallic=0.3, roughness=0.4), background_of(random.uniform(0.2, 1.0, (16, 32, 3))), NO_SUN
    )
    clear = seen_ball(VIEW).clear
    plain = drawn(context, ball, VIEW, look=Look())[clear][:, :3]
    for ev, gain in ((1.3, 1.0), (-2.7, 0.5), (0.0, 3.0)):
        look = Look(exposure=Exposure(ev=ev), sky=SkyLook(ambient_gain=gain))
        brighter = drawn(context, ball, VIEW, look=look)[clear][:, :3]
        assert brighter / plain == pytest.approx(np.full_like(plain, 2.0**ev * gain), rel=2e-3)


def test_a_moment_is_the_same_bytes_whatever_was_drawn_before(context: moderngl.Context) -> None:
    random = np.random.default_rng(3)
    ball = ball_scene(MeshMaterial(roughness=0.3), background_of(random.uniform(0.0, 2.0, (16, 32, 3))), NO_SUN)
    target = context.framebuffer([context.texture(SIZE_PX, 4, dtype="f4")], context.depth_renderbuffer(SIZE_PX))
    target.use()
    scene_pass = ScenePass(context, ball, Quality(shadow_px=512), Material.LIT)
    looks = [
        Look(exposure=Exposure(ev=ev), sky=SkyLook(cloud_cover=cover)) for ev in (0.0, 0.8) for cover in (0.0, 0.5)
    ]
    first: dict[int, bytes] = {}
    for number in (0, 1, 2, 3, 2, 0, 3, 1):
        scene_pass.draw(target, (0, 0, *SIZE_PX), VIEW, moment_of(ball, looks[number]))
        picture = pixels_of(target).tobytes()
        assert first.setdefault(number, picture) == picture
    scene_pass.release()


def mirrored_truth(radiance: Floats, n: Floats, v: Floats, roughness: float) -> Floats:
    """What a white rough mirror of normals (N, 3) sends toward v (N, 3), by summing the whole background."""
    toward, (height, width) = equirect_directions(len(radiance)).reshape(-1, 3), radiance.shape[:2]
    solid = np.repeat(np.sin((np.arange(height) + 0.5) / height * np.pi), width) * 2.0 * np.pi**2 / (height * width)
    a2, light = roughness**4, radiance.reshape(-1, 3)
    found = []
    for one, eye in zip(n, v, strict=True):
        n_l, n_v = np.maximum(toward @ one, 0.0), float(one @ eye)
        half = toward + eye
        n_h2 = (half @ one) ** 2 / (half * half).sum(axis=1)
        d = a2 / (np.pi * (n_h2 * (a2 - 1.0) + 1.0) ** 2)
        smith = 0.5 / (n_l * np.sqrt(n_v**2 * (1.0 - a2) + a2) + n_v * np.sqrt(n_l**2 * (1.0 - a2) + a2))
        share = d * smith * n_l * solid
        found.append(share @ light / share.sum())
    return np.array(found)


@pytest.mark.parametrize("roughness", [0.5, 0.625, 0.75, 1.0])
def test_a_rough_metal_reflects_small_lamps_as_the_whole_integral_says(
    context: moderngl.Context, roughness: float
) -> None:
    """A dark room with small bright lamps, seen straight on by turning the lamps round the ball."""
    radiance = np.asarray(read_equirect(DATA / "rough_metal_lamps.hdr"), np.float64)
    worst = []
    metal = MeshMaterial((1.0, 1.0, 1.0, 1.0), metallic=1.0, roughness=roughness)
    seen = seen_ball(VIEW)
    straight = (seen.normal * seen.toward_eye).sum(-1) > 0.995
    assert straight.sum() > 20
    for turn in range(0, radiance.shape[1], radiance.shape[1] // 8):
        turned = np.roll(radiance, turn, axis=1)
        picture = drawn(context, ball_scene(metal, background_of(turned), NO_SUN), VIEW, look=Look())
        ball = picture[straight][:, :3]
        expected = mirrored_truth(turned, seen.normal[straight], seen.toward_eye[straight], roughness)
        worst.append(np.abs(ball.mean(axis=0) / expected.mean(axis=0) - 1.0).max())
    assert max(worst) <= 0.02, f"errors of {worst}"
