"""A preset: a named look in a file, whole or in part, and its transition."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.base import Model, Name
from stage.model.look import Look


class Transition(Model):
    """Duration and curve of a recall. 0 s = the next frame shows it."""

    duration_s: Annotated[float, Field(ge=0, le=600)] = 0.0
    curve: Literal["linear", "smooth"] = "smooth"


class Preset(Model):
    """`schema = "look/1"`. What is missing under `[look]` is neutral when the file is loaded as a whole look, and
    unchanged when it is recalled over another. `key`: the number key that recalls it."""

    schema_: Literal["look/1"] = Field(alias="schema")
    name: Name
    title: Annotated[str, Field(max_length=80)] = ""
    description: Annotated[str, Field(max_length=400)] = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#808080"
    key: Annotated[int, Field(ge=1, le=9)] | None = None
    locked: bool = False
    transition: Transition = Transition()
    look: Look = Look()
