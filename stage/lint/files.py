"""Lint rules about the files that a stage names: they exist and are usable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from stage.errors import InputError
from stage.files.boundaries import check_layer_file, named_files
from stage.files.finding import Finding, Severity
from stage.files.loading import (
    checked_model,
    find_look,
    find_scene,
    load_preset,
    load_scene,
    located,
    read_document,
)
from stage.files.sequence import files_there
from stage.lint.subject import LintedStage
from stage.model.layers import files_of
from stage.model.preset import Preset
from stage.model.scene import Scene
from stage.model.show import Cue, ShowFile, ShowScene
from stage.show.look_names import unknown_names


def scene_file(linted: LintedStage) -> Iterator[Finding]:
    """The scene and all `scenes` exist and are valid, and the files of their layers exist."""
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
    """Every problem in a scene file: its keys and values, and missing files of layers.

    Raises InputError where it cannot be read or is not valid TOML.
    """
    scene, findings = checked_model(path, read_document(path), Scene)
    for index, layer in enumerate(scene.layers if scene is not None else ()):
        for field, name in files_of(layer).items():
            try:
                check_layer_file(path, f"layers[{index}].{field}", name)
            except InputError as error:
                findings.append(Finding(Severity.ERROR, str(path), error.field, error.problem, error.remedy))
                continue
            if not files_there(path.parent, name):
                problem = f"there is no file {name!r} beside it"
                findings.append(
                    Finding(Severity.ERROR, str(path), f"layers[{index}].{field}", problem, "Check the path")
                )
    return located(findings)


def look_file(linted: LintedStage) -> Iterator[Finding]:
    """The look exists and is valid."""
    try:
        path = find_look(linted.stage.look, linted.path.parent)
        yield from look_findings(path)
    except InputError as error:
        yield _of(linted, "look", error)


def look_findings(path: Path) -> list[Finding]:
    """Every problem in a look file. Raises InputError where it cannot be read or is not valid TOML."""
    return located(checked_model(path, read_document(path), Preset)[1])


def show_findings(path: Path) -> list[Finding]:
    """Every problem in a show file: its keys and values, and presets and sets of its cues that cannot be used.

    Raises InputError where it cannot be read or is not valid TOML.
    """
    show, findings = checked_model(path, read_document(path), ShowFile)
    stage_folder = path.resolve().parent.parent
    for index, scene in enumerate(show.scenes if show is not None else ()):
        rows: list[tuple[str, ShowScene | Cue]] = [(f"scenes[{index}]", scene)]
        rows += [(f"scenes[{index}].cues[{n}]", cue) for n, cue in enumerate(scene.cues)]
        for place, row in rows:
            findings += _unusable(path, f"{place}.preset", partial(_read_look, row.preset, stage_folder))
            findings += _unusable(path, f"{place}.set", partial(_read_scene, row.set, stage_folder))
    return located(findings)


def _unusable(path: Path, field: str, read: Callable[[], object]) -> Iterator[Finding]:
    try:
        read()
    except InputError as error:
        yield Finding(Severity.ERROR, str(path), field, f"{error.where}: {error.problem}", error.remedy)


def _read_look(name: str | None, stage_folder: Path) -> object:
    return load_preset(find_look(name, stage_folder)) if name else None


def _read_scene(name: str | None, stage_folder: Path) -> object:
    return load_scene(find_scene(name, stage_folder)) if name else None


def _of(linted: LintedStage, field: str, error: InputError) -> Finding:
    return linted.error(field, f"{error.where}: {error.problem}", error.remedy)


def unknown_in_looks(linted: LintedStage) -> Iterator[Finding]:
    """Looks beside the stage file, and the initial one, name walls, cameras and fixtures that exist."""
    walls = [wall.name for wall in linted.stage.walls]
    fixtures = [fixture.name for fixture in linted.stage.fixtures]
    cameras = [camera.name for camera in linted.stage.cameras]
    folder = linted.path.parent
    looks = {linted.stage.look, *named_files(folder / "looks")}
    for name in sorted(looks):
        try:
            path = find_look(name, folder)
            look = load_preset(path).look
        except InputError:
            continue
        for field, problem, remedy in unknown_names(look, walls, fixtures, cameras):
            yield Finding(Severity.WARNING, str(path), f"look.{field}", problem, remedy)
