"""Sends datagrams of one send to its address. IO."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Sequence
from ipaddress import ip_address

from stage.model.sends import AnySend
from stage.units import NS_PER_S

WINDOW_NS = NS_PER_S
AGAIN_NS = 5 * NS_PER_S
"""After an address could not be found, it is looked for again so much later."""


class Postman:
    """A socket to one address. `packets`: datagrams that left; `error`: why the last could not, else ""."""

    def __init__(self, send: AnySend, host: str) -> None:
        self._send, self._host = send, host
        self._socket: socket.socket | None = None
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
        """Whether the address could be found and a socket opened to it."""
        if now_ns < self._again_ns:
            return False
        send = self._send
        try:
            family, _, _, _, address = socket.getaddrinfo(self._host, send.port, type=socket.SOCK_DGRAM)[0]
            udp = socket.socket(family, socket.SOCK_DGRAM)
            udp.setblocking(False)
            if family == socket.AF_INET and ip_address(address[0]).is_multicast:
                udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, send.ttl)
                if send.interface:
                    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(send.interface))
            elif send.interface:
                udp.bind((send.interface, 0))
            udp.connect(address)
        except (OSError, UnicodeError) as error:
            self._again_ns = now_ns + AGAIN_NS
            self.error = f"{self._host}:{send.port} cannot be reached ({error})"
            return False
        self._socket, self.error = udp, ""
        return True
