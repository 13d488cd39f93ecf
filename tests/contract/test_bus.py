"""What every bus must do, whichever carries it: one suite for ZeroMQ and for memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgpack
import pytest
import zmq

from stage.bus.bus import Bus, Letter, Publisher, Sent, Subscriber
from stage.bus.letter import sealed
from stage.bus.memory_bus import MemoryBus
from stage.bus.zmq_bus import ZmqBus
from stage.clock import Clock, ManualClock, MonotonicClock
from stage.messages.codec import VERSION, encode
from stage.messages.control import AlertState, Heartbeat
from stage.messages.samples import LensState, TrackingSample
from stage.messages.topics import TOPICS, Record

WAIT_NS = 50_000_000
MOST_TRIES = 100

LENS = LensState(35.0, (0.1, -0.2), (-1e-4, 0.0, 2e-8), (1e-6, 0.0), 1.02)

BUSES: dict[str, Callable[[Path, Clock], Bus]] = {
    "zmq": ZmqBus.in_directory,
    "memory": lambda _, clock: MemoryBus(clock),
}


@pytest.fixture(params=BUSES)
def bus(request: pytest.FixtureRequest, run_dir: Path) -> Iterator[Bus]:
    made = BUSES[request.param](run_dir, MonotonicClock())
    yield made
    made.close()


def beat(number: int, role: str = "tracking") -> Heartbeat:
    return Heartbeat(role, 40, number, 0, True)


def sample(number: int, camera: str = "a") -> TrackingSample:
    return TrackingSample(
        camera=camera,
        source="t",
        number=number,
        captured_ns=number,
        received_ns=number,
        position_m=(1.0, 2.0, 3.0),
        orientation=(0.0, 0.0, 0.0, 1.0),
        lens=LENS,
        sender_counter=number,
    )


def join(publisher: Publisher, subscriber: Subscriber) -> None:
    """Publish until the two have found each other, then let the subscriber hear all of it."""
    for number in range(MOST_TRIES):
        publisher.publish(beat(-1 - number))
        if subscriber.receive(WAIT_NS):
            publisher.publish(beat(-1000))
            while beat(-1000) not in subscriber.receive(WAIT_NS):
                pass
            return
    raise AssertionError("publisher and subscriber never met")


def hear(subscriber: Subscriber, count: int) -> list[Record]:
    """The next `count` records."""
    heard: list[Record] = []
    for _ in range(MOST_TRIES):
        heard += subscriber.receive(WAIT_NS)
        if len(heard) >= count:
            return heard
    raise AssertionError(f"heard {len(heard)} of {count}")


def test_records_come_whole_and_in_order(bus: Bus) -> None:
    publisher, subscriber = bus.publisher("tracking"), bus.subscriber("process.heartbeat", "tracking.sample")
    join(publisher, subscriber)
    sent: list[Record] = [beat(1), sample(3), beat(2), beat(3)]
    for record in sent:
        publisher.publish(record)
    assert hear(subscriber, len(sent)) == sent


def test_nothing_waiting_is_an_empty_list(bus: Bus) -> None:
    subscriber = bus.subscriber("process.heartbeat")
    assert subscriber.receive() == []
    assert subscriber.receive(1) == []


def test_only_the_topics_asked_for_come(bus: Bus) -> None:
    publisher, subscriber = bus.publisher("tracking"), bus.subscriber("process.heartbeat")
    join(publisher, subscriber)
    publisher.publish(AlertState("source-lost", "a", True, "", 0))
    publisher.publish(beat(1))
    assert hear(subscriber, 1) == [beat(1)]


def test_a_late_subscriber_gets_the_next_record_not_old_ones(bus: Bus) -> None:
    publisher, early = bus.publisher("tracking"), bus.subscriber("process.heartbeat")
    join(publisher, early)
    publisher.publish(beat(1))
    assert hear(early, 1) == [beat(1)]
    late = bus.subscriber("process.heartbeat")
    join(publisher, late)
    publisher.publish(beat(2))
    assert hear(late, 1) == [beat(2)]


def test_a_subscriber_may_come_before_its_publisher_and_outlive_it(bus: Bus) -> None:
    subscriber = bus.subscriber("process.heartbeat")
    for life in range(2):
        publisher = bus.publisher("tracking")
        join(publisher, subscriber)
        publisher.publish(beat(life))
        assert hear(subscriber, 1) == [beat(life)]
        publisher.close()


def test_every_subscriber_hears_every_record(bus: Bus) -> None:
    publisher = bus.publisher("tracking")
    subscribers = [bus.subscriber("process.heartbeat") for _ in range(3)]
    for subscriber in subscribers:
        join(publisher, subscriber)
    for subscriber in subscribers:
        subscriber.receive()
    publisher.publish(beat(1))
    assert [hear(subscriber, 1)[-1] for subscriber in subscribers] == [beat(1)] * 3


def test_one_subscriber_hears_all_roles_of_a_topic(bus: Bus) -> None:
    subscriber = bus.subscriber("process.heartbeat")
    publishers = [bus.publisher(role) for role in ("tracking", "render")]
    for publisher in publishers:
        join(publisher, subscriber)
    for publisher, role in zip(publishers, ("tracking", "render"), strict=True):
        publisher.publish(beat(1, role))
    heard = hear(subscriber, 2)
    assert {record.role for record in heard if isinstance(record, Heartbeat)} == {"tracking", "render"}


def test_a_rehearsal_is_heard_by_nobody(bus: Bus) -> None:
    publisher, subscriber = bus.publisher("tracking"), bus.subscriber("process.heartbeat")
    join(publisher, subscriber)
    publisher.rehearse(beat(1))
    subscriber.rehearse()
    publisher.publish(beat(2))
    assert hear(subscriber, 1) == [beat(2)]


def test_what_is_waited_for_is_still_there_to_be_received(bus: Bus) -> None:
    publisher, subscriber = bus.publisher("tracking"), bus.subscriber("process.heartbeat")
    assert not subscriber.wait(0)
    join(publisher, subscriber)
    publisher.publish(beat(1))
    while not subscriber.wait(WAIT_NS):
        pass
    assert subscriber.receive() == [beat(1)]


def test_newest_only_keeps_the_newest_of_each_key(bus: Bus) -> None:
    publisher = bus.publisher("tracking")
    newest, every = bus.subscriber("process.heartbeat", newest_only=True), bus.subscriber("process.heartbeat")
    join(publisher, newest)
    join(publisher, every)
    newest.receive()
    sent = [beat(number, role) for number in range(5) for role in ("tracking", "render")]
    for record in sent:
        publisher.publish(record)
    assert hear(every, len(sent)) == sent, "so all of it has come"
    assert newest.receive(WAIT_NS) == [beat(4, "tracking"), beat(4, "render")]


@pytest.mark.parametrize("name", BUSES)
@pytest.mark.parametrize("newest_only", [False, True])
def test_each_record_may_come_with_the_moment_it_was_sent(run_dir: Path, name: str, newest_only: bool) -> None:
    clock = ManualClock(7)
    bus = BUSES[name](run_dir, clock)
    publisher, subscriber = bus.publisher("conductor"), bus.subscriber("process.heartbeat", newest_only=newest_only)
    join(publisher, subscriber)
    publisher.publish(beat(1))
    clock.advance_ns(5)
    heard: list[Sent] = []
    for _ in range(MOST_TRIES):
        if heard := subscriber.receive_sent(WAIT_NS):
            break
    bus.close()
    assert heard == [Sent(beat(1), 7)]


@pytest.mark.parametrize("newest_only", [False, True])
@pytest.mark.parametrize("name", BUSES)
def test_letters_are_what_was_sent_not_decoded(run_dir: Path, name: str, newest_only: bool) -> None:
    clock = ManualClock(5)
    bus = BUSES[name](run_dir, clock)
    publisher, subscriber = bus.publisher("tracking"), bus.subscriber("process.heartbeat", newest_only=newest_only)
    join(publisher, subscriber)
    clock.advance_ns(70)
    publisher.publish(beat(3))
    for _ in range(MOST_TRIES):
        if letters := subscriber.letters(WAIT_NS):
            break
    assert letters == [Letter("process.heartbeat", "tracking", 75, encode(beat(3)))]
    assert subscriber.letters() == []
    bus.close()


def test_a_glance_shows_the_newest_record_of_its_key_once(bus: Bus) -> None:
    publisher, glance = bus.publisher("tracking"), bus.glance("tracking.sample", "a")
    assert glance.look() is None
    publisher.publish(sample(0))
    publisher.publish(sample(0, "b"))
    glance.rehearse()
    for number in range(1, 4):
        publisher.publish(sample(number))
        publisher.publish(sample(10 + number, "b"))
    assert glance.look() == sample(3)
    assert glance.look() is None
    publisher.publish(sample(4))
    assert glance.look() == sample(4)


@pytest.mark.parametrize("name", BUSES)
def test_a_glance_is_not_news_to_one_who_has_heard_it(run_dir: Path, name: str) -> None:
    clock = ManualClock(7)
    bus = BUSES[name](run_dir, clock)
    publisher, glance = bus.publisher("tracking"), bus.glance("tracking.sample", "a")
    publisher.publish(sample(0))
    glance.rehearse()
    seen = []
    for number, after_ns in ((1, 7), (2, 6)):
        publisher.publish(sample(number))
        seen.append(glance.look(after_ns))
    bus.close()
    assert seen == [None, sample(2)]


def test_a_glance_takes_nothing_from_those_who_hear_all(bus: Bus) -> None:
    publisher, glance = bus.publisher("tracking"), bus.glance("tracking.sample", "a")
    subscriber = bus.subscriber("tracking.sample", "process.heartbeat")
    join(publisher, subscriber)
    sent: list[Record] = [sample(1), sample(2)]
    for record in sent:
        publisher.publish(record)
        glance.rehearse()
        glance.look()
    assert hear(subscriber, 2) == sent


def test_a_glance_follows_a_publisher_that_is_started_again(bus: Bus) -> None:
    glance = bus.glance("tracking.sample", "a/b ü")
    for life in range(1, 3):
        publisher = bus.publisher("tracking")
        publisher.publish(sample(10 * life, "a/b ü"))
        for _ in range(2):
            glance.rehearse()
            glance.look()
        publisher.publish(sample(10 * life + 1, "a/b ü"))
        assert glance.look() == sample(10 * life + 1, "a/b ü")
        publisher.close()


def test_there_is_no_glance_at_what_does_not_lie_in_memory(bus: Bus) -> None:
    for topic in ("process.heartbeat", "tracking.dance"):
        with pytest.raises(ValueError, match=topic):
            bus.glance(topic, "a")


def test_an_unknown_topic_or_role_is_refused(bus: Bus) -> None:
    with pytest.raises(ValueError, match=r"tracking\.dance"):
        bus.subscriber("tracking.sample", "tracking.dance")
    with pytest.raises(ValueError, match="stage-hand"):
        bus.publisher("stage-hand")


def test_a_topic_is_matched_whole_not_by_its_beginning(bus: Bus) -> None:
    """`alert` must not let `alert.something` in; every name of the table is heard under itself only."""
    publisher, subscriber = bus.publisher("tracking"), bus.subscriber("alert")
    heart = bus.subscriber("process.heartbeat")
    join(publisher, heart)
    publisher.publish(beat(1))
    assert hear(heart, 1) == [beat(1)]
    assert subscriber.receive() == []
    assert len({topic.name.partition("/")[0] for topic in TOPICS}) == len(TOPICS)


def test_a_message_of_another_release_is_counted_and_dropped(run_dir: Path) -> None:
    """On the wire only: in memory there is no other release."""
    bus, context = ZmqBus.in_directory(run_dir), zmq.Context[zmq.Socket[bytes]]()
    foreign = context.socket(zmq.PUB)
    foreign.bind(f"ipc://{run_dir / 'tracking'}.ipc")
    subscriber = bus.subscriber("process.heartbeat")
    newer = msgpack.packb([VERSION + 1, "tracking", 1, 2, 3, True, "something new"])
    heard: list[Record] = []
    for _ in range(MOST_TRIES):
        for payload in (newer, b"\xc1 no message", encode(beat(1))):
            foreign.send(sealed("process.heartbeat", "tracking", payload, 0))
        heard += subscriber.receive(WAIT_NS)
        if heard and subscriber.refused >= 2:
            break
    assert set(heard) == {beat(1)}
    assert subscriber.refused >= 2
    foreign.close(linger=0)
    context.term()
    bus.close()
