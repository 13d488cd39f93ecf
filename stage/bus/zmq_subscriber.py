"""A subscriber on ZeroMQ: a SUB socket that takes all waiting messages and decodes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import zmq

from stage.bus.bus import Letter, Sent
from stage.bus.letter import address_of, letter_of, opened, opened_sent
from stage.errors import MessageError
from stage.messages.topics import Record
from stage.units import NS_PER_MS

Read = TypeVar("Read", Record, Sent, Letter)

RECONNECT_MS = 20


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
            self._socket.set(zmq.RCVHWM, backlog)  # applies to connections made after it
            self._socket.connect(endpoint)

    @property
    def refused(self) -> int:
        return self._refused

    def wait(self, wait_ns: int) -> bool:
        return bool(self._socket.poll(max(1, wait_ns // NS_PER_MS) if wait_ns > 0 else 0))

    def receive(self, wait_ns: int = 0) -> list[Record]:
        return [record for message in self._messages(wait_ns) if (record := self.decoded(message))]

    def receive_sent(self, wait_ns: int = 0) -> list[Sent]:
        return [sent for message in self._messages(wait_ns) if (sent := self.decoded_sent(message))]

    def letters(self, wait_ns: int = 0) -> list[Letter]:
        return [letter for message in self._messages(wait_ns) if (letter := self.letter(message))]

    def _messages(self, wait_ns: int) -> list[bytes]:
        if wait_ns > 0 and not self.wait(wait_ns):
            return []
        waiting = self._drain()
        if not waiting:
            return []
        self._newest = waiting[-1]
        if self._newest_only:
            waiting = list({address_of(message): message for message in waiting}.values())
        return waiting

    def rehearse(self) -> None:
        if self._newest:
            self.decoded(self._newest)

    def _drain(self) -> list[bytes]:
        """All waiting messages, checked by the event flag: an exception for "none" costs more."""
        socket = self._socket
        waiting: list[bytes] = []
        while cast(int, socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            waiting.append(socket.recv())
        return waiting

    def drop(self) -> None:
        """Discard waiting messages."""
        self._drain()

    def decoded(self, message: bytes) -> Record | None:
        """The record of a message; None, and counted, where it cannot be read."""
        return self._read(opened, message)

    def decoded_sent(self, message: bytes) -> Sent | None:
        """The same, with the moment it was sent."""
        return self._read(opened_sent, message)

    def letter(self, message: bytes) -> Letter | None:
        """Its parts, the record still encoded."""
        return self._read(letter_of, message)

    def _read(self, read: Callable[[bytes], Read], message: bytes) -> Read | None:
        try:
            return read(message)
        except MessageError:
            self._refused += 1
            return None

    def close(self) -> None:
        self._socket.close()
