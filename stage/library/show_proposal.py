"""A show from a screenplay: proposes a look by time of day and weather, and a set by the words of the place. IO: reads
which presets and sets exist. A person decides; scenes without a match stay open, with a note."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from stage.errors import InputError
from stage.files.loading import load_scene, presets_directory
from stage.library.preset_store import PresetStore
from stage.library.screenplay import ScriptScene
from stage.model.layers import SkyLayer
from stage.names import name_like

WEATHER: tuple[tuple[str, str], ...] = (
    (r"sand\s*storm|dust", "dust-storm"),
    (r"snow(?!field)|blizzard", "snowfall"),
    (r"\brain|downpour|thunder", "rain"),
)
"""Words at the start of the action, and the preset they suggest; the first match counts."""
HOURS: tuple[tuple[str, str], ...] = (
    (r"DAWN|SUNRISE|DAYBREAK|BLUE HOUR", "blue-hour"),
    (r"SUNSET|GOLDEN|MAGIC", "golden-hour"),
    (r"DUSK|EVENING|TWILIGHT", "dusk"),
    (r"NIGHT|MIDNIGHT", "night"),
    (r"NOON|DAY|MORNING|AFTERNOON", "noon"),
)
"""Times of day in headings, and the preset they suggest; the first match counts."""
UNDER_A_SKY = {"night": "sky-night", "blue-hour": "sky-blue-hour", "dusk": "sky-dusk"}
"""Replacements for these presets where the set has a physical sky, which goes dark by itself."""
SAME = re.compile(r"CONTINUOUS|SAME|LATER|MOMENTS")
"""Alone, these keep the time of the scene before; `NIGHT - CONTINUOUS` has its own."""
SMALL_WORDS = frozenset(
    ["the", "and", "with", "for", "its", "are", "from", "over", "under", "into", "through", "behind"]
)
LONG_ENOUGH = 4
"""The least letters of a word that can identify a place."""


def proposed_show(name: str, scenes: Sequence[ScriptScene], folder: Path) -> dict[str, Any]:
    """The show's document (`show/1`) for a stage file in `folder`: a scene for each heading, numbered as in the
    screenplay, or in order."""
    presets, sets = frozenset(PresetStore(folder).names()), known_sets(folder)
    rows: list[dict[str, Any]] = []
    numbers: set[str] = set()
    for count, scene in enumerate(scenes, start=1):
        number = _number(scene.number or str(count), numbers)
        before = rows[-1] if rows else {}
        found = _set(scene, sets, before)
        preset = _under(_preset(scene, before), sets.get(found))
        note = "" if found else f"No set matches {scene.place or scene.heading}: choose one"
        row = {
            "number": number,
            "heading": scene.heading[:200],
            "int_ext": scene.int_ext,
            "place": scene.place[:200],
            "time_of_day": scene.time_of_day[:200],
            "set": found,
            "preset": preset if preset in presets else "",
            "pages": scene.pages[:16],
            "notes": note,
        }
        rows.append({key: value for key, value in row.items() if value})
    return {"schema": "show/1", "name": name, "title": name.replace("-", " ").capitalize(), "scenes": rows}


class KnownSet(NamedTuple):
    """The words of a set's name and description, and whether its sky is a physical one."""

    words: frozenset[str]
    physical_sky: bool


def known_sets(folder: Path) -> dict[str, KnownSet]:
    """Every set that a stage file in `folder` can use. One that cannot be read is known by its name alone."""
    known: dict[str, KnownSet] = {}
    for place in (presets_directory(), folder):
        for path in sorted((place / "scenes").glob("*/scene.toml")):
            name = path.parent.name
            try:
                scene = load_scene(path)
            except InputError:
                known[name] = KnownSet(_words(name), False)
                continue
            sky = any(isinstance(layer, SkyLayer) for layer in scene.layers)
            known[name] = KnownSet(_words(f"{name} {scene.description}"), sky)
    return known


def _under(preset: str, found: KnownSet | None) -> str:
    """The preset adapted to the set, also in reverse where a continued scene has another set."""
    if found is not None and found.physical_sky:
        return UNDER_A_SKY.get(preset, preset)
    return next((plain for plain, physical in UNDER_A_SKY.items() if physical == preset), preset)


def _preset(scene: ScriptScene, before: Mapping[str, Any]) -> str:
    if scene.int_ext != "INT":
        for pattern, preset in WEATHER:
            if re.search(pattern, f"{scene.heading} {scene.action}", re.IGNORECASE):
                return preset
    for pattern, preset in HOURS:
        if re.search(pattern, scene.time_of_day):
            return preset
    return str(before.get("preset", "")) if SAME.search(scene.time_of_day) else ""


def _set(scene: ScriptScene, sets: Mapping[str, KnownSet], before: Mapping[str, Any]) -> str:
    """The set that shares most words with the place; the same place has the same set as before."""
    if before.get("place") == scene.place:
        return str(before.get("set", ""))
    place = _words(scene.place)
    shared = {name: len(place & known.words) + (name.lower() in place) for name, known in sets.items()}
    best = max(shared, key=lambda name: (shared[name], -len(name)), default="")
    return best if best and shared[best] else ""


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"[a-z]+", text.lower().replace("_", " "))
    return frozenset(word for word in found if len(word) >= LONG_ENOUGH and word not in SMALL_WORDS)


def _number(given: str, taken: set[str]) -> str:
    """A number that is a name and not taken yet: 12, 12A, 12-2."""
    plain = (name_like(given) or "scene")[:32].strip()
    number, count = plain, 2
    while number in taken:
        number, count = f"{plain}-{count}", count + 1
    taken.add(number)
    return number
