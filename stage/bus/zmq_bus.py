"""The bus on ZeroMQ: every role publishes on its own endpoint, subscribers connect to the roles they need.

A message is `topic/key`, a zero byte and the payload, in one frame: two would be two calls at either end.
ZeroMQ reconnects by itself when a role is restarted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import zmq

from stage.errors import MessageError
from stage.messages.codec import decode, encode
from stage.messages.topics import BACKLOG_OF_ROLE, ROLES, TOPIC_BY_NAME, TOPIC_OF_RECORD, Record
from stage.precedence import may_come_first

RECONNECT_MS = 20
END_OF_ADDRESS = b"\0"
"""Names and keys hold none."""
CARRIER_PRIORITY = 20
"""Of ZeroMQ's own thread, where the system allows it: it works for microseconds, two of them carry every message, and
without it each may wait milliseconds for a loop that is awake. (libzmq ends the process where this is refused.)"""
NOBODY_HEARS = "-"
"""No topic's name: ZeroMQ drops it in the sender, where no one has subscribed to it."""
NS_PER_MS = 1_000_000


class ZmqPublisher:
    """A PUB socket of one role."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], endpoint: str, backlog: int) -> None:
        self._socket = context.socket(zmq.PUB)
        self._socket.set(zmq.SNDHWM, backlog)
        self._socket.set(zmq.LINGER, 0)
        self._socket.bind(endpoint)

    def publish(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        self._socket.send(f"{topic.name}/{topic.key(record)}\0".encode() + encode(record))

    def rehearse(self, record: Record) -> None:
        topic = TOPIC_OF_RECORD[type(record)]
        self._socket.send(f"{NOBODY_HEARS}/{topic.key(record)}\0".encode() + encode(record))

    def close(self) -> None:
        self._socket.close()


class ZmqSubscriber:
    """A SUB socket connected to every role that publishes one of the topics: endpoint to backlog."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        endpoints: dict[str, int],
        topics: tuple[str, ...],
        newest_only: bool,
    ) -> None:
        self._newest_only = newest_only
        self._refused = 0
        self._newest = b""
        self._socket = context.socket(zmq.SUB)
        self._socket.set(zmq.RECONNECT_IVL, RECONNECT_MS)
        self._socket.set(zmq.LINGER, 0)
        for topic in topics:
            self._socket.subscribe(f"{topic}/".encode())
        for endpoint, backlog in endpoints.items():
            self._socket.set(zmq.RCVHWM, backlog)  # holds for the connections made after it
            self._socket.connect(endpoint)

    @property
    def refused(self) -> int:
        return self._refused

    def wait(self, wait_ns: int) -> bool:
        return bool(self._socket.poll(max(1, wait_ns // NS_PER_MS) if wait_ns > 0 else 0))

    def receive(self, wait_ns: int = 0) -> list[Record]:
        if wait_ns > 0 and not self.wait(wait_ns):
            return []
        waiting = self._drain()
        if not waiting:
            return []
        self._newest = waiting[-1]
        if self._newest_only:
            waiting = list({message.partition(END_OF_ADDRESS)[0]: message for message in waiting}.values())
        return [record for message in waiting if (record := self._decoded(message))]

    def rehearse(self) -> None:
        if self._newest:
            self._decoded(self._newest)

    def _drain(self) -> list[bytes]:
        """All messages that are here, asked for by the event flag: an exception for "none" costs more."""
        socket = self._socket
        waiting: list[bytes] = []
        while cast(int, socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            waiting.append(socket.recv())
        return waiting

    def _decoded(self, message: bytes) -> Record | None:
        address, _, payload = message.partition(END_OF_ADDRESS)
        try:
            return decode(address.partition(b"/")[0].decode(errors="replace"), payload)
        except MessageError:
            self._refused += 1
            return None

    def close(self) -> None:
        self._socket.close()


class ZmqBus:
    """`ipc` sockets in a run directory (one machine), or any endpoint given per role."""

    def __init__(self, endpoint_of: Callable[[str], str]) -> None:
        self._endpoint_of = endpoint_of
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        if may_come_first():
            self._context.set(zmq.THREAD_SCHED_POLICY, os.SCHED_FIFO)
            self._context.set(zmq.THREAD_PRIORITY, CARRIER_PRIORITY)
        self._made: list[ZmqPublisher | ZmqSubscriber] = []

    @classmethod
    def in_directory(cls, run_dir: Path) -> ZmqBus:
        """The bus of the stage that runs in `run_dir`."""
        return cls(lambda role: f"ipc://{run_dir / role}.ipc")

    def publisher(self, role: str) -> ZmqPublisher:
        if role not in ROLES:
            raise ValueError(f"{role!r} is no role of a stage: {', '.join(ROLES)}")
        publisher = ZmqPublisher(self._context, self._endpoint_of(role), BACKLOG_OF_ROLE[role])
        self._made.append(publisher)
        return publisher

    def subscriber(self, *topics: str, newest_only: bool = False) -> ZmqSubscriber:
        unknown = [topic for topic in topics if topic not in TOPIC_BY_NAME]
        if unknown:
            raise ValueError(f"{unknown} are no topics")
        roles = sorted({role for topic in topics for role in TOPIC_BY_NAME[topic].publishers})
        endpoints = {self._endpoint_of(role): BACKLOG_OF_ROLE[role] for role in roles}
        subscriber = ZmqSubscriber(self._context, endpoints, topics, newest_only)
        self._made.append(subscriber)
        return subscriber

    def close(self) -> None:
        for made in self._made:
            made.close()
        self._context.term()
