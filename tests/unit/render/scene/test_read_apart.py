"""A set read by a process of its own is the set; what is wrong with it comes back in words."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
import pytest

from render.scene import read_apart as module
from render.scene.loading import load_scene_data
from render.scene.read_apart import compile_once, read_apart
from render.scene.scene_pass import ScenePass
from render.view.view import View
from stage.errors import GraphicsError, InputError
from stage.files.loading import find_scene, load_scene
from stage.model.stagefile import Quality


def test_the_set_is_the_one_that_is_read_here(tmp_path: Path) -> None:
    path = find_scene("boxes")
    here, apart = load_scene_data(load_scene(path), path.parent), read_apart(tmp_path, tmp_path, Quality(), "boxes")
    assert apart.name == here.name
    one, other = apart.meshes, here.meshes
    assert (one.triangle_count, one.materials) == (other.triangle_count, other.materials)
    assert np.array_equal(one.stage_from_instance, other.stage_from_instance)
    assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(one.parts, other.parts, strict=True))
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_how_far_it_is_is_told_layer_by_layer(tmp_path: Path) -> None:
    shares: list[float] = []
    read_apart(tmp_path, tmp_path, Quality(), "marker_board", shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 2
    assert shares[-1] == 1.0


def test_what_a_reader_says_of_memory_and_of_its_end_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(code: int, said: str) -> None:
        monkeypatch.setattr(module, "_run", lambda command, tell: (code, said, ""))

    ended(2, '["a.exr", "layers[0]", "needs more memory than there is", "Make it smaller"]\n')
    with pytest.raises(InputError, match=r"a\.exr: layers\[0\]: needs more memory"):
        read_apart(tmp_path, tmp_path, Quality(), "boxes")
    ended(-9, "")
    with pytest.raises(InputError, match="memory ran out"):
        read_apart(tmp_path, tmp_path, Quality(), "boxes")


def test_a_set_of_the_stage_comes_first_and_its_faults_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "scenes" / "boxes"
    folder.mkdir(parents=True)
    (folder / "scene.toml").write_text(
        'schema = "scene/1"\nname = "boxes"\n[[layers]]\nkind = "gltf"\nfile = "no.glb"\n'
    )
    with pytest.raises(InputError, match=r"no\.glb"):
        read_apart(tmp_path, tmp_path, Quality(), "boxes")


def test_an_unknown_set_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such scene"):
        read_apart(tmp_path, tmp_path, Quality(), "atlantis")


def test_a_run_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="boxes: cannot be read"):
        read_apart(tmp_path, tmp_path / "gone", Quality(), "boxes")


def test_every_variant_is_drawn_for_what_the_driver_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    path = find_scene("boxes")
    scene = load_scene_data(load_scene(path), path.parent)
    drawn: list[ScenePass] = []
    warm_up = ScenePass.warm_up

    def noted(made: ScenePass, target: moderngl.Framebuffer, view: View) -> None:
        warm_up(made, target, view)
        drawn.append(made)

    monkeypatch.setattr(ScenePass, "warm_up", noted)
    compile_once(scene, Quality())
    assert len(drawn) == 1


def test_without_a_graphics_card_of_its_own_the_set_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise GraphicsError("there is no card")

    path = find_scene("boxes")
    monkeypatch.setattr(module, "create_offscreen_context", none)
    compile_once(load_scene_data(load_scene(path), path.parent), Quality())
