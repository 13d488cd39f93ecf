"""Sends datagrams of one send to its address. IO."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from stage.model.sends import AnySend
from stage.units import NS_PER_S

WINDOW_NS = NS_PER_S
AGAIN_NS = 5 * NS_PER_S
"""After an address could not be found, it is looked for again so much later."""

Where = tuple[int, Any]
"""The family of an address, and the address as that family has it."""


class Postman:
    """A socket to one address. `packets`: datagrams that left; `error`: why the last could not, else ""."""

    def __init__(self, send: AnySend, host: str) -> None:
        self._send, self._host = send, host
        self._socket: socket.socket | None = None
        self._lookup: Lookup | None = None
        self._again_ns = 0
        self._times_ns: deque[int] = deque(maxlen=4096)
        self.packets = 0
        self.error = ""

    def post(self, datagrams: Sequence[bytes], now_ns: int) -> None:
        """Send without waiting: what the network does not take is lost, as any datagram may be."""
        if self._socket is None and not self._found(now_ns):
            return
        assert self._socket is not None
        for datagram in datagrams:
            try:
                self._socket.send(datagram)
            except BlockingIOError:
                continue
            except OSError as error:
                self.error = f"{self._host}:{self._send.port} cannot be sent to ({error.strerror or error})"
                continue
            self.error = ""
            self.packets += 1
            self._times_ns.append(now_ns)

    def rate_hz(self, now_ns: int) -> float:
        """Datagrams in the last second."""
        while self._times_ns and now_ns - self._times_ns[0] > WINDOW_NS:
            self._times_ns.popleft()
        return float(len(self._times_ns))

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()

    def _found(self, now_ns: int) -> bool:
        """Whether the address is known and a socket opened to it. A name is looked up aside: a server of names that
        does not answer takes seconds, and other sends go on meanwhile."""
        if now_ns < self._again_ns:
            return False
        if self._lookup is None:
            self._lookup = Lookup(self._host, self._send.port)
        if not self._lookup.done:
            return False
        lookup, self._lookup = self._lookup, None
        try:
            self._socket = self._opened(lookup.answer())
        except (OSError, UnicodeError) as error:
            self._again_ns = now_ns + AGAIN_NS
            self.error = f"{self._host}:{self._send.port} cannot be reached ({error})"
            return False
        self.error = ""
        return True

    def _opened(self, where: Where) -> socket.socket:
        """A socket that sends to an address and does not wait. Raises OSError."""
        send, (family, address) = self._send, where
        udp = socket.socket(family, socket.SOCK_DGRAM)
        try:
            udp.setblocking(False)
            if family == socket.AF_INET and ip_address(address[0]).is_multicast:
                udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, send.ttl)
                if send.interface:
                    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(send.interface))
            elif send.interface:
                udp.bind((send.interface, 0))
            udp.connect(address)
        except OSError:
            udp.close()
            raise
        return udp


class Lookup:
    """The address of a host: at once for numbers, in a thread for a name."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._answer: Where | OSError | UnicodeError | None = None
        try:
            ip_address(host)
        except ValueError:
            threading.Thread(target=self._look, name="look up", daemon=True).start()
        else:
            self._look()

    @property
    def done(self) -> bool:
        """Whether there is an answer."""
        return self._answer is not None

    def answer(self) -> Where:
        """Family and address. Raises what looking it up raised."""
        if isinstance(self._answer, tuple):
            return self._answer
        raise self._answer or OSError("not looked up yet")

    def _look(self) -> None:
        try:
            family, _, _, _, address = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)[0]
        except (OSError, UnicodeError) as error:
            self._answer = error
        else:
            self._answer = family, address
