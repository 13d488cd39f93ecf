"""Operators' commands, the answers to them, and what is on air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from stage.messages.frames import IN_THE_FILES_ORDER, CameraChoice, Show, Wind
from stage.messages.takes import Playing
from stage.model.look import Look

NEUTRAL = Look()
SlotName = Literal["a", "b"]


COMMAND_LIVES_NS = 2_500_000_000
"""A command that reaches the conductor later than this after it was sent is refused: its sender has given up, or is
about to, and must not be told "no answer" for something that is then done."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` is a row of the table of orders (`stage.show.orders`), `arguments` are those of the row, as
    plain values by name. `who` is its sender, with the address; `number` identifies it, to match the answer."""

    number: str
    name: str
    arguments: dict[str, Any]
    who: str
    sent_ns: int


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The answer. `frame_number`: the first frame that shows it; None where it was refused, with the reason in `text`,
    or waits for its set."""

    number: str
    name: str
    who: str
    accepted: bool
    text: str
    frame_number: int | None
    done_ns: int


@dataclass(frozen=True, slots=True)
class Slate:
    """What is being shot: scene and shot as on the clapper, the take, and since when it is rolling (0 = not rolling).

    Before the first slate there is no name, before the first roll the take is 0."""

    name: str | None = None
    take: int = 0
    rolling: bool = False
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class KeptLook:
    """A look kept in a slot, to compare with the other; `preset`: the one it is (None = changed since)."""

    slot: SlotName
    look: Look
    preset: str | None


@dataclass(frozen=True, slots=True)
class OnAir:
    """What the stage is to show: the look at the end of its fade, its origin and who changed it last. None stands for
    anything that is not set.

    `preset` is the one on air; None once the look was changed. `cue_list` is the loaded show, `cue` the one fired last.
    `prepared`: sets to keep ready besides those of the stage file. `pending`: the set that an order waits for. `base`:
    the look as the last recall left it, of the preset `recalled`; `undo_of` and `redo_of` describe what undo and redo
    would change. `slots`: the looks kept as A and B, where filled; `slot_on` is the slot whose look is on air.
    `wind`: since it last changed. `choice`: which cameras have inner views, and which is on air.
    `playing`: the take on the walls, instead of what the rest says.
    """

    look: Look
    preset: str | None
    scene: str
    show: Show
    held: bool
    undo_steps: int
    redo_steps: int
    fade_until_ns: int
    changed_by: str | None
    since_ns: int
    cue_list: str | None = None
    cue: str | None = None
    prepared: tuple[str, ...] = ()
    pending: str | None = None
    slate: Slate = Slate()
    base: Look = NEUTRAL
    recalled: str | None = None
    undo_of: str | None = None
    redo_of: str | None = None
    slots: tuple[KeptLook, ...] = ()
    slot_on: SlotName | None = None
    wind: Wind | None = None
    choice: CameraChoice = IN_THE_FILES_ORDER
    playing: Playing | None = None
