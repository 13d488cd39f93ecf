"""A show from a screenplay: proposes a look by time of day and weather, and a set by the words of the place. IO: reads
which presets and sets exist. A person decides; scenes without a match stay open, with a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stage.errors import InputError
from stage.files.loading import load_scene, presets_directory
from stage.library.preset_store import PresetStore
from stage.library.screenplay.scene import ScriptScene
from stage.library.screenplay.words import goes_on, hour_in, weather_in
from stage.library.set_words import KnownSet, best_set, known_set
from stage.model.layers import SkyLayer
from stage.names import name_like

UNDER_A_SKY = {"night": "sky-night", "blue-hour": "sky-blue-hour", "dusk": "sky-dusk"}
"""Replacements for these presets where the set has a physical sky, which goes dark by itself."""
DARK = "night"
"""An hour that the looks of the weather, which are of the day, do not show."""


def proposed_show(name: str, scenes: Sequence[ScriptScene], folder: Path, title: str = "") -> dict[str, Any]:
    """The show's document (`show/1`) for a stage file in `folder`: a scene for each heading, numbered as in the
    screenplay, or in order. `title`: the screenplay's, where it says one."""
    presets, sets = frozenset(PresetStore(folder).names()), known_sets(folder)
    rows: list[dict[str, Any]] = []
    numbers: set[str] = set()
    told = {scene.number for scene in scenes}
    for count, scene in enumerate(scenes, start=1):
        number = _number(scene.number or _between(str(count), told, rows), numbers)
        before = rows[-1] if rows else {}
        found = _set(scene, sets, before)
        chosen, other = _presets(scene, before)
        preset = _under(chosen, sets.get(found))
        notes = ["" if found else f"No set matches {scene.place or scene.heading}: choose one"]
        notes += [f"Also {other}: {preset or 'no preset'} does not show it" if other else ""]
        row = {
            "number": number,
            "heading": scene.heading[:200],
            "int_ext": scene.int_ext,
            "place": scene.place[:200],
            "time_of_day": scene.time_of_day[:200],
            "set": found,
            "preset": preset if preset in presets else "",
            "pages": scene.pages[:16],
            "notes": ". ".join(filter(None, notes)),
        }
        rows.append({key: value for key, value in row.items() if value})
    return {
        "schema": "show/1",
        "name": name,
        "title": title[:200] or name.replace("-", " ").capitalize(),
        "scenes": rows,
    }


def known_sets(folder: Path) -> dict[str, KnownSet]:
    """Every set that a stage file in `folder` can use. One that cannot be read is known by its name alone."""
    known: dict[str, KnownSet] = {}
    for place in (presets_directory(), folder):
        for path in sorted((place / "scenes").glob("*/scene.toml")):
            name = path.parent.name
            try:
                scene = load_scene(path)
            except InputError:
                known[name] = known_set(name, "", physical_sky=False)
                continue
            sky = any(isinstance(layer, SkyLayer) for layer in scene.layers)
            known[name] = known_set(name, scene.description, physical_sky=sky)
    return known


def _under(preset: str, found: KnownSet | None) -> str:
    """The preset adapted to the set, also in reverse where a continued scene has another set."""
    if found is not None and found.physical_sky:
        return UNDER_A_SKY.get(preset, preset)
    return next((plain for plain, physical in UNDER_A_SKY.items() if physical == preset), preset)


def _presets(scene: ScriptScene, before: Mapping[str, Any]) -> tuple[str, str]:
    """The look that is proposed, and what else the scene has and that look does not show ("" = nothing).

    Weather is seen outside, and inside where the heading itself names it: through the windows of a car.
    """
    seen = scene.heading if scene.int_ext == "INT" else f"{scene.heading} {scene.action}"
    weather = weather_in(seen) or ""
    hour = hour_in(scene.time_of_day) or ""
    if not hour and goes_on(scene.time_of_day):
        hour = _plain_hour(str(before.get("preset", "")))
    if hour == DARK:
        return hour, weather
    return (weather, "" if hour in ("", "noon") else hour) if weather else (hour, "")


def _plain_hour(preset: str) -> str:
    """The look of the scene before, whatever its sky."""
    return next((plain for plain, physical in UNDER_A_SKY.items() if physical == preset), preset)


def _set(scene: ScriptScene, sets: Mapping[str, KnownSet], before: Mapping[str, Any]) -> str:
    """The set that fits the place best; the same place has the same set as before."""
    if before.get("place") == scene.place:
        return str(before.get("set", ""))
    return best_set(scene.place, scene.int_ext == "INT", sets)


def _between(count: str, told: set[str], before: Sequence[Mapping[str, Any]]) -> str:
    """The number of a scene that has none: its place, or, where another scene has that, 2A after 2, and 0 at first."""
    if count not in told:
        return count
    return f"{before[-1]['number']}A" if before else "0"


def _number(given: str, taken: set[str]) -> str:
    """A number that is a name and not taken yet: 12, 12A, 12-2."""
    plain = (name_like(given) or "scene")[:32].strip()
    number, count = plain, 2
    while number in taken:
        number, count = f"{plain}-{count}", count + 1
    taken.add(number)
    return number
