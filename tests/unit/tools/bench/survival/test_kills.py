"""What the bench of kills calls lost: its judgement is tried on answers whose truth is known."""

from __future__ import annotations

import random

import pytest

from tools.bench.survival.fuzz import Fuzzer, freed_datagram, osc_datagram
from tools.bench.survival.kills import Diary
from tools.bench.survival.running import accepted
from tracking.protocols.freed import decode


@pytest.mark.parametrize(
    ("answers", "found", "fits", "ghost"),
    [
        ([(1, True), (2, True)], 2, True, False),
        ([(1, True), (2, True)], 1, False, False),
        ([(1, True), (2, None)], 1, True, False),
        ([(1, True), (2, None)], 2, True, False),
        ([(1, None), (2, True)], 1, False, False),
        ([(1, True), (2, False)], 2, False, True),
        ([(1, True), (2, False)], 1, True, False),
        ([(1, None)], 0, True, False),
    ],
)
def test_the_last_accepted_order_counts_or_one_that_nobody_answered_later(
    answers: list[tuple[int, bool | None]], found: int, fits: bool, ghost: bool
) -> None:
    diary = Diary()
    for value, done in answers:
        diary.note("look", value, done)
    assert diary.fits("look", found) == fits
    assert diary.is_ghost("look", found) == ghost


def test_no_answer_is_neither_yes_nor_no() -> None:
    assert accepted(None) is None
    assert accepted({"accepted": False}) is False
    assert accepted({"accepted": True}) is True


def test_the_fuzzer_repeats_itself_and_its_messages_were_right_once() -> None:
    assert [Fuzzer(3).datagram(osc_datagram) for _ in range(9)] == [Fuzzer(3).datagram(osc_datagram) for _ in range(9)]
    for seed in range(20):
        decode(freed_datagram(random.Random(seed)))
