"""What every part of a glTF document is made of: its base, and its numbers with their ranges. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from stage.model.base import Model

Index = Annotated[int, Field(ge=0, lt=2**31)]
Factor = Annotated[float, Field(ge=0, le=1e6)]
"""Of colour or light. The specification ends at 1; what some programs write beyond it is kept."""
MOST_OF_A_KIND = 1_000_000
"""Nodes, accessors and so on that one file may have; a city set has some 10,000."""


class GltfModel(Model):
    """Part of the document; unlike in our own files, unknown keys are no mistake here."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)
