"""The base of every part of a glTF document, and number types with their ranges. Pure."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.alias_generators import to_camel

from stage.model.base import Model

Index = Annotated[int, Field(ge=0, lt=2**31)]
A_HAIR = 1e-3
"""What rounding makes of a number at the end of its range."""


def within(low: float, high: float) -> BeforeValidator:
    """Numbers out of range are drawn as the nearest one that is allowed. Rounding (1.0000001) goes without a word;
    more than that is put into the context of the validation, by name."""

    def nearest(value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return value
        if isinstance(info.context, dict) and not low - A_HAIR <= value <= high + A_HAIR:
            info.context.setdefault(f"{to_camel(info.field_name or '')} {value:g}")
        return min(max(value, low), high)

    return BeforeValidator(nearest)


Factor = Annotated[float, within(0.0, 1e6), Field(ge=0, le=1e6)]
"""Colour or light. The specification ends at 1; larger values, which some programs write, are kept."""
Share = Annotated[float, within(0.0, 1.0), Field(ge=0, le=1)]
MOST_OF_A_KIND = 1_000_000
"""The most nodes, accessors and so on in one file; a city set has about 10,000."""


class GltfModel(Model):
    """Part of the document; unlike in our own files, unknown keys are allowed."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)
