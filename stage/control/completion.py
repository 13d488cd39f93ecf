"""What only files say of a command: a recall's part and transition, that a set is there. IO: reads files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stage.messages.commands import OnAir
from stage.model.loading import find_look, find_scene, load_preset, read_document

Arguments = dict[str, Any]


def completed(folder: Path, air: OnAir | None, name: str, arguments: Mapping[str, Any]) -> Arguments:
    """The arguments of a command with what its files say. `folder` is the stage file's, `air` what is on air.

    Raises InputError: no such preset or set, or its file is broken.
    """
    given = dict(arguments)
    completion = COMPLETIONS.get(name)
    return given if completion is None else completion(folder, air, given)


def _recall(folder: Path, air: OnAir | None, given: Arguments) -> Arguments:
    if not isinstance(given.get("preset"), str) or "part" in given:
        return given
    path = find_look(given["preset"], folder)
    preset = load_preset(path)
    transition = preset.transition.model_dump() | dict(given.get("transition") or {})
    return {**given, "part": read_document(path).get("look", {}), "transition": transition}


def _switch(folder: Path, air: OnAir | None, given: Arguments) -> Arguments:
    if isinstance(given.get("scene"), str):
        find_scene(given["scene"], folder)
    return given


COMPLETIONS: dict[str, Callable[[Path, OnAir | None, Arguments], Arguments]] = {
    "look.recall": _recall,
    "scene.switch": _switch,
}
"""Command name to what completes it."""
