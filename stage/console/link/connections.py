"""The connections of the console's web server: how many there may be, whose they are, and how long one may take to ask.

Anybody who reaches the port can open connections, without a PIN. So there is a limit for one address and one for all;
where it is reached, the connection that has been idle longest makes room for the new one. A connection that does not
send the head of a request in time is closed. Over TLS a connection is counted before it has greeted.

Each connection says in its state whether the other end is the user who runs the console (`OWN_USER`). Without PINs a
connection from loopback may be: of another user of this machine it is not. With PINs only the console's Unix socket
tells, so a forwarder on this machine is a stranger.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import ssl
from collections.abc import Callable
from typing import Any, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol

from stage.console.door.access import SESSION_PATH
from stage.console.door.door import OWN_USER
from stage.console.door.guard import is_loopback
from stage.console.door.own_user import may_be_owner, user_behind

MOST_AN_ADDRESS = 128
"""A page keeps about eight connections; behind a proxy everybody has one address."""
MOST_IN_ALL = 512
SHARE_OF_DESCRIPTORS = 2
"""At most one in so many of the file descriptors that the process may have is a connection."""
HEAD_S = 10.0
"""The longest a connection is open without a request under way; heads and TLS greetings included."""


UNIX = "unix"
"""Where connections to the console's Unix socket are counted."""


class Counted(Protocol):
    """A connection that is counted."""

    @property
    def address(self) -> str: ...
    @property
    def transport(self) -> asyncio.Transport: ...
    @property
    def ended(self) -> bool: ...
    @property
    def idle(self) -> bool: ...


