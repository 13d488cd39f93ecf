"""The show file: the scenes of a shooting day in shooting order, and their cues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage.model.base import Model, Name, NameOrNone, SlateOrNone
from stage.model.preset import Transition

Text = Annotated[str, Field(max_length=200)]
Notes = Annotated[str, Field(max_length=4000)]
Colour = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")]


class Cue(Model):
    """One step: a look and a set that go on air together. Unset values are its scene's; `slate` defaults to its id.

    `transition` unset: the preset's own.
    """

    id: Name
    title: Text = ""
    preset: NameOrNone = None
    set: NameOrNone = None
    slate: SlateOrNone = None
    transition: Transition | None = None
    colour: Colour = ""
    notes: Notes = ""
    done: bool = False


class ShowScene(Model):
    """A scene of the screenplay. Without cues it is itself one cue, with its number as id."""

    number: Name
    heading: Text = ""
    int_ext: Literal["", "INT", "EXT", "INT/EXT"] = ""
    place: Text = ""
    time_of_day: Text = ""
    set: NameOrNone = None
    preset: NameOrNone = None
    pages: Annotated[str, Field(max_length=16)] = ""
    notes: Notes = ""
    cues: Annotated[tuple[Cue, ...], Field(max_length=500)] = ()


class ShowFile(Model):
    """`schema = "show/1"`: scenes in shooting order."""

    schema_: Literal["show/1"] = Field(alias="schema")
    name: Name
    title: Text = ""
    notes: Notes = ""
    scenes: Annotated[tuple[ShowScene, ...], Field(max_length=1000)] = ()

    @model_validator(mode="after")
    def _each_cue_once(self) -> ShowFile:
        seen: set[str] = set()
        for _, cue in self.cues():
            if cue.id in seen:
                raise ValueError(f"there are two cues {cue.id!r}: give one of them another id")
            seen.add(cue.id)
        return self

    def cues(self) -> Iterator[tuple[ShowScene, Cue]]:
        """All cues in shooting order, with unset values filled in from their scenes."""
        for scene in self.scenes:
            for cue in scene.cues or (Cue(id=scene.number, title=scene.heading),):
                filled = {
                    "title": cue.title or scene.heading,
                    "preset": cue.preset or scene.preset,
                    "set": cue.set or scene.set,
                    "slate": cue.slate or cue.id,
                }
                yield scene, cue.model_copy(update=filled)
