"""Clips on a stage of another rate: counted frame by frame, and by arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from stage.files.clip_rate import rate_entry
from stage.files.passport import Fate
from stage.maths.cadence import cadence

NTSC = Fraction(24000, 1001)


def counted(clip: Fraction, stage: Fraction, seconds: int) -> tuple[int, int]:
    """Stage frames of an hour over and missing, against the even pattern, from the frames that are shown."""
    shown = [number * clip // stage for number in range(int(seconds * stage) + 1)]
    steps = [after - before for before, after in pairwise(shown)]
    if clip > stage:
        even = round(clip / stage)
        return sum(max(0, even - step) for step in steps), sum(max(0, step - even) for step in steps)
    runs, held = [], 1
    for step in steps:
        if step == 0:
            held += 1
        else:
            runs.append(held)
            held = 1
    even = round(stage / clip)
    return sum(max(0, run - even) for run in runs), sum(max(0, even - run) for run in runs)


@pytest.mark.parametrize("stage", [Fraction(24), NTSC, Fraction(25), Fraction(48), Fraction(60)])
@pytest.mark.parametrize(
    "clip", [Fraction(12), NTSC, Fraction(24), Fraction(25), Fraction(30), Fraction(60), Fraction(120)]
)
def test_it_is_what_counting_the_frames_says(clip: Fraction, stage: Fraction) -> None:
    found = cadence(clip, stage)
    repeats, skips = counted(clip, stage, 3600)
    assert abs(found.repeats - found.skips - (repeats - skips)) <= 2
    assert found.even == (repeats + skips <= 1)


def test_the_known_case_of_two_hours() -> None:
    assert 2 * cadence(NTSC, Fraction(24)).repeats == pytest.approx(173, abs=1)


def test_a_rate_close_to_the_stages_is_told_how_to_play_at_it() -> None:
    entry = rate_entry("a.mov", NTSC, Fraction(24))
    assert (entry.asks, entry.fate) == ("23.976 frames/s", Fate.APPROXIMATED)
    assert 'frame_rate = "24"' in entry.remedy
    assert rate_entry("a.mov", Fraction(24), Fraction(24)).fate is Fate.DRAWN
    assert rate_entry("a.mov", Fraction(12), Fraction(24)).fate is Fate.DRAWN
    assert "Convert" in rate_entry("a.mov", Fraction(25), Fraction(24)).remedy
