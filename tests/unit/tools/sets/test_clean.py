"""Sets hold the colour of things and no light: slabs, foliage, surfaces, lamps."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from render.layers.mesh.gltf.reader import read_gltf
from render.scene.loading import load_scene_data
from stage.files.loading import load_scene, presets_directory
from tools.scene.sharpness import sharpness_of
from tools.sets import foliage
from tools.sets.glb import Thing, glb_bytes
from tools.sets.laid import DARKEST, Slabs
from tools.sets.lamps import Lamp
from tools.sets.materials import Material
from tools.sets.mesh import face_normals
from tools.sets.relief_maps import Masonry, Surface, masonry
from tools.sets.solids import quad
from tools.sets.trees import plane_tree, plum, spruce

SCENES = presets_directory() / "scenes"
BUILT = ("courtyard", "street")
"""Sets whose vertex colours must not follow the light."""


@pytest.mark.parametrize("name", BUILT)
def test_no_light_is_painted_on(name: str) -> None:
    """Baked sun and sky make what faces up, or one side, brighter than the rest of the same material; clean colours
    do not know which way a face looks."""
    own = read_gltf(SCENES / name / f"{name}.glb")
    for number, material in enumerate(own.materials):
        rows = [part.vertices for part in own.parts if part.material == number]
        vertices = np.concatenate(rows) if rows else np.zeros((0, 12))
        tone = vertices[:, 8:11].astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722])
        if len(tone) == 0 or float(np.ptp(tone)) < 1e-3:
            continue
        assert float(tone.min()) >= DARKEST - 1e-3, material.name
        for axis in range(3):
            side = vertices[:, 3 + axis]
            if float(np.ptp(side)) > 0.5:
                assert abs(np.corrcoef(tone, side)[0, 1]) < 0.2, (material.name, axis)


def test_laid_slabs_cover_their_floor_once() -> None:
    floor = Slabs((0.8, 0.4), 4, 8, 3).laid((-3.1, 1.0), (2.45, 4.5), 0.25)
    area = face_normals(floor.position_m, floor.triangles)[:, 2] / 2.0
    assert area.min() > 0.0
    assert area.sum() == pytest.approx(5.55 * 3.5)
    assert set(floor.position_m[:, 2]) == {0.25}
    corners = floor.position_m.reshape(-1, 4, 3)[:, :, :2]
    low, high = corners.min(axis=1), corners.max(axis=1)
    for first, second in zip(low, high, strict=True):
        overlap = np.minimum(high, second) - np.maximum(low, first)
        assert (overlap > 1e-9).all(axis=1).sum() == 1


def test_a_slab_shows_one_stone_of_its_picture() -> None:
    """No slab reaches over the joint into its neighbour's stone, and neighbours differ."""
    floor = Slabs((0.8, 0.4), 4, 8, 3).laid((0.0, 0.0), (8.0, 4.0), 0.0)
    cells = floor.uv.reshape(-1, 4, 2) * [4, 8]
    assert (cells.max(axis=1) - np.floor(cells.min(axis=1) + 1e-9) <= 1.0 + 1e-9).all()
    chosen = np.floor(cells.mean(axis=1)).astype(int)
    assert len({tuple(cell) for cell in chosen.tolist()}) > 25
    assert (chosen[1:] == chosen[:-1]).all(axis=1).mean() < 0.15


@pytest.mark.parametrize("brush", [foliage.blossom, foliage.pine, foliage.spruce, foliage.snowy_spruce, foliage.leaves])
def test_foliage_is_cut_out_and_keeps_its_colour_far_away(brush: foliage.Brush) -> None:
    """Holes and leaves share every cell; the colour in the holes is the leaves', so no mipmap shows a dark rim."""
    codes = np.frombuffer(foliage.strip(brush, 3), np.uint8)
    picture = cv2.imdecode(codes, cv2.IMREAD_UNCHANGED)
    assert picture is not None
    whole = picture.astype(np.float64)
    for cell in np.split(whole, foliage.CELLS, axis=1):
        assert 0.08 < (cell[..., 3] > 102).mean() < 0.75
        assert (cell[0, :, 3] < 102).mean() > 0.5
    shown, hidden = whole[..., 3] > 128, whole[..., 3] < 20
    assert np.abs(whole[shown, :3].mean(axis=0) - whole[hidden, :3].mean(axis=0)).max() < 60.0


