"""The bus inside one process: for tests, the check and the benchmarks. Encoded as on the wire."""

from __future__ import annotations

from collections import deque

from stage.bus.bus import Letter, Sent
from stage.clock import Clock, MonotonicClock
from stage.messages.codec import decode, encode
from stage.messages.topics import ROLES, TOPIC_BY_NAME, TOPIC_OF_RECORD, Record

HIGH_WATER = 4096


class MemorySubscriber:
    """A queue that one subscriber empties."""

    def __init__(self, topics: tuple[str, ...], newest_only: bool) -> None:
        self.topics = topics
        self._newest_only = newest_only
        self._waiting: deque[Letter] = deque(maxlen=HIGH_WATER)
        self.closed = False

    @property
    def refused(self) -> int:
        return 0

    def put(self, message: Letter) -> None:
        """Called by a publisher."""
        self._waiting.append(message)

    def receive(self, wait_ns: int = 0) -> list[Record]:
        return [sent.record for sent in self.receive_sent(wait_ns)]

    def receive_sent(self, wait_ns: int = 0) -> list[Sent]:
        return [Sent(decode(letter.topic, letter.payload), letter.sent_ns) for letter in self.letters(wait_ns)]

    def letters(self, wait_ns: int = 0) -> list[Letter]:
        waiting = list(self._waiting)
        self._waiting.clear()
        if self._newest_only:
            waiting = list({(letter.topic, letter.key): letter for letter in waiting}.values())
        return waiting

    def wait(self, wait_ns: int) -> bool:
        return bool(self._waiting)

    def rehearse(self) -> None:
        """Nothing to rehearse in memory."""

    def close(self) -> None:
        self.closed = True


class MemoryGlance:
    """The newest record published since it was created."""

    def __init__(self, topic: str, key: str) -> None:
        self._place = (topic, key)
        self._newest: Letter | None = None

    def put(self, message: Letter) -> None:
        """Called by a publisher."""
        if (message.topic, message.key) == self._place:
            self._newest = message

    def look(self, after_ns: int = 0) -> Record | None:
        newest, self._newest = self._newest, None
        return None if newest is None or newest.sent_ns <= after_ns else decode(newest.topic, newest.payload)

    def rehearse(self) -> None:
        """Nothing to rehearse in memory."""

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryPublisher:
    """Passes every record to the subscribers."""

    def __init__(self, subscribers: list[MemorySubscriber], glances: list[MemoryGlance], clock: Clock) -> None:
        self._subscribers = subscribers
        self._glances = glances
        self._clock = clock

    def publish(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        message = Letter(topic.name, topic.key(record), self._clock.now_ns(), encode(record))
        for glance in self._glances:
            glance.put(message)
        for subscriber in self._subscribers:
            if topic.name in subscriber.topics and not subscriber.closed:
                subscriber.put(message)

    def rehearse(self, record: Record) -> None:
        encode(record)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryBus:
    """All roles in one process."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or MonotonicClock()
        self._subscribers: list[MemorySubscriber] = []
        self._glances: list[MemoryGlance] = []

    def publisher(self, role: str) -> MemoryPublisher:
        if role not in ROLES:
            raise ValueError(f"{role!r} is not a role of a stage: {', '.join(ROLES)}")
        return MemoryPublisher(self._subscribers, self._glances, self._clock)

    def subscriber(self, *topics: str, newest_only: bool = False) -> MemorySubscriber:
        unknown = [topic for topic in topics if topic not in TOPIC_BY_NAME]
        if unknown:
            raise ValueError(f"unknown topics: {unknown}")
        subscriber = MemorySubscriber(topics, newest_only)
        self._subscribers.append(subscriber)
        return subscriber

    def glance(self, topic: str, key: str) -> MemoryGlance:
        if topic not in TOPIC_BY_NAME or not TOPIC_BY_NAME[topic].slot_bytes:
            raise ValueError(f"{topic} has no slot in memory")
        glance = MemoryGlance(topic, key)
        self._glances.append(glance)
        return glance

    def close(self) -> None:
        self._subscribers.clear()
        self._glances.clear()
