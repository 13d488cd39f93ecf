"""Files in, checked: TOML to models, every problem as file, field path, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from stage.errors import InputError
from stage.files.boundaries import check_layer_file
from stage.files.finding import Finding
from stage.files.presets import find_look as find_look
from stage.files.presets import find_scene as find_scene
from stage.files.presets import find_stage as find_stage
from stage.files.presets import named_look as named_look
from stage.files.presets import named_scene as named_scene
from stage.files.presets import presets_directory as presets_directory
from stage.files.problems import findings_of
from stage.files.toml_lines import line_of, lines_of
from stage.files.toml_text import decoded, document_of
from stage.model.base import Model
from stage.model.layers import files_of
from stage.model.preset import Preset
from stage.model.scene import Scene
from stage.model.stagefile import Stage

Kind = TypeVar("Kind", bound=Model)


def load_stage(path: Path) -> Stage:
    """The stage of a file. Raises InputError with every problem found."""
    return read_model(path, Stage)


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
        first, *others = located(findings)
        more = "".join(f"\n  {finding}" for finding in others)
        raise InputError(first.place, first.field, first.problem, first.remedy + more)
    return model


def read_document(path: Path) -> dict[str, object]:
    """The file as TOML. Raises InputError where it cannot be read or is not valid TOML, with the line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    return document_of(data, str(path))


def located(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, each with its line where its file can be read as TOML."""

    @cache
    def lines(file: str) -> dict[str, int]:
        try:
            return lines_of(decoded(Path(file).read_bytes(), file))
        except (OSError, InputError):
            return {}

    return [
        finding if finding.line is not None else replace(finding, line=line_of(finding.field, lines(finding.file)))
        for finding in findings
    ]


def checked_model(path: Path, document: dict[str, object], kind: type[Kind]) -> tuple[Kind | None, list[Finding]]:
    """The model of a document, or every problem in it."""
    try:
        return kind.model_validate(document), []
    except ValidationError as error:
        return None, findings_of(str(path), kind, error.errors(include_url=False))
