"""Finds stages, scenes and looks: by path, beside a stage file, or among those that come with OpenStage.

Imports no pydantic, so that `openstage run` can start its processes before it has read the stage itself.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from stage.errors import InputError
from stage.files.boundaries import SET_FILE, checked_name, is_inside, on_disk


def presets_directory() -> Path:
    """The folder of the presets that come with OpenStage."""
    return Path(str(resources.files("presets")))


def find_stage(name_or_path: str) -> Path:
    """A stage file by path, or a bundled one by its name (`two-walls`)."""
    return _find(name_or_path, presets_directory() / "stages" / f"{name_or_path}.toml", "stage", "stages/*.toml")


def find_scene(name: str, beside: Path | None = None) -> Path:
    """The scene file `NAME/scene.toml`, in `scenes/` beside the stage file or among the bundled ones; or a path."""
    if beside is not None and (own := on_disk(beside / "scenes", name, SET_FILE)).is_file():
        return own
    return _find(name, presets_directory() / "scenes" / name / "scene.toml", "scene", "scenes/*/scene.toml")


def find_look(name: str, beside: Path | None = None) -> Path:
    """The look file `NAME.toml`, in `looks/` beside the stage file or among the bundled ones; or a path."""
    if beside is not None and (own := on_disk(beside / "looks", f"{name}.toml")).is_file():
        return own
    return _find(name, presets_directory() / "looks" / f"{name}.toml", "look", "looks/*.toml")


def find_lens(name: str, beside: Path | None = None) -> Path:
    """The lens file `NAME.toml`, in `lenses/` beside the stage file or among the bundled ones; or a path, from the
    stage file's folder or the working folder."""
    if beside is not None:
        for own in (on_disk(beside / "lenses", f"{name}.toml"), beside / name):
            if own.is_file():
                return own
    return _find(name, presets_directory() / "lenses" / f"{name}.toml", "lens", "lenses/*.toml")


def named_scene(name: str, beside: Path) -> Path:
    """As `find_scene`, for a name that came from elsewhere: never a path. Raises InputError before a file is opened."""
    return _held(find_scene(checked_name(name, "scene"), beside), "scenes", beside)


def named_look(name: str, beside: Path) -> Path:
    """As `find_look`, for a name that came from elsewhere: never a path. Raises InputError before a file is opened."""
    return _held(find_look(checked_name(name, "look"), beside), "looks", beside)


def _held(found: Path, kind: str, beside: Path) -> Path:
    """The file, if it lies in a folder of its kind, links followed. A file in the working folder that happens to have
    the name of a bundled one is none."""
    folders = (beside / kind, presets_directory() / kind)
    if any(found.is_relative_to(folder) and is_inside(found, folder) for folder in folders):
        return found
    where = found.parent.name if found.name == SET_FILE else found.stem
    raise InputError(where, "", f"is not a file of the folder {kind}", "Put the file itself there, not a link")


def _find(given: str, bundled: Path, what: str, pattern: str) -> Path:
    if (path := Path(given)).is_file():
        return path
    if bundled.is_file():
        return bundled
    from stage.files.problems import nearest

    known = sorted({p.parent.name if p.name == "scene.toml" else p.stem for p in presets_directory().glob(pattern)})
    raise InputError(given, "", f"no such {what}", f"Give a file. {nearest(given, known)}")
