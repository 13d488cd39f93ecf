"""The bus on ZeroMQ: every role publishes on its own endpoint, subscribers connect to the roles they need.

A message is `topic/key`, a zero byte and the payload, in one frame: two would be two calls at either end.
ZeroMQ reconnects by itself when a role is restarted. On one machine the newest message of a topic with `slot_bytes`
is left in shared memory as well (`stage.bus.slot`), for the one who cannot wait for it to be carried.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import zmq

from stage.bus.bus import Publisher, Subscriber
from stage.bus.slot import SlotReader, SlotWriter, slot_path
from stage.bus.slot_subscriber import SlotSubscriber
from stage.bus.zmq_subscriber import ZmqSubscriber
from stage.messages.codec import encode
from stage.messages.topics import BACKLOG_OF_ROLE, ROLES, TOPIC_BY_NAME, TOPIC_OF_RECORD, TOPICS, Record
from stage.precedence import may_come_first

log = logging.getLogger("openstage.bus")

CARRIER_PRIORITY = 20
"""Of ZeroMQ's own thread, where the system allows it: it works for microseconds, two of them carry every message, and
without it each may wait milliseconds for a loop that is awake. (libzmq ends the process where this is refused.)"""
NOBODY_HEARS = "-"
"""No topic's name: ZeroMQ drops it in the sender, where no one has subscribed to it."""


class ZmqPublisher:
    """A PUB socket of one role, and the slots of its topics."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        endpoint: str,
        backlog: int,
        slots: dict[str, SlotWriter],
    ) -> None:
        self._slots = slots
        self._socket = context.socket(zmq.PUB)
        self._socket.set(zmq.SNDHWM, backlog)
        self._socket.set(zmq.LINGER, 0)
        self._socket.bind(endpoint)

    def publish(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        message = f"{topic.name}/{topic.key(record)}\0".encode() + encode(record)
        if topic.slot_bytes and (slot := self._slots.get(topic.name)) is not None:
            slot.write(message)
        self._socket.send(message)

    def rehearse(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        self._socket.send(f"{NOBODY_HEARS}/{topic.key(record)}\0".encode() + encode(record))

    def close(self) -> None:
        self._socket.close()
        for slot in self._slots.values():
            slot.close()
        self._slots = {}


class ZmqBus:
    """`ipc` sockets in a run directory (one machine), or any endpoint given per role."""

    def __init__(self, endpoint_of: Callable[[str], str], run_dir: Path | None = None) -> None:
        self._endpoint_of = endpoint_of
        self._run_dir = run_dir
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        if may_come_first():
            self._context.set(zmq.THREAD_SCHED_POLICY, os.SCHED_FIFO)
            self._context.set(zmq.THREAD_PRIORITY, CARRIER_PRIORITY)
        self._made: list[Publisher | Subscriber] = []

    @classmethod
    def in_directory(cls, run_dir: Path) -> ZmqBus:
        """The bus of the stage that runs in `run_dir`."""
        return cls(lambda role: f"ipc://{run_dir / role}.ipc", run_dir)

    def publisher(self, role: str) -> ZmqPublisher:
        if role not in ROLES:
            raise ValueError(f"{role!r} is no role of a stage: {', '.join(ROLES)}")
        endpoint, backlog = self._endpoint_of(role), BACKLOG_OF_ROLE[role]
        publisher = ZmqPublisher(self._context, endpoint, backlog, self._slots_of(role))
        self._made.append(publisher)
        return publisher

    def subscriber(self, *topics: str, newest_only: bool = False) -> Subscriber:
        unknown = [topic for topic in topics if topic not in TOPIC_BY_NAME]
        if unknown:
            raise ValueError(f"{unknown} are no topics")
        roles = sorted({role for topic in topics for role in TOPIC_BY_NAME[topic].publishers})
        endpoints = {self._endpoint_of(role): BACKLOG_OF_ROLE[role] for role in roles}
        carrier = ZmqSubscriber(self._context, endpoints, topics, newest_only)
        subscriber: Subscriber = carrier
        if newest_only and len(topics) == 1 and TOPIC_BY_NAME[topics[0]].slot_bytes and self._run_dir is not None:
            subscriber = SlotSubscriber(carrier, SlotReader(slot_path(self._run_dir, topics[0])))
        self._made.append(subscriber)
        return subscriber

    def _slots_of(self, role: str) -> dict[str, SlotWriter]:
        """Slots for the topics that want one; where there is no room for them, ZeroMQ has to do."""
        slots: dict[str, SlotWriter] = {}
        if self._run_dir is None:
            return slots
        for topic in TOPICS:
            if topic.slot_bytes and role in topic.publishers:
                path = slot_path(self._run_dir, topic.name)
                try:
                    slots[topic.name] = SlotWriter(path, topic.slot_bytes)
                except OSError as error:
                    path.unlink(missing_ok=True)
                    log.warning("no shared memory for %s, frames come a little later: %s", topic.name, error)
        return slots

    def close(self) -> None:
        for made in self._made:
            made.close()
        self._context.term()
