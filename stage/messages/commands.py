"""What operators ask for, how it was answered, and what is on air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stage.messages.frames import Show
from stage.model.look import Look

NEUTRAL = Look()
SlotName = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` is a row of `stage.model.commands.COMMANDS`, `arguments` its JSON. `who` gave it, and where
    from; `number` is its own, so that its answer is found."""

    number: str
    name: str
    arguments: str
    who: str
    sent_ns: int


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The answer. `frame_number`: the first frame that shows it; -1 where it was refused, with the reason in `text`."""

    number: str
    name: str
    who: str
    accepted: bool
    text: str
    frame_number: int
    done_ns: int


@dataclass(frozen=True, slots=True)
class Slate:
    """What is being shot: scene and shot as on the clapper, the take, and since when it rolls (0 = it does not).

    Before the first roll the take is 0."""

    name: str = ""
    take: int = 0
    rolling: bool = False
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class KeptLook:
    """A look kept aside in a slot, to be compared with the other's; `preset`: what it was ("" = changed by hand)."""

    slot: SlotName
    look: Look
    preset: str


@dataclass(frozen=True, slots=True)
class OnAir:
    """What the stage was asked to show: the look at the end of its fade, where it came from and who asked last.

    `cue_list` is the show whose cues are stepped through, `cue` the one fired last. `prepared`: sets to be held ready
    besides those of the stage file. `pending`: the set that is waited for ("" = none). `base`: the look as the last
    recall left it, of the preset `recalled`; `undo_of` and `redo_of` say what undo takes back and redo does again.
    `slots`: the looks kept as A and B, those that are filled; `slot_on` is the one whose look is on air ("" = neither).
    """

    look: Look
    preset: str
    scene: str
    show: Show
    held: bool
    undo_steps: int
    redo_steps: int
    fade_until_ns: int
    changed_by: str
    since_ns: int
    cue_list: str = ""
    cue: str = ""
    prepared: tuple[str, ...] = ()
    pending: str = ""
    slate: Slate = Slate()
    base: Look = NEUTRAL
    recalled: str = ""
    undo_of: str = ""
    redo_of: str = ""
    slots: tuple[KeptLook, ...] = ()
    slot_on: str = ""
