"""A subscriber that stops reading costs bounded memory, whatever is published."""

from __future__ import annotations

from pathlib import Path

from stage.bus.zmq_bus import ZmqBus
from stage.messages.frames import Preview
from stage.messages.topics import BACKLOG_OF_ROLE, TOPIC_BY_NAME

PUBLISHED = 3000
MOST_KEPT = 700
"""The publisher's and the subscriber's 256, and what the kernel's socket holds of small messages."""


def test_a_subscriber_that_stops_reading_keeps_no_more_than_both_backlogs(tmp_path: Path) -> None:
    bus = ZmqBus.in_directory(tmp_path)
    publisher, subscriber = bus.publisher("render"), bus.subscriber("wall.preview")
    publisher.publish(_preview(0))
    heard = 0
    while not heard:
        publisher.publish(_preview(0))
        heard = len(subscriber.receive(20_000_000))
    for number in range(PUBLISHED):
        publisher.publish(_preview(number))
    kept = len(subscriber.receive(200_000_000))
    assert 0 < kept <= MOST_KEPT
    bus.close()


def test_only_small_records_have_a_long_backlog() -> None:
    assert TOPIC_BY_NAME["wall.preview"].backlog <= 256
    assert BACKLOG_OF_ROLE["render"] <= 256
    assert BACKLOG_OF_ROLE["tracking"] >= 8 * 240


def _preview(number: int) -> Preview:
    return Preview("render", "out", number, 16, 9, bytes(16 * 9 * 4))
