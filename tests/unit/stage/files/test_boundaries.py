"""Which files a name may open: its own, and never one outside its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.errors import InputError
from stage.files.loading import load_scene, named_look, named_scene
from stage.library.completion import completed
from stage.library.preset_store import PresetStore
from stage.lint.files import scene_findings

SECRET = 'operator_pin = "123456"\n'


@pytest.fixture
def stage_folder(tmp_path: Path) -> Path:
    """A stage's folder with a secret beside it, and links that lead to it."""
    folder = tmp_path / "stage"
    (folder / "looks").mkdir(parents=True)
    (folder / "scenes" / "mine").mkdir(parents=True)
    (tmp_path / "pins.toml").write_text(SECRET)
    (folder / "looks" / "link.toml").symlink_to(tmp_path / "pins.toml")
    (folder / "scenes" / "linked").symlink_to(tmp_path)
    (tmp_path / "scene.toml").write_text(SECRET)
    return folder


@pytest.mark.parametrize("kind", ["absolute", "../../pins", "link", "x" * 256, "a\0b", "dusk\n", "", ".hidden"])
def test_a_recall_opens_no_file_for_what_is_not_a_preset_and_tells_nothing(stage_folder: Path, kind: str) -> None:
    name = str(stage_folder.parent / "pins.toml") if kind == "absolute" else kind
    with pytest.raises(InputError) as refused:
        completed(stage_folder, None, "look.recall", {"preset": name})
    assert "pin" not in str(refused.value).replace("pins.toml", "").replace("pins", "")
    with pytest.raises(InputError):
        named_look(name, stage_folder)
    assert "link" not in PresetStore(stage_folder).names()


@pytest.mark.parametrize("name", ["linked", "../..", "x" * 256, "/etc"])
def test_a_set_lies_in_a_folder_of_sets(stage_folder: Path, name: str) -> None:
    with pytest.raises(InputError):
        named_scene(name, stage_folder)


def test_a_file_in_the_working_folder_is_no_preset(stage_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(stage_folder.parent)
    (stage_folder.parent / "mypreset").write_text(SECRET)
    with pytest.raises(InputError):
        named_look("mypreset", stage_folder)


@pytest.mark.parametrize("kind", ["../private.png", "../../private.png", "absolute", "link.png", "a/../../private.png"])
def test_the_layers_of_a_set_stay_in_its_folder(stage_folder: Path, kind: str) -> None:
    home = stage_folder / "scenes" / "mine"
    for place in (home.parent, stage_folder):
        (place / "private.png").write_bytes(b"x")
    (home / "link.png").symlink_to(stage_folder / "private.png")
    name = str(stage_folder / "private.png") if kind == "absolute" else kind
    file = home / "scene.toml"
    file.write_text(f'schema = "scene/1"\nname = "mine"\n[[layers]]\nkind = "equirect"\nfile = "{name}"\n')
    with pytest.raises(InputError, match=r"layers\[0\].file"):
        load_scene(file)
    assert [each.field for each in scene_findings(file)] == ["layers[0].file"]


def test_a_set_may_use_the_files_of_the_set_beside_it() -> None:
    assert load_scene(Path("presets/scenes/courtyard_crowd/scene.toml")).layers
