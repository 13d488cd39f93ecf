"""The inbox: the newest record per key, and who is silent, by the topic table's rates."""

from __future__ import annotations

import pytest

from stage.bus.inbox import ALIVE_PERIODS, Inbox
from stage.messages.control import AlertState, Heartbeat
from stage.messages.topics import TOPIC_OF_RECORD
from stage.units import NS_PER_S

BEAT_NS = round(NS_PER_S / TOPIC_OF_RECORD[Heartbeat].rate_hz)


def beat(role: str, number: int) -> Heartbeat:
    return Heartbeat(role, 40, number, 0, True)


def test_the_newest_of_each_key_counts() -> None:
    inbox = Inbox()
    inbox.put([beat("render", 1), beat("tracking", 5), beat("render", 2)], 0)
    assert inbox.newest(Heartbeat, "render") == beat("render", 2)
    assert inbox.all_newest(Heartbeat) == [beat("render", 2), beat("tracking", 5)]


def test_what_never_came_is_nothing_and_not_alive() -> None:
    inbox = Inbox()
    inbox.put([beat("render", 1)], 0)
    assert inbox.newest(Heartbeat, "tracking") is None
    assert inbox.newest(AlertState, "render") is None
    assert not inbox.alive(Heartbeat, "tracking", 0)


@pytest.mark.parametrize(
    ("late_ns", "alive"), [(0, True), (ALIVE_PERIODS * BEAT_NS, True), (ALIVE_PERIODS * BEAT_NS + 1, False)]
)
def test_alive_is_three_periods_of_the_declared_rate(late_ns: int, alive: bool) -> None:
    inbox = Inbox()
    inbox.put([beat("render", 1)], 1_000)
    assert inbox.alive(Heartbeat, "render", 1_000 + late_ns) is alive


def test_a_topic_that_only_tells_changes_stays_alive() -> None:
    inbox = Inbox()
    inbox.put([AlertState("source-lost", "a", True, "", 0)], 0)
    assert inbox.alive(AlertState, "source-lost/a", 3600 * NS_PER_S)
