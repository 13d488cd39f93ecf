"""Files in, checked: TOML to models, every problem as file, field path, what is wrong and what to do."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stage.errors import InputError
from stage.model.base import Model
from stage.model.look import Look
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
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), "", f"is not TOML: {error}", "Mend that line") from error
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        field, problem = problems[0]
        more = "".join(f"\n  {path}: {place}: {text}" for place, text in problems[1:])
        raise InputError(str(path), field, problem + more, "`openstage schema` prints what is allowed") from error


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    """(field path, text) of one pydantic problem; union tags are left out of the path."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return place.lstrip("."), "unknown key; remove it or mend its spelling"
    return place.lstrip("."), detail["msg"]


def _find(given: str, bundled: Path, what: str, pattern: str) -> Path:
    if (path := Path(given)).is_file():
        return path
    if bundled.is_file():
        return bundled
    known = sorted({p.parent.name if p.name == "scene.toml" else p.stem for p in presets_directory().glob(pattern)})
    raise InputError(given, "", f"no such {what}", f"Give a file, or one of: {', '.join(known)}")
