"""The presets and sets an operator can choose from: beside the stage file, then those that came with OpenStage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stage.errors import InputError
from stage.model.loading import find_look, load_preset, presets_directory
from stage.model.wall_steps import PATTERNS, STEPS


@dataclass(frozen=True, slots=True)
class PresetCard:
    """One preset as a button: `problem` says why it cannot be recalled, "" where it can."""

    name: str
    title: str
    description: str
    colour: str
    duration_s: float
    locked: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything there is to choose, by name."""

    presets: tuple[PresetCard, ...]
    scenes: tuple[str, ...]
    patterns: tuple[str, ...]
    bypass: tuple[str, ...]


def shelf_of(folder: Path) -> Shelf:
    """What a stage file in `folder` can choose from. A broken preset is there too, with what is wrong."""
    places = (folder, presets_directory())
    looks = sorted({path.stem for place in places for path in (place / "looks").glob("*.toml")})
    scenes = sorted({path.parent.name for place in places for path in (place / "scenes").glob("*/scene.toml")})
    return Shelf(tuple(_card(name, folder) for name in looks), tuple(scenes), PATTERNS, STEPS)


def _card(name: str, folder: Path) -> PresetCard:
    try:
        preset = load_preset(find_look(name, folder))
    except InputError as error:
        return PresetCard(name, name, "", "#808080", 0.0, False, str(error))
    title = preset.title or preset.name
    return PresetCard(name, title, preset.description, preset.colour, preset.transition.duration_s, preset.locked, "")
