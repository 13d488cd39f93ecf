"""The bus on ZeroMQ: every role publishes on its own endpoint, subscribers connect to the roles they need.

ZeroMQ reconnects by itself when a role is restarted. On one machine the newest message of a topic with `slot_bytes` is
also stored in shared memory (`stage.bus.slot`), for readers that cannot wait for ZeroMQ.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import zmq

from stage.bus.bus import Glance, Publisher, Subscriber
from stage.bus.letter import sealed
from stage.bus.precedence import may_come_first
from stage.bus.slot import SlotReader, slot_path
from stage.bus.slot_glance import SlotGlance
from stage.bus.slot_subscriber import SlotSubscriber
from stage.bus.slots import Slots
from stage.bus.zmq_subscriber import ZmqSubscriber
from stage.clock import Clock, MonotonicClock
from stage.messages.codec import encode
from stage.messages.topics import BACKLOG_OF_ROLE, ROLES, TOPIC_BY_NAME, TOPIC_OF_RECORD, Record

CARRIER_PRIORITY = 20
"""Priority of ZeroMQ's own thread, where the system allows it: it works for microseconds, two such threads carry every
message, and without priority each may wait milliseconds for a busy loop. (libzmq ends the process if refused.)"""
NOBODY_HEARS = "-"
"""Not a topic: ZeroMQ drops it in the sender, because nobody has subscribed to it."""


def socket_path(run_dir: Path, role: str) -> Path:
    """Where a role publishes in the stage that runs in `run_dir`."""
    return run_dir / f"{role}.ipc"


class ZmqPublisher:
    """A PUB socket of one role, and the slots of its topics."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        endpoint: str,
        backlog: int,
        slots: Slots,
        clock: Clock,
        *,
        bound_fd: int | None = None,
    ) -> None:
        """`bound_fd`: a socket that already listens at the endpoint; subscribers may wait at it."""
        self._clock = clock
        self._slots = slots
        self._socket = context.socket(zmq.PUB)
        self._socket.set(zmq.SNDHWM, backlog)
        self._socket.set(zmq.LINGER, 0)
        if bound_fd is not None:
            self._socket.set(zmq.USE_FD, bound_fd)
        self._socket.bind(endpoint)

    def publish(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        key, payload = topic.key(record), encode(record)
        message = sealed(topic.name, key, payload, self._clock.now_ns())
        if topic.slot_bytes:
            self._slots.write(topic, key, message)
        self._socket.send(message)

    def rehearse(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        key, payload = topic.key(record), encode(record)
        self._socket.send(sealed(NOBODY_HEARS, key, payload, self._clock.now_ns()))

    def close(self) -> None:
        self._socket.close()
        self._slots.close()


class ZmqBus:
    """`ipc` sockets in a run directory (one machine), or any endpoint given per role."""

    def __init__(
        self,
        endpoint_of: Callable[[str], str],
        run_dir: Path | None = None,
        clock: Clock | None = None,
        bound_fds: Mapping[str, int] | None = None,
    ) -> None:
        """`bound_fds`: sockets that already listen at the endpoints of roles, for their publishers."""
        self._bound_fds = bound_fds or {}
        self._clock = clock or MonotonicClock()
        self._endpoint_of = endpoint_of
        self._run_dir = run_dir
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        if may_come_first():
            self._context.set(zmq.THREAD_SCHED_POLICY, os.SCHED_FIFO)
            self._context.set(zmq.THREAD_PRIORITY, CARRIER_PRIORITY)
        self._made: list[Publisher | Subscriber | Glance] = []

    @classmethod
    def in_directory(
        cls, run_dir: Path, clock: Clock | None = None, bound_fds: Mapping[str, int] | None = None
    ) -> ZmqBus:
        """The bus of the stage that runs in `run_dir`."""
        return cls(lambda role: f"ipc://{socket_path(run_dir, role)}", run_dir, clock, bound_fds)

    def publisher(self, role: str) -> ZmqPublisher:
        if role not in ROLES:
            raise ValueError(f"{role!r} is not a role of a stage: {', '.join(ROLES)}")
        endpoint, backlog = self._endpoint_of(role), BACKLOG_OF_ROLE[role]
        slots, bound_fd = Slots(self._run_dir, role), self._bound_fds.get(role)
        publisher = ZmqPublisher(self._context, endpoint, backlog, slots, self._clock, bound_fd=bound_fd)
        self._made.append(publisher)
        return publisher

    def subscriber(self, *topics: str, newest_only: bool = False) -> Subscriber:
        unknown = [topic for topic in topics if topic not in TOPIC_BY_NAME]
        if unknown:
            raise ValueError(f"unknown topics: {unknown}")
        roles = sorted({role for topic in topics for role in TOPIC_BY_NAME[topic].publishers})
        endpoints = {self._endpoint_of(role): BACKLOG_OF_ROLE[role] for role in roles}
        carrier = ZmqSubscriber(self._context, endpoints, topics, newest_only)
        subscriber: Subscriber = carrier
        topic = TOPIC_BY_NAME[topics[0]]
        if newest_only and len(topics) == 1 and topic.slot_bytes and topic.single and self._run_dir is not None:
            subscriber = SlotSubscriber(carrier, SlotReader(slot_path(self._run_dir, topic.name)))
        self._made.append(subscriber)
        return subscriber

    def glance(self, topic: str, key: str) -> SlotGlance:
        if topic not in TOPIC_BY_NAME or not TOPIC_BY_NAME[topic].slot_bytes:
            raise ValueError(f"{topic} has no slot in memory")
        glance = SlotGlance(None if self._run_dir is None else SlotReader(slot_path(self._run_dir, topic, key)))
        self._made.append(glance)
        return glance

    def close(self) -> None:
        for made in self._made:
            made.close()
        self._context.term()
