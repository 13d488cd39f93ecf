"""Cards as they are drawn: against rays and numpy; edges that do not bleed; the same from whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.card.card import CardData
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from stage.model.scene import Ambient, Haze, Sun
from stage.model.stagefile import Quality
from tests.looks import a_look
from tests.shaders.scene_drawing import drawn, moment_of, pixels_of, rays, scene_of, view_from

Alpha = Literal["blend", "mask", "opaque"]
NO_LIGHT = (Sun(radiance=(0.0, 0.0, 0.0)), Ambient(up=(0.0,) * 3, down=(0.0,) * 3), Haze())
SIZE_PX = (96, 64)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _card(y: float, rgba: tuple[float, float, float, float], half: float = 1.0, alpha: Alpha = "blend") -> CardData:
    """A card of one colour (straight alpha) at depth y round (0, y, 0.2)."""
    colour = np.full((8, 8, 4), [*(np.array(rgba[:3]) * rgba[3]), rgba[3]], np.float16)
    x, z = np.array([-half, half, -half, half]), np.array([-half, -half, half, half]) + 0.2
    return CardData(colour, np.stack([x, np.full(4, y), z], axis=1), alpha=alpha)


def _set(*cards: CardData, light: tuple[Sun, Ambient, Haze] = NO_LIGHT) -> SceneData:
    return replace(scene_of((), (), [], light=light), layers=cards)


def _inside(y: float, half: float) -> NDArray[np.bool_]:
    ray = rays(view_from((0.0, 0.0, 0.0)))
    x, z = ray[..., 0] / ray[..., 1] * y, ray[..., 2] / ray[..., 1] * y
    return np.asarray((np.abs(x) < half) & (np.abs(z - 0.2) < half))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_colours_lie_over_each_other_from_far_to_near(context: moderngl.Context, order: tuple[int, ...]) -> None:
    cards = [
        _card(3.0, (1.0, 0.0, 0.0, 0.25), 0.5),
        _card(5.0, (0.0, 2.0, 0.0, 0.5)),
        _card(9.0, (0.0, 0.0, 4.0, 1.0), 3.0),
    ]
    seen = drawn(context, _set(*[cards[i] for i in order]), view_from((0.0, 0.0, 0.0)))
    expected = np.zeros((*seen.shape[:2], 3))
    for card, y, half in ((cards[2], 9.0, 3.0), (cards[1], 5.0, 1.0), (cards[0], 3.0, 0.5)):
        texel = card.radiance[0, 0].astype(float)
        expected = np.where(_inside(y, half)[..., None], texel[:3] + expected * (1 - texel[3]), expected)
    assert np.allclose(seen[..., :3], expected, atol=2e-3)
    assert (seen[..., 3] == 1.0).all()


def test_a_probe_sees_the_card_where_it_stands(context: moderngl.Context) -> None:
    view = view_from((0.0, 0.0, 0.0))
    seen = drawn(context, _set(_card(5.0, (1, 1, 1, 1)), _card(4.0, (1, 1, 1, 0.1))), view, Material.PROBE)
    inside = _inside(5.0, 1.0)
    assert np.array_equal(seen[..., 1] < 100.0, inside), "what is nearly clear is not there for a probe"
    ray = rays(view)
    assert np.allclose(seen[inside][:, :3], (ray / ray[..., 1:2] * 5.0)[inside], atol=1e-5)


def test_clear_pixels_lend_no_colour_to_the_edge(context: moderngl.Context) -> None:
    """A white disc on clear magenta, seen small: on a white ground the edge must stay white."""
    ys, xs = np.mgrid[0:256, 0:256]
    disc = np.hypot(xs - 127.5, ys - 127.5) < 100
    straight = np.where(disc[..., None], (1.0, 1.0, 1.0, 1.0), (1.0, 0.0, 1.0, 0.0))
    picture = np.concatenate([straight[..., :3] * straight[..., 3:], straight[..., 3:]], axis=2).astype(np.float16)
    front = replace(_card(5.0, (1, 1, 1, 1)), radiance=picture)
    seen = drawn(context, _set(front, _card(6.0, (1, 1, 1, 1), 4.0)), view_from((0.0, 0.0, 0.0)))
    assert np.abs(seen[_inside(5.0, 1.0)][:, :3] - 1.0).max() < 2e-3


def test_a_mask_cuts_at_half_and_an_opaque_card_hides(context: moderngl.Context) -> None:
    view = view_from((0.0, 0.0, 0.0))
    for alpha, shown in ((0.4, False), (0.6, True)):
        seen = drawn(context, _set(_card(5.0, (0.0, 0.8, 0.0, alpha), alpha="mask")), view)
        assert np.allclose(seen[_inside(5.0, 1.0)][:, 1], 0.8 if shown else 0.0, atol=2e-3)
    hidden = _set(_card(5.0, (0.0, 0.8, 0.0, 1.0), alpha="opaque"), _card(6.0, (1.0, 0.0, 0.0, 1.0), 0.5))
    assert drawn(context, hidden, view)[..., 0].max() == 0.0


def test_a_lit_card_answers_the_sun_and_an_unlit_one_does_not(context: moderngl.Context) -> None:
    sun = (Sun(pan_deg=180.0, elevation_deg=0.0, radiance=(2.0, 2.0, 2.0)), NO_LIGHT[1], Haze())
    view, inside = view_from((0.0, 0.0, 0.0)), _inside(5.0, 1.0)
    card = replace(_card(5.0, (0.5, 0.25, 0.1, 1.0)), gain=3.0)
    lit = drawn(context, _set(replace(card, unlit=False), light=sun), view)[inside]
    assert np.allclose(lit[:, :3], np.array([0.5, 0.25, 0.1]) * 6.0, rtol=2e-3)
    unlit = drawn(context, _set(card, light=sun), view, look=a_look(2.0))[inside]
    assert np.allclose(unlit[:, :3], np.array([0.5, 0.25, 0.1]) * 6.0, rtol=2e-3), "its gain and the exposure"


def test_the_same_moment_is_the_same_bytes_whatever_was_drawn_before(context: moderngl.Context) -> None:
    random = np.random.default_rng(5)
    colours = random.uniform(0.1, 1.0, (7, 4))
    cards = [_card(float(3 + i), (*(float(v) for v in colours[i]),), 1.5) for i in range(7)]  # type: ignore[arg-type]
    scene = _set(*cards)
    views = [view_from((float(x), float(y), 0.3)) for x, y in random.uniform(-2, 12, (6, 2))]
    colour, depth = context.texture(SIZE_PX, 4, dtype="f2"), context.depth_renderbuffer(SIZE_PX)
    target = context.framebuffer([colour], depth)
    target.use()
    scene_pass = ScenePass(context, scene, Quality(), Material.LIT)

    def picture(number: int) -> bytes:
        scene_pass.draw(target, (0, 0, *SIZE_PX), views[number], moment_of(scene, a_look()))
        return bytes(pixels_of(target).tobytes())

    first = [picture(number) for number in range(len(views))]
    for number in random.permutation(18) % len(views):
        assert picture(int(number)) == first[number]
    scene_pass.release()


@pytest.mark.parametrize("density", [0.0, 0.2])
@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_light_is_added_where_alpha_hides_less_than_it_shines(
    context: moderngl.Context, density: float, alpha: float
) -> None:
    """A flame before a lit wall in haze: premultiplied over, each with the air before it (Porter and Duff 1984)."""
    light = (NO_LIGHT[0], NO_LIGHT[1], Haze(colour=(0.3, 0.2, 0.1), density_per_m=density))
    wall, flame = _card(9.0, (0.5, 1.0, 2.0, 1.0), 20.0), _card(5.0, (0.0, 0.0, 0.0, 0.0))
    glow = np.array([3.0, 1.5, 0.25])
    flame.radiance[..., :3], flame.radiance[..., 3] = glow, alpha
    view = view_from((0.0, 0.0, 0.0))
    behind = drawn(context, _set(wall, light=light), view)[..., :3]
    seen = drawn(context, _set(wall, flame, light=light), view)[..., :3]
    ray = rays(view)
    through = np.exp(-density * 5.0 * np.linalg.norm(ray, axis=-1) / ray[..., 1])[..., None]
    in_air = glow * through + alpha * (1.0 - through) * np.array([0.3, 0.2, 0.1])
    inside = _inside(5.0, 0.9)
    assert np.allclose(seen[inside], (behind * (1.0 - alpha) + in_air)[inside], rtol=3e-3, atol=2e-3)
