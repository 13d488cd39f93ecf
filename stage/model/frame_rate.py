"""Frame rates as people write them: `"24000/1001"`, `"23.976"`, `23.98` and `24` are exact rates. Pure."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

FRAME_RATES = (
    "24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60", "100", "120000/1001",
    "120",
)  # fmt: skip
"""Of stages: those of film and television, and their doubles."""
ROUNDED = 0.005
"""In the field both 23.976 and 23.98 mean 24000/1001, and 59.94 means 60000/1001."""
LIKELY = 0.5
"""A rate that is off by less was meant."""
ROUNDINGS = (23.976, 23.98, 29.97, 47.952, 47.95, 59.94, 119.88)


def exact_rate(value: object) -> str:
    """A rate as it is written exactly: `23.976` is `24000/1001`. Of what is no rate, the text."""
    text = value.strip() if isinstance(value, str) else f"{value:.6g}" if isinstance(value, float) else str(value)
    nearest, off_hz = _nearest(text)
    return nearest if off_hz <= ROUNDED else text


def _stage_rate(value: object) -> str:
    """One of `FRAME_RATES`. Raises pydantic's error, with the likely one, for any other."""
    if (text := exact_rate(value)) in FRAME_RATES:
        return text
    nearest, off_hz = _nearest(text)
    remedy = f'Write frame_rate = "{nearest}"' if off_hz < LIKELY else "Give one of them"
    problem = f"must be one of {', '.join(FRAME_RATES)}"
    raise PydanticCustomError("frame_rate", "{problem}", {"problem": problem, "remedy": remedy})


def _clip_rate(value: object) -> object:
    return exact_rate(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _nearest(text: str) -> tuple[str, float]:
    """The known rate that is nearest to a text, and how far off it is, in Hz."""
    try:
        given_hz = float(Fraction(text.replace(",", ".")))
    except (ValueError, ZeroDivisionError, OverflowError):
        given_hz = math.inf
    return min(((rate, abs(float(Fraction(rate)) - given_hz)) for rate in FRAME_RATES), key=lambda pair: pair[1])


_WRITTEN = [*FRAME_RATES, *(int(rate) for rate in FRAME_RATES if rate.isdigit()), *ROUNDINGS, *map(str, ROUNDINGS)]
FrameRate = Annotated[str, BeforeValidator(_stage_rate), WithJsonSchema({"enum": _WRITTEN})]
"""Of a stage."""
ClipRate = Annotated[str, BeforeValidator(_clip_rate), WithJsonSchema({"type": ["string", "number"]})]
"""Of clips: any rate."""
