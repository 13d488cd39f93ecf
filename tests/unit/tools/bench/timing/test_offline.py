"""The camera's error with senders of every habit, through the whole chain without a network."""

from __future__ import annotations

import pytest

from tools.bench.timing.offline import SOURCE, timing_figures
from tools.bench.timing.rows import ROWS, Row
from tools.bench.timing.sender import plan

SEED = 500


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_habit_is_within_its_limit(row: Row) -> None:
    (figures,) = timing_figures([row], [SEED]).values()
    assert figures.good, figures


def test_arrivals_taken_as_they_come_would_not_do() -> None:
    for row in ROWS[1:6]:
        (figures,) = timing_figures([row], [SEED]).values()
        assert figures.limit_mm < figures.arrivals_mm


def test_the_sender_merges_all_rows_in_order_of_time() -> None:
    names, ports = [row.name for row in ROWS], list(range(len(ROWS)))
    sent = list(plan(names, ports, SEED, 1.0))
    assert [at_ns for at_ns, _, _ in sent] == sorted(at_ns for at_ns, _, _ in sent)
    for index, row in enumerate(ROWS):
        alone = list(row.stream(SOURCE, SEED + index, 1.0))
        assert [(at_ns, data) for at_ns, port, data in sent if port == index] == alone
