"""What a clip's frame rate is to the stage's: the passport's line, and the remedy."""

from __future__ import annotations

from fractions import Fraction

from stage.files.passport import PassportEntry, approximated, drawn
from stage.maths.cadence import cadence

NEAR = Fraction(1, 100)
"""Rates this close are meant to be the same: the clip may as well play a little faster or slower."""


def rate_words(rate_hz: Fraction) -> str:
    """For people: `24`, `23.976`."""
    return f"{float(rate_hz):.3f}".rstrip("0").rstrip(".")


def rate_entry(file: str, played_hz: Fraction, stage_hz: Fraction) -> PassportEntry:
    """A clip that plays at `played_hz` frames a second, on a stage of `stage_hz`."""
    asks, found = f"{rate_words(played_hz)} frames/s", cadence(played_hz, stage_hz)
    if found.even:
        return drawn(file, asks, f"even on the stage's {rate_words(stage_hz)}")
    return approximated(file, asks, f"the stage's {rate_words(stage_hz)} {found.words}", _remedy(played_hz, stage_hz))


def _remedy(played_hz: Fraction, stage_hz: Fraction) -> str:
    if abs(played_hz - stage_hz) <= NEAR * stage_hz:
        change = abs(float(stage_hz / played_hz) - 1.0) * 100.0
        faster = "faster" if stage_hz > played_hz else "slower"
        return f'Set frame_rate = "{stage_hz}" in the layer ({change:.2g} % {faster}), or the stage\'s to {played_hz}'
    return f"Convert the clip to {rate_words(stage_hz)} frames/s, or set the stage's rate to {played_hz}"
