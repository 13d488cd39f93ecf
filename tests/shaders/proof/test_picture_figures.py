"""The figures of the picture: a blurred wall and a shimmering one are told from good ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stage.files.loading import find_stage
from tools.proof.edge_set import edge_set
from tools.proof.picture import WallPicture, picture_figures, ssim
from tools.proof.rig import Rig, true_state
from tools.sim.stage_variant import write_variant


def rig_of(folder: Path, density: float) -> Rig:
    path = write_variant(find_stage("mesh-wall"), folder, scene="boxes")
    path.write_text(path.read_text() + f"\n[quality]\ninner_density = {density}\n", encoding="utf-8")
    return Rig(path)


def curve(folder: Path, density: float) -> WallPicture:
    rig = rig_of(folder, density)
    try:
        return picture_figures(rig, rig.camera(None), 0)["curve"]
    finally:
        rig.close()


def test_a_curved_wall_is_as_sharp_as_its_pixels_and_a_coarse_inner_view_is_not(tmp_path: Path) -> None:
    fine, coarse = curve(tmp_path, 1.5), curve(tmp_path, 0.7)
    assert fine.sharpness is not None
    assert coarse.sharpness is not None
    assert fine.sharpness >= 0.9
    assert fine.good
    assert coarse.sharpness < 0.6
    assert not coarse.good
    assert coarse.ssim < fine.ssim


def test_the_direct_render_has_the_sharpness_of_a_pixel(tmp_path: Path) -> None:
    direct = curve(tmp_path, 1.5).mtf50_direct
    assert direct == pytest.approx(0.603, rel=0.1)


def test_edges_stand_where_the_camera_sees_them(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, 1.5)
    camera = rig.camera(None)
    scene, places = edge_set(rig.surfaces, true_state(camera, rig.pupil_home(camera)))
    rig.close()
    assert {place.wall for place in places} >= {"curve"}
    assert len(scene.meshes.parts) == 2 * len(places)


def test_shimmer_is_the_change_over_the_true_change() -> None:
    calm, wild = WallPicture(0.6, 0.6, 1.0, 0.012, 0.010), WallPicture(0.6, 0.6, 1.0, 0.016, 0.010)
    assert calm.shimmer == pytest.approx(1.2)
    assert calm.good
    assert wild.shimmer == pytest.approx(1.6)
    assert not wild.good


def test_similarity_falls_with_noise_and_is_one_for_the_same_picture() -> None:
    picture = np.random.default_rng(1).random((40, 40))
    assert ssim(picture, picture) == pytest.approx(1.0)
    noisy = picture + np.random.default_rng(2).normal(0.0, 0.2, picture.shape)
    assert ssim(picture, noisy) < 0.9
