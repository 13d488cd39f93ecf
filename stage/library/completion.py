"""What only files say of a command: a recall's part and transition, that a set is there. IO: reads files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stage.errors import InputError
from stage.library.show_store import ShowStore
from stage.messages.commands import OnAir
from stage.model.loading import find_look, find_scene, load_preset, read_document
from stage.show.cue_list import NEXT, PREVIOUS, cue_of, neighbour, sets_ahead

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


def _load(folder: Path, air: OnAir | None, given: Arguments) -> Arguments:
    name = given.get("cue_list", "")
    if not isinstance(name, str) or not name:
        return given
    show = ShowStore(folder).good(name)
    return {**given, "prepare": sets_ahead(show, "", air.scene if air else "")}


def _fire(folder: Path, air: OnAir | None, given: Arguments) -> Arguments:
    """An operator says `step` or `cue`, and may say `fade_s`, `cue_list` and `when_ready`; the show says the rest."""
    if "part" in given:
        return given
    name = given.get("cue_list") or (air.cue_list if air else "")
    if not isinstance(name, str) or not name:
        raise InputError("cue.fire", "cue_list", "no cue list is loaded", "Load one with cue.load")
    show, asked = ShowStore(folder).good(name), {**given, "cue_list": name}
    here = air.cue if air and air.cue_list == name else ""
    step = asked.pop("step", None)
    if step is not None:
        if step not in (NEXT, PREVIOUS):
            raise InputError("cue.fire", "step", f"is {step!r}", f"Say {NEXT} or {PREVIOUS}, or give a cue by its id")
        asked["cue"], asked["expected"] = neighbour(show, here, step), asked.get("expected", here)
        if not asked["cue"]:
            raise InputError("cue.fire", "step", f"there is no {step} cue", "The list ends here")
    cue = cue_of(show, str(asked.get("cue", "")))
    filled = {"slate": cue.slate, "scene": cue.set, "preset": cue.preset, "prepare": sets_ahead(show, cue.id, cue.set)}
    recall = _recall(folder, air, {"preset": cue.preset}) if cue.preset else {"part": {}, "transition": {}}
    if cue.set:
        find_scene(cue.set, folder)
    transition = cue.transition.model_dump() if cue.transition else dict(recall["transition"])
    if (fade_s := asked.pop("fade_s", None)) is not None:
        transition["duration_s"] = fade_s
    return {**filled, **asked, "part": recall["part"], "transition": transition}


COMPLETIONS: dict[str, Callable[[Path, OnAir | None, Arguments], Arguments]] = {
    "look.recall": _recall,
    "cue.load": _load,
    "cue.fire": _fire,
    "scene.switch": _switch,
}
"""Command name to what completes it."""
