"""A set read by a process of its own is the set; what is wrong with it comes back in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from render.read_apart import read_apart
from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.model.loading import find_scene, load_scene


def test_the_set_is_the_one_that_is_read_here(tmp_path: Path) -> None:
    path = find_scene("boxes")
    here, apart = load_scene_data(load_scene(path), path.parent), read_apart(tmp_path, tmp_path, "boxes")
    assert (apart.name, apart.triangle_count, apart.materials) == (here.name, here.triangle_count, here.materials)
    assert np.array_equal(apart.stage_from_instance, here.stage_from_instance)
    assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(apart.parts, here.parts, strict=True))
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_a_set_of_the_stage_comes_first_and_its_faults_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "scenes" / "boxes"
    folder.mkdir(parents=True)
    (folder / "scene.toml").write_text(
        'schema = "scene/1"\nname = "boxes"\n[[layers]]\nkind = "gltf"\nfile = "no.glb"\n'
    )
    with pytest.raises(InputError, match=r"no\.glb"):
        read_apart(tmp_path, tmp_path, "boxes")


def test_an_unknown_set_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such scene"):
        read_apart(tmp_path, tmp_path, "atlantis")


def test_a_run_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="boxes: cannot be read"):
        read_apart(tmp_path, tmp_path / "gone", "boxes")
