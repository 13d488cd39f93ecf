"""Which files a name may open: a preset, a set or a show its own file, a set's layers what lies in sets.

Names come from remote controls, and sets from strangers. So a name is checked before a file is opened for it, and a
path is judged by where it truly leads, links followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

from stage.errors import InputError
from stage.names import LONGEST_NAME, is_name, normal

SET_FILE = "scene.toml"
STAY = "Put the file into the set's folder and name it from there"


def checked_name(text: object, what: str) -> str:
    """The text, if it can be the name of a `what`, in normal form. Raises InputError; nothing has been opened."""
    if isinstance(text, str) and len(text) <= LONGEST_NAME and is_name(name := normal(text)):
        return name
    shown = "".join(c if c.isprintable() else "?" for c in str(text)[:LONGEST_NAME])
    remedy = f"A name has at most {LONGEST_NAME} letters, digits, spaces, dots, dashes and underscores"
    raise InputError(what, "", f"{shown!r} cannot be the name of a {what}", remedy)


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a file lies in a folder, links followed."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that the system refuses
        return False


def on_disk(folder: Path, *parts: str) -> Path:
    """The file of that name in a folder, whichever of Unicode's normal forms the disk has its name in: files that come
    from a Mac may have accents apart from their letters."""
    path = folder.joinpath(*parts)
    if not path.exists() and (apart := folder.joinpath(*[normalize("NFD", part) for part in parts])).exists():
        return apart
    return path


def named_files(folder: Path) -> dict[str, Path]:
    """The TOML files of a folder whose names are names, by name."""
    return {name: path for path in held_files(folder, "*.toml") if is_name(name := normal(path.stem))}


def held_files(folder: Path, pattern: str) -> Iterator[Path]:
    """The files of a folder; links that lead out of it are none."""
    return (path for path in folder.glob(pattern) if is_inside(path, folder))


def check_layer_file(scene_file: Path, field: str, name: str) -> None:
    """Raises InputError where a file that a layer names lies outside the sets: neither in the set's own folder nor in
    that of a set beside it."""
    folder = scene_file.parent
    path = folder / name
    if Path(name).is_absolute() or "\0" in name:
        raise InputError(str(scene_file), field, "is not a path in the set's folder", STAY)
    if is_inside(path, folder):
        return
    house = folder.resolve().parent
    if is_inside(path, house):
        neighbour = house / path.resolve().relative_to(house).parts[0]
        if (neighbour / SET_FILE).is_file():
            return
    raise InputError(str(scene_file), field, f"{name!r} leads outside the set's folder", STAY)
