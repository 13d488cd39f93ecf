"""Files in, checked: TOML to models, every problem as file, field path, what is wrong and what to do."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from stage.errors import InputError
from stage.model.base import Model
from stage.model.finding import Finding
from stage.model.look import Look
from stage.model.problems import findings_of, nearest
from stage.model.scene import Scene
from stage.model.stagefile import Stage

Kind = TypeVar("Kind", bound=Model)


def presets_directory() -> Path:
    """Where the presets that came with OpenStage live."""
    return Path(str(resources.files("presets")))


def find_stage(name_or_path: str) -> Path:
    """A stage file by path, or a bundled one by its name (`two-walls`)."""
    return _find(name_or_path, presets_directory() / "stages" / f"{name_or_path}.toml", "stage", "stages/*.toml")


def find_scene(name: str, beside: Path | None = None) -> Path:
    """The scene file `NAME/scene.toml`, in `scenes/` beside the stage file or among the bundled ones; or a path."""
    if beside is not None and (own := beside / "scenes" / name / "scene.toml").is_file():
        return own
    return _find(name, presets_directory() / "scenes" / name / "scene.toml", "scene", "scenes/*/scene.toml")


def find_look(name: str, beside: Path | None = None) -> Path:
    """The look file `NAME.toml`, in `looks/` beside the stage file or among the bundled ones; or a path."""
    if beside is not None and (own := beside / "looks" / f"{name}.toml").is_file():
        return own
    return _find(name, presets_directory() / "looks" / f"{name}.toml", "look", "looks/*.toml")


def load_stage(path: Path) -> Stage:
    """The stage of a file. Raises InputError with every problem found."""
    return read_model(path, Stage)


def load_scene(path: Path) -> Scene:
    """The scene of a file. Raises InputError with every problem found."""
    return read_model(path, Scene)


def load_look(path: Path) -> Look:
    """The look of a file. Raises InputError with every problem found."""
    return read_model(path, Look)


def read_model(path: Path, kind: type[Kind]) -> Kind:
    """A TOML file as a model. Raises InputError: not there, no TOML (with its line), or fields that do not fit."""
    model, findings = checked_model(path, read_document(path), kind)
    if model is None:
        first, *others = findings
        more = "".join(f"\n  {finding}" for finding in others)
        raise InputError(str(path), first.field, first.problem, first.remedy + more)
    return model


def read_document(path: Path) -> dict[str, object]:
    """The file as TOML. Raises InputError where it cannot be read or is no TOML, with the line."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(str(path), "", f"is not TOML: {error}", "Mend that line") from error


def checked_model(path: Path, document: dict[str, object], kind: type[Kind]) -> tuple[Kind | None, list[Finding]]:
    """The model of a document, or every problem that keeps it from being one."""
    try:
        return kind.model_validate(document), []
    except ValidationError as error:
        return None, findings_of(str(path), kind, error.errors(include_url=False))


def _find(given: str, bundled: Path, what: str, pattern: str) -> Path:
    if (path := Path(given)).is_file():
        return path
    if bundled.is_file():
        return bundled
    known = sorted({p.parent.name if p.name == "scene.toml" else p.stem for p in presets_directory().glob(pattern)})
    raise InputError(given, "", f"no such {what}", f"Give a file. {nearest(given, known)}")
