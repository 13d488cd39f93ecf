"""What an order is: a row of the table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from stage.messages.commands import OnAir
from stage.model.base import Model
from stage.model.preset import Transition
from stage.model.show import ShowFile
from stage.model.stagefile import TakeLock
from stage.show.show_control import ShowControl

A = TypeVar("A", bound=Model)
Given = dict[str, Any]
"""Arguments by name, not yet checked."""


@dataclass(frozen=True, slots=True)
class When:
    """`present_ns`: when the first frame that shows it is presented; `now_ns`: when it is carried out."""

    present_ns: int
    now_ns: int


class Files(Protocol):
    """What an order may read from the files beside the stage file. Each raises InputError where the file is missing or
    broken."""

    def part_of(self, preset: str) -> tuple[Mapping[str, Any], Transition]:
        """A preset's part of the look, and its transition."""
        ...

    def look_for(self, scene: str) -> None:
        """Check that there is such a set."""
        ...

    def show(self, name: str) -> ShowFile:
        """A show, with its cues."""
        ...


Completion = Callable[[Files, OnAir | None, Given], Given]
"""Fills in arguments from files, using what is on air where it is known."""


@dataclass(frozen=True, slots=True)
class Order(Generic[A]):
    """One row. `words` is the operator's label for `name`; `takes` checks its arguments; `carry_out` does it and
    returns a few words about the result, or raises InputError with nothing changed on the walls. `complete` fills in
    values from files. `no_address`: why Open Sound Control has no address for it. `lock`: what locks it while a take
    rolls, where the stage file says so."""

    name: str
    words: str
    takes: type[A]
    carry_out: Callable[[ShowControl, A, When], str]
    complete: Completion | None = None
    no_address: str | None = None
    lock: TakeLock | None = None
