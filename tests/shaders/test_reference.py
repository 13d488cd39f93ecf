"""The path tracer gets the light that the renderer draws with: the same grey card, and the sky the right way round."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart
from render.layers.sky.reader import read_sky
from render.scene.scene_data import SceneData
from render.view.moment import Moment
from render.view.view import View
from stage.maths.projection import CUBE, CUBE_FACE, perspective
from stage.messages.frames import Heavens
from stage.model.layers import SkyLayer
from stage.model.look import Exposure, Look, SkyLook
from stage.model.scene import Ambient, Haze, Sun
from tools.scene.drawing import StillPose, view_of
from tools.tracing.bare_set import FACE_PX, BareSet, sky_directions, unrolled
from tools.tracing.reference import Kept, ReferenceTracer
from tools.tracing.tracing import Camera
from tools.tracing.world import Singles

pytest.importorskip("mitsuba", reason="the path tracer is an extra: make reference")
SIZE_PX = (32, 32)
HEAVENS = Heavens(40.0, 35.0, 220.0, -35.0, 1.0)


def card() -> MeshData:
    """A grey card of 20 m on the ground, base colour 0.5 over 0.36."""
    vertices = np.zeros((4, 12), np.float32)
    vertices[:, :2] = np.array([[-10, -10], [10, -10], [10, 10], [-10, 10]])
    vertices[:, 5], vertices[:, 8:] = 1.0, 1.0
    part = MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 0)
    low, high = np.array([[-10.0, -10.0, 0.0]]), np.array([[10.0, 10.0, 0.0]])
    return MeshData(
        parts=(part,), materials=(MeshMaterial(base_colour=(0.5, 0.4, 0.36, 1.0)),),
        instance_part=np.zeros(1, np.int32), stage_from_instance=np.eye(4)[None],
        instance_low_m=low, instance_high_m=high,
    )  # fmt: skip


def both(data: SceneData, moment: Moment, kept: Path) -> tuple[Singles, Singles]:
    """The mean light of the card: the renderer's, the path tracer's."""
    from tools.tracing.variant import tracer

    seen_by = Camera(view_of(StillPose("above", (0.0, -1.0, 3.0), 0.0, -60.0), 30.0, SIZE_PX), SIZE_PX)
    bare = BareSet(data)
    found = ReferenceTracer(tracer().mi, data, bare, Kept(kept), 256).reference(seen_by, moment, lambda text: None)
    ours = bare.picture(seen_by.view, SIZE_PX, moment)
    bare.close()
    return np.asarray(ours.mean(axis=(0, 1))), np.asarray(found.light.mean(axis=(0, 1)))


def test_a_grey_card_in_sun_even_light_and_haze_is_equally_bright(tmp_path: Path) -> None:
    data = SceneData(
        "card", card(), sun=Sun(radiance=(2.0, 1.6, 1.1)), ambient=Ambient(up=(0.4, 0.5, 0.7), down=(0.4, 0.5, 0.7)),
        haze=Haze(density_per_m=0.05),
    )  # fmt: skip
    look = Look(exposure=Exposure(ev=1.3), sky=SkyLook(ambient_gain=0.7))
    look = replace(look, sun=replace(look.sun, gain=0.6))
    ours, theirs = both(data, Moment(look, HEAVENS), tmp_path)
    np.testing.assert_allclose(ours, theirs, rtol=0.01)


@pytest.mark.parametrize("cover", [0.0, 1.0])
def test_a_grey_card_under_the_physical_sky_is_equally_bright(cover: float, tmp_path: Path) -> None:
    sky = read_sky(SkyLayer(kind="sky"), tmp_path)
    data = SceneData("card", card(), sky=sky, ambient=Ambient(source="background"))
    ours, theirs = both(data, Moment(Look(sky=SkyLook(cloud_cover=cover)), HEAVENS), tmp_path)
    np.testing.assert_allclose(ours, theirs, rtol=0.03)


def test_an_interrupted_reference_goes_on_with_what_is_there(tmp_path: Path) -> None:
    from tools.tracing.variant import tracer

    data = SceneData("card", card())
    seen_by = Camera(view_of(StillPose("above", (0.0, -1.0, 3.0), 0.0, -60.0), 30.0, SIZE_PX), SIZE_PX)
    bare = BareSet(data)
    tracing = ReferenceTracer(tracer().mi, data, bare, Kept(tmp_path), 8)
    told: list[str] = []
    first = tracing.reference(seen_by, Moment(Look(), HEAVENS), told.append)
    traced = [text for text in told if "samples" in text]
    told.clear()
    brighter = tracing.reference(seen_by, Moment(Look(exposure=Exposure(ev=0.0)), HEAVENS), told.append)
    again = [text for text in told if "samples" in text]
    bare.close()
    assert traced
    assert not again
    np.testing.assert_array_equal(first.light, brighter.light)


def test_an_equirect_holds_each_direction_once_and_in_its_place() -> None:
    views = [View((0.0, 0.0, 0.0), perspective((0.0, 0.0, 0.0), axes, CUBE_FACE)) for axes in CUBE]
    across = (np.arange(FACE_PX) + 0.5) / FACE_PX * 2.0 - 1.0
    x, y = np.meshgrid(across, -across)
    faces = []
    for view in views:
        rows = np.array(view.direction_rows())
        toward = np.einsum("ij,hwj->hwi", rows, np.stack([x, y, np.ones_like(x)], axis=2))
        faces.append((toward / np.linalg.norm(toward, axis=2, keepdims=True)).astype(np.float32))
    np.testing.assert_allclose(unrolled(faces, views), sky_directions(), atol=0.01)
