"""An ear on ZeroMQ: a SUB socket that takes what is there, and reads it."""

from __future__ import annotations

from typing import cast

import zmq

from stage.errors import MessageError
from stage.messages.codec import decode
from stage.messages.topics import Record

RECONNECT_MS = 20
END_OF_ADDRESS = b"\0"
"""Names and keys hold none."""
NS_PER_MS = 1_000_000


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
        return [record for message in waiting if (record := self.decoded(message))]

    def rehearse(self) -> None:
        if self._newest:
            self.decoded(self._newest)

    def _drain(self) -> list[bytes]:
        """All messages that are here, asked for by the event flag: an exception for "none" costs more."""
        socket = self._socket
        waiting: list[bytes] = []
        while cast(int, socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            waiting.append(socket.recv())
        return waiting

    def drop(self) -> None:
        """Forget what waits."""
        self._drain()

    def decoded(self, message: bytes) -> Record | None:
        """The record of a message; None, and counted, where it cannot be read."""
        address, _, payload = message.partition(END_OF_ADDRESS)
        try:
            return decode(address.partition(b"/")[0].decode(errors="replace"), payload)
        except MessageError:
            self._refused += 1
            return None

    def close(self) -> None:
        self._socket.close()
