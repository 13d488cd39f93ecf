"""The presets and sets to choose from: those beside the stage file, then those that come with OpenStage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from stage.errors import StorageError
from stage.files.loading import presets_directory
from stage.library.preset_store import PresetStore, stamp_of
from stage.model.wall_steps import PATTERNS, STEPS


@dataclass(frozen=True, slots=True)
class PresetCard:
    """One preset as a button: `problem` is why it cannot be recalled, None where it can. `own`: it is stored beside the
    stage file and can be changed; saving over any other makes an own copy. `groups`: the parts of a look it holds.
    `key`: the number key that recalls it, wherever it stands."""

    name: str
    title: str
    description: str
    colour: str
    duration_s: float
    curve: Literal["linear", "smooth"]
    locked: bool
    own: bool
    revision: str | None
    groups: tuple[str, ...]
    problem: str | None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything to choose from: presets in the operator's order, the rest by name."""

    presets: tuple[PresetCard, ...]
    scenes: tuple[str, ...]
    patterns: tuple[str, ...]
    bypass: tuple[str, ...]


def shelf_of(folder: Path) -> Shelf:
    """The presets and sets for a stage file in `folder`. Broken presets are listed with their problem."""
    scenes = {path.parent.name for place in _places(folder) for path in (place / "scenes").glob("*/scene.toml")}
    store = PresetStore(folder)
    return Shelf(cards_of(store), tuple(sorted(scenes)), PATTERNS, STEPS)


def cards_of(store: PresetStore) -> tuple[PresetCard, ...]:
    """All presets as buttons, in the operator's order. Where two want one key, an own one has it before one that came
    with OpenStage, then the first."""
    cards = [card_of(store, name) for name in store.names()]
    holders: dict[int, str] = {}
    for card in sorted(cards, key=lambda card: not card.own):
        if card.key is not None:
            holders.setdefault(card.key, card.name)
    return tuple(replace(card, key=card.key if holders.get(card.key or 0) == card.name else None) for card in cards)


def shelf_stamp(folder: Path) -> Callable[[], object]:
    """A function whose result differs once presets or sets are added, removed or changed."""
    presets = stamp_of(PresetStore(folder).folders)
    sets = stamp_of([place / "scenes" for place in _places(folder)], "*/scene.toml")
    return lambda: (presets(), sets())


def card_of(store: PresetStore, name: str) -> PresetCard:
    """A preset as a button. Raises InputError where there is none."""
    try:
        found = store.read(name)
    except StorageError as error:
        return PresetCard(
            name=name,
            title=name,
            description="",
            colour="#808080",
            duration_s=0.0,
            curve="smooth",
            locked=False,
            own=False,
            revision=None,
            groups=(),
            problem=str(error),
        )
    preset = found.preset
    if preset is None:
        return PresetCard(
            name=name,
            title=name,
            description="",
            colour="#808080",
            duration_s=0.0,
            curve="smooth",
            locked=False,
            own=found.own,
            revision=found.revision,
            groups=(),
            problem=found.problem,
            key=found.key,
        )
    return PresetCard(
        name=name,
        title=preset.title or name,
        description=preset.description,
        colour=preset.colour,
        duration_s=preset.transition.duration_s,
        curve=preset.transition.curve,
        locked=preset.locked,
        own=found.own,
        revision=found.revision,
        groups=tuple(found.part),
        problem=found.problem or None,
        key=found.key,
    )


def _places(folder: Path) -> tuple[Path, Path]:
    return (folder, presets_directory())
