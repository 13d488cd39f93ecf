"""Files in, checked: TOML to models, every problem as file, field path, what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

from stage.files.boundaries import check_layer_file
from stage.files.checked import Kind, raise_first
from stage.files.checked import checked_model as checked_model
from stage.files.checked import located as located
from stage.files.checked import read_document as read_document
from stage.files.finding import Finding
from stage.files.lens_files import checked_lens, with_lenses
from stage.files.presets import find_lens as find_lens
from stage.files.presets import find_look as find_look
from stage.files.presets import find_scene as find_scene
from stage.files.presets import find_stage as find_stage
from stage.files.presets import named_look as named_look
from stage.files.presets import named_scene as named_scene
from stage.files.presets import presets_directory as presets_directory
from stage.model.layers import files_of
from stage.model.lens import Lens
from stage.model.lens_file import LensFile
from stage.model.preset import Preset
from stage.model.scene import Scene
from stage.model.stagefile import Stage


def load_stage(path: Path) -> Stage:
    """The stage of a file, with the lenses it names. Raises InputError with every problem found."""
    stage, findings = checked_stage(path, read_document(path))
    if stage is None:
        raise_first(findings)
    return stage


def checked_stage(path: Path, document: dict[str, object]) -> tuple[Stage | None, list[Finding]]:
    """The stage of a document with the lenses it names, or every problem in it and in them."""
    filled, wrong_lenses = with_lenses(path, document)
    stage, findings = checked_model(path, filled, Stage)
    return (None if wrong_lenses else stage), wrong_lenses + findings


def load_lens(path: Path) -> tuple[LensFile, Lens]:
    """The lens of a file. Raises InputError with every problem found."""
    file, lens, findings = checked_lens(path)
    if file is None or lens is None:
        raise_first(findings)
    return file, lens


def load_scene(path: Path) -> Scene:
    """The scene of a file. Raises InputError with every problem found, and for a layer that leads outside the sets."""
    scene = read_model(path, Scene)
    for index, layer in enumerate(scene.layers):
        for field, name in files_of(layer).items():
            check_layer_file(path, f"layers[{index}].{field}", name)
    return scene


def load_preset(path: Path) -> Preset:
    """The preset of a look file. Raises InputError with every problem found."""
    return read_model(path, Preset)


def read_model(path: Path, kind: type[Kind]) -> Kind:
    """A TOML file as a model. Raises InputError: missing, not valid TOML (with the line), or invalid fields."""
    model, findings = checked_model(path, read_document(path), kind)
    if model is None:
        raise_first(findings)
    return model
