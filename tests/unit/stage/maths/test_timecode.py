"""Time code against published drop-frame numbers, and by its laws."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import InputError
from stage.maths.timecode import counting_of, frame_at, frame_of, text_of

VECTORS = Path(__file__).parents[3] / "data" / "timecode" / "drop_frame.json"
RATES = [Fraction(24), Fraction(25), Fraction(50), *(Fraction(n * 1000, 1001) for n in (24, 30, 60, 120))]


def test_drop_frame_numbers_are_the_published_ones() -> None:
    vectors = json.loads(VECTORS.read_text())["drop_frame"]["vectors"]
    assert len(vectors) > 5
    for vector in vectors:
        counting = counting_of(Fraction(vector["rate"]))
        assert text_of(vector["frame_index_from_zero"], counting) == vector["timecode"]
        assert frame_of(vector["timecode"], counting) == vector["frame_index_from_zero"]


@settings(deadline=None)
@given(st.sampled_from(RATES), st.integers(0, 200_000_000), st.booleans())
def test_every_frame_has_a_number_of_its_own(rate: Fraction, frame: int, drop: bool) -> None:
    counting = counting_of(rate, drop)
    frame %= counting.in_a_day
    assert frame_of(text_of(frame, counting), counting) == frame


def test_numbers_that_are_left_out_are_refused() -> None:
    counting = counting_of(Fraction(30000, 1001))
    with pytest.raises(InputError, match="left out"):
        frame_of("00:01:00;01", counting)
    assert text_of(frame_of("00:10:00;01", counting), counting) == "00:10:00;01"


@pytest.mark.parametrize(
    "text", ["", "1:2:3", "25:00:00:00", "00:60:00:00", "00:00:00:24", "00:00:00:-1", "aa:bb:cc:dd"]
)
def test_what_is_no_time_code_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        frame_of(text, counting_of(Fraction(24)))


def test_drop_frame_keeps_up_with_the_clock_all_day() -> None:
    rate = Fraction(30000, 1001)
    counting = counting_of(rate)
    for hour in range(24):
        text = text_of(frame_at(Fraction(hour * 3600), rate, counting), counting)
        frame = frame_of(text, counting)
        assert abs(frame / rate - hour * 3600) < Fraction(1, 10)
        assert text.startswith(f"{hour:02}:00:00") or text.startswith(f"{hour - 1:02}:59:59")
