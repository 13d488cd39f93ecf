"""The net round whatever comes from outside: counted, told seldom, never the end of the loop."""

from __future__ import annotations

import logging

import pytest

from stage.errors import PacketError
from stage.process.edge import AGAIN_NS, LONGEST_TEXT, MOST_KINDS, OTHERS, Edge

FAULTS = (
    OverflowError("x"),
    ValueError("x"),
    OSError(36, "x"),
    KeyError("text"),
    RecursionError(),
    PacketError("size"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_whatever_is_raised_is_a_counted_refusal(fault: Exception) -> None:
    edge = Edge(lambda: 0)
    with edge.net("datagram", "192.0.2.1") as net:
        raise fault
    assert net.caught is fault
    assert edge.count == 1
    assert edge.last == f"datagram: {'size' if isinstance(fault, PacketError) else type(fault).__name__}"


def test_being_told_to_stop_is_no_refusal() -> None:
    edge = Edge(lambda: 0)
    with pytest.raises(KeyboardInterrupt), edge.net("datagram"):
        raise KeyboardInterrupt
    assert edge.count == 0


def test_a_reason_is_logged_once_a_minute_however_often_it_occurs(caplog: pytest.LogCaptureFixture) -> None:
    now_ns = 0
    edge = Edge(lambda: now_ns)
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            edge.refuse("datagram: size", "192.0.2.1", "x\n" * 100_000)
        assert len(caplog.records) == 1
        now_ns = AGAIN_NS
        edge.refuse("datagram: size")
    first, again = (record.getMessage() for record in caplog.records)
    assert len(first) < 2 * LONGEST_TEXT
    assert "\n" not in first
    assert "1001 so far" in again


def test_reasons_that_a_stranger_makes_up_do_not_fill_the_memory() -> None:
    edge = Edge(lambda: 0)
    for number in range(10 * MOST_KINDS):
        edge.refuse(f"call: {number}")
    assert len(edge.refused) <= MOST_KINDS + 1
    assert edge.refused[OTHERS] == 9 * MOST_KINDS
