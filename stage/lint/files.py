"""Lint rules about the files that a stage names: they exist and can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stage.errors import InputError
from stage.lint.subject import LintedStage
from stage.model.base import Model
from stage.model.finding import Finding, Severity
from stage.model.layers import files_of
from stage.model.loading import checked_model, find_look, find_scene, load_preset, read_document
from stage.model.preset import Preset
from stage.model.scene import Scene
from stage.show.look_names import unknown_names


def scene_file(linted: LintedStage) -> Iterator[Finding]:
    """The scene and every other of `scenes` exists, is one, and the files of its layers are there."""
    named = [("scene", linted.stage.scene)]
    named += [(f"scenes[{number}]", name) for number, name in enumerate(linted.stage.scenes)]
    seen: set[str] = set()
    for field, name in named:
        if name in seen:
            continue
        seen.add(name)
        try:
            yield from scene_findings(find_scene(name, linted.path.parent))
        except InputError as error:
            yield _of(linted, field, error)


def scene_findings(path: Path) -> list[Finding]:
    """Everything wrong in a scene file: its keys and values, and layers' files that are not there.

    Raises InputError where it cannot be read or is no TOML.
    """
    scene, findings = checked_model(path, read_document(path), Scene)
    for index, layer in enumerate(scene.layers if scene is not None else ()):
        for field, name in files_of(layer).items():
            if not (path.parent / name).is_file():
                problem = f"there is no file {name!r} beside it"
                findings.append(
                    Finding(Severity.ERROR, str(path), f"layers[{index}].{field}", problem, "Check the path")
                )
    return findings


def look_file(linted: LintedStage) -> Iterator[Finding]:
    """The look exists and is one."""
    try:
        path = find_look(linted.stage.look, linted.path.parent)
        yield from _findings(path, Preset)
    except InputError as error:
        yield _of(linted, "look", error)


def _findings(path: Path, kind: type[Model]) -> list[Finding]:
    return checked_model(path, read_document(path), kind)[1]


def _of(linted: LintedStage, field: str, error: InputError) -> Finding:
    return linted.error(field, f"{error.where}: {error.problem}", error.remedy)


def unknown_in_looks(linted: LintedStage) -> Iterator[Finding]:
    """Looks beside the stage file, and the one at the start, name walls and fixtures that exist."""
    walls = [wall.name for wall in linted.stage.walls]
    fixtures = [fixture.name for fixture in linted.stage.fixtures]
    folder = linted.path.parent
    looks = {linted.stage.look, *(path.stem for path in (folder / "looks").glob("*.toml"))}
    for name in sorted(looks):
        try:
            path = find_look(name, folder)
            look = load_preset(path).look
        except InputError:
            continue
        for field, problem, remedy in unknown_names(look, walls, fixtures):
            yield Finding(Severity.WARNING, str(path), f"look.{field}", problem, remedy)
