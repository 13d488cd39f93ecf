"""The base of every part of a glTF document, and number types with their ranges. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from stage.model.base import Model

Index = Annotated[int, Field(ge=0, lt=2**31)]
Factor = Annotated[float, Field(ge=0, le=1e6)]
"""Colour or light. The specification ends at 1; larger values, which some programs write, are kept."""
MOST_OF_A_KIND = 1_000_000
"""The most nodes, accessors and so on in one file; a city set has about 10,000."""


class GltfModel(Model):
    """Part of the document; unlike in our own files, unknown keys are allowed."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)