def test_a_tree_stands_on_the_ground_with_cards_that_face_out() -> None:
    for parts in (plum(8, 4.2), plane_tree(2, 7.0), spruce(1, 9.0, "spruce")):
        wood, cards = (part.mesh for part in parts)
        assert -0.6 < wood.position_m[:, 2].min() < 0.0
        faces = face_normals(cards.position_m, cards.triangles)
        agreement = np.einsum("nk,nck->nc", faces, cards.normal[cards.triangles])
        assert agreement.min() > 0.0
        assert np.linalg.norm(cards.normal, axis=1) == pytest.approx(1.0)


def test_a_slope_turns_the_normal_map_against_it() -> None:
    """A ridge along the picture's middle: left of it the surface looks left, right of it right; above it, up."""
    v, u = np.mgrid[0:64, 0:64] / 64.0
    across = Surface(np.ones((64, 64, 3)), 0.1 * np.sin(2 * np.pi * u), 1.0).normal_map() * 2.0 - 1.0
    assert across[:, 4, 0].max() < -0.2
    assert across[:, 28, 0].min() > 0.2
    down = Surface(np.ones((64, 64, 3)), 0.1 * np.sin(2 * np.pi * v), 1.0).normal_map() * 2.0 - 1.0
    assert down[4, :, 1].min() > 0.2
    assert np.linalg.norm(down, axis=2) == pytest.approx(1.0)


def test_masonry_has_a_joint_round_every_stone() -> None:
    tone, height, joint = masonry(Masonry(4, 8, 0.008, 0.012, 0.1, 1), (512, 512), 3.2)
    assert joint[:, 0].mean() > 0.4 > 0.05 > joint[:, 20].mean()
    assert joint[0].mean() > 0.4 > 0.05 > joint[12].mean()
    assert joint[32, 64] == joint[96, 192] == 0.0
    assert height[joint > 0.9].mean() < height[joint < 0.1].mean() - 0.002
    assert len(np.unique(tone.round(6))) == 32


def test_lamps_arrive_where_and_as_strong_as_they_were_made(tmp_path: Path) -> None:
    lamps = [
        Lamp("lantern", (1.0, 2.0, 3.0), (50.0, 25.0, 5.0)),
        Lamp("street", (0.0, 4.0, 6.0), (900.0, 800.0, 500.0), 60.0),
    ]
    data = glb_bytes([Thing("floor", {"m": quad((0, 0, 0), (1, 0, 0), (0, 1, 0))})], [Material("m")], {}, lamps)
    (tmp_path / "a.glb").write_bytes(data)
    (first, _), (second, name) = read_gltf(tmp_path / "a.glb").lights
    assert first.kind == "point"
    assert first.intensity == pytest.approx((50.0, 25.0, 5.0))
    assert first.position_m == pytest.approx((1.0, 3.0, -2.0))  # the file's own axes: Y up
    assert (second.kind, name) == ("spot", "street")
    assert second.direction == pytest.approx((0.0, -1.0, 0.0), abs=1e-6)
    assert np.degrees(second.outer_rad) == pytest.approx(60.0)
    assert second.intensity == pytest.approx((900.0, 800.0, 500.0))


@pytest.mark.parametrize("name", BUILT)
def test_pictures_are_fine_enough_for_a_wall(name: str) -> None:
    """At least a texel a wall pixel over 95 % of what is seen from the stage."""
    path = SCENES / name / "scene.toml"
    sharp = sharpness_of(load_scene_data(load_scene(path), path.parent).meshes)
    assert sharp is not None
    assert sharp.most >= 1.0
