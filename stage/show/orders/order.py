"""What an order is: a row of the table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from stage.messages.commands import OnAir
from stage.model.base import Model
from stage.model.preset import Transition
from stage.model.show import ShowFile
from stage.show.show_control import ShowControl

A = TypeVar("A", bound=Model)
Given = dict[str, Any]
"""Arguments as they came, by name, not checked yet."""


@dataclass(frozen=True, slots=True)
class When:
    """`present_ns`: when the first frame that shows it is presented; `now_ns`: when it is carried out."""

    present_ns: int
    now_ns: int


class Files(Protocol):
    """What an order may ask of the files beside the stage file. Each raises InputError where there is no such file, or
    it is broken."""

    def part_of(self, preset: str) -> tuple[Mapping[str, Any], Transition]:
        """A preset's part of the look, and its transition."""
        ...

    def look_for(self, scene: str) -> None:
        """Whether there is such a set."""
        ...

    def show(self, name: str) -> ShowFile:
        """A show, with its cues."""
        ...


Completion = Callable[[Files, OnAir | None, Given], Given]
"""The arguments with what only files say of them; what is on air, where it is known, says which are meant."""


@dataclass(frozen=True, slots=True)
class Order(Generic[A]):
    """One row. `words` is what the operator reads instead of `name`; `takes` checks its arguments; `carry_out` does it
    and says in a few words what it did, or raises InputError and has changed nothing on the walls. `complete` where
    files have a say. `no_address`: why Open Sound Control has no address for it."""

    name: str
    words: str
    takes: type[A]
    carry_out: Callable[[ShowControl, A, When], str]
    complete: Completion | None = None
    no_address: str | None = None