def most_in_all() -> int:
    """The limit for all addresses together, below the process's own limit of descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_IN_ALL if soft == resource.RLIM_INFINITY else min(MOST_IN_ALL, soft // SHARE_OF_DESCRIPTORS)


class Connections:
    """All of one server, oldest first. Used by the server's thread alone. `refuse` counts one that was closed. `pins`:
    loopback tells nothing, whoever comes has to show one."""

    def __init__(
        self,
        refuse: Callable[[str, str], None],
        an_address: int = MOST_AN_ADDRESS,
        in_all: int | None = None,
        pins: bool = False,
    ) -> None:
        self._refuse = refuse
        self._pins = pins
        self._an_address = an_address
        self._in_all = most_in_all() if in_all is None else in_all
        self._open: dict[str, dict[Counted, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def is_owners(self, connection: socket.socket) -> bool:
        """Whether the other end is the user who runs the console."""
        if connection.family == socket.AF_UNIX:
            return may_be_owner(user_behind(connection))
        if self._pins or not is_loopback(str(connection.getpeername()[0])):
            return False
        return may_be_owner(user_behind(connection))

    def came(self, new: Counted) -> None:
        """Count a new connection; where there are too many, an idle one is closed, or else the new one."""
        mine = self._open.setdefault(new.address, {})
        mine[new] = None
        self._count += 1
        if len(mine) > self._an_address:
            self._make_room("connections of one address", mine)
        elif self._count > self._in_all:
            largest = max(self._open.values(), key=len)
            self._make_room("connections", largest)

    def went(self, gone: Counted) -> None:
        """A connection has ended."""
        mine = self._open.get(gone.address, {})
        if gone in mine:
            del mine[gone]
            self._count -= 1
            if not mine:
                del self._open[gone.address]

    def late(self, slow: Counted) -> None:
        """Close a connection that did not ask in time."""
        self._refuse("connection: no request in time", slow.address)
        self._end(slow)

    def refused(self, reason: str, gone: Counted) -> None:
        """Close a connection that may not be."""
        self._refuse(f"connection: {reason}", gone.address)
        self._end(gone)

    def _make_room(self, why: str, among: dict[Counted, None]) -> None:
        for each in [one for one in among if one.ended]:
            self.went(each)
        if len(among) <= self._an_address and self._count <= self._in_all:
            return
        chosen = next((each for each in among if each.idle), next(reversed(among), None))
        if chosen is not None:
            self._refuse(f"too many {why}", chosen.address)
            self._end(chosen)

    def _end(self, chosen: Counted) -> None:
        self.went(chosen)
        chosen.transport.abort()


class BoundedProtocol(H11Protocol):
    """A connection of uvicorn's that is counted, and closed where no request comes."""

    def __init__(self, connections_of_server: Connections, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._house = connections_of_server
        self._last: object = None
        self.address = ""

    @property
    def ended(self) -> bool:
        """Whether it is closed, though nobody was told: a WebSocket has taken it over."""
        return self.transport.is_closing()

    @property
    def idle(self) -> bool:
        """Whether closing it ends nobody's work: no request is under way, or only one that a stranger may make."""
        if self._taken_over:
            return False
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.scope["path"] == SESSION_PATH

    @property
    def _taken_over(self) -> bool:
        return self.transport.get_protocol() is not self

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else UNIX
        self._house.came(self)
        owner = self._house.is_owners(transport.get_extra_info("socket"))
        if self.address == UNIX and not owner:
            self._house.refused("another user at the console's own socket", self)
            return
        self.app_state = {**self.app_state, OWN_USER: owner}
        self.loop.call_later(HEAD_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._house.went(self)
        super().connection_lost(exc)

    def _look(self) -> None:
        """Close it if no request has begun since the last look and none is under way."""
        if self.ended or self._taken_over:
            return
        under_way = self.cycle is not None and not self.cycle.response_complete
        if not under_way and self.cycle is self._last:
            self._house.late(self)
            return
        self._last = self.cycle
        self.loop.call_later(HEAD_S, self._look)


class TlsGate(asyncio.Protocol):
    """A connection until it has greeted by TLS; then `make` makes the protocol that serves it."""

    def __init__(self, house: Connections, context: ssl.SSLContext, make: Callable[[], BoundedProtocol]) -> None:
        self._house, self._context, self._make = house, context, make
        self._early = bytearray()
        self._greeting: asyncio.Task[None] | None = None
        self.address, self.idle = "", True
        self.transport: asyncio.Transport

    @property
    def ended(self) -> bool:
        """Whether it is closed."""
        return self.transport.is_closing()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.pause_reading()
        self.transport = transport
        self.address = str(transport.get_extra_info("peername")[0])
        self._house.came(self)
        self._greeting = asyncio.get_running_loop().create_task(self._greet())

    def data_received(self, data: bytes) -> None:
        self._early += data  # between the greeting's end and the next turn of the loop

    def connection_lost(self, exc: Exception | None) -> None:
        self._house.went(self)

    async def _greet(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            secure = await loop.start_tls(
                self.transport, self, self._context, server_side=True, ssl_handshake_timeout=HEAD_S
            )
        except (OSError, TimeoutError):
            self._house.refused("no TLS", self)
            return
        self._house.went(self)
        if secure is None or secure.is_closing():
            return
        serving = self._make()
        secure.set_protocol(serving)
        serving.connection_made(secure)
        if self._early:
            serving.data_received(bytes(self._early))


def protocols(house: Connections, context: ssl.SSLContext | None) -> Callable[..., asyncio.Protocol]:
    """What makes the protocol of each new connection: over TLS where there is a context."""

    def make(*given: Any, **more: Any) -> asyncio.Protocol:
        return _Either(house, context, lambda: BoundedProtocol(house, *given, **more))

    return make


class _Either(asyncio.Protocol):
    """Finds out what kind of socket a connection came by: the console's Unix socket needs no TLS."""

    def __init__(self, house: Connections, context: ssl.SSLContext | None, make: Callable[[], BoundedProtocol]) -> None:
        self._house, self._context, self._make = house, context, make

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        near = transport.get_extra_info("socket")
        chosen: BoundedProtocol | TlsGate
        if self._context is None or near.family == socket.AF_UNIX:
            chosen = self._make()
        else:
            chosen = TlsGate(self._house, self._context, self._make)
        transport.set_protocol(chosen)
        chosen.connection_made(transport)
