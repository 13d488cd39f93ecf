"""The bus inside one process: for tests, the check and the benchmarks. Encoded as on the wire."""

from __future__ import annotations

from collections import deque

from stage.messages.codec import decode, encode
from stage.messages.topics import ROLES, TOPIC_BY_NAME, TOPIC_OF_RECORD, Record

HIGH_WATER = 4096


class MemorySubscriber:
    """A queue that one subscriber empties."""

    def __init__(self, topics: tuple[str, ...], newest_only: bool) -> None:
        self.topics = topics
        self._newest_only = newest_only
        self._waiting: deque[tuple[str, str, bytes]] = deque(maxlen=HIGH_WATER)
        self.closed = False

    @property
    def refused(self) -> int:
        return 0

    def put(self, topic: str, key: str, payload: bytes) -> None:
        """Called by a publisher."""
        self._waiting.append((topic, key, payload))

    def receive(self, wait_ns: int = 0) -> list[Record]:
        waiting = list(self._waiting)
        self._waiting.clear()
        if self._newest_only:
            newest = {(topic, key): payload for topic, key, payload in waiting}
            waiting = [(topic, key, payload) for (topic, key), payload in newest.items()]
        return [decode(topic, payload) for topic, _, payload in waiting]

    def wait(self, wait_ns: int) -> bool:
        return bool(self._waiting)

    def rehearse(self) -> None:
        """In memory there is nothing to be at hand for."""

    def close(self) -> None:
        self.closed = True


class MemoryPublisher:
    """Hands every record to the subscribers of its topic."""

    def __init__(self, subscribers: list[MemorySubscriber]) -> None:
        self._subscribers = subscribers

    def publish(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        payload = encode(record)
        for subscriber in self._subscribers:
            if topic.name in subscriber.topics and not subscriber.closed:
                subscriber.put(topic.name, topic.key(record), payload)

    def rehearse(self, record: Record) -> None:
        encode(record)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryBus:
    """All roles in one process."""

    def __init__(self) -> None:
        self._subscribers: list[MemorySubscriber] = []

    def publisher(self, role: str) -> MemoryPublisher:
        if role not in ROLES:
            raise ValueError(f"{role!r} is no role of a stage: {', '.join(ROLES)}")
        return MemoryPublisher(self._subscribers)

    def subscriber(self, *topics: str, newest_only: bool = False) -> MemorySubscriber:
        unknown = [topic for topic in topics if topic not in TOPIC_BY_NAME]
        if unknown:
            raise ValueError(f"{unknown} are no topics")
        subscriber = MemorySubscriber(topics, newest_only)
        self._subscribers.append(subscriber)
        return subscriber

    def close(self) -> None:
        self._subscribers.clear()
