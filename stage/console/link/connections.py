"""The connections of the console's web server: how many there may be, and how long one may take to ask for something.

Anybody who reaches the port can open connections, without a PIN. So there is a limit for one address and one for all;
where it is reached, the connection that has been idle longest makes room for the new one. A connection that does not
send the head of a request in time is closed.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from stage.console.door.access import SESSION_PATH

MOST_AN_ADDRESS = 128
"""A page keeps about eight connections; behind a proxy everybody has one address."""
MOST_IN_ALL = 512
SHARE_OF_DESCRIPTORS = 2
"""At most one in so many of the file descriptors that the process may have is a connection."""
HEAD_S = 10.0
"""The longest a connection is open without a request under way; heads and TLS greetings included."""


def most_in_all() -> int:
    """The limit for all addresses together, below the process's own limit of descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_IN_ALL if soft == resource.RLIM_INFINITY else min(MOST_IN_ALL, soft // SHARE_OF_DESCRIPTORS)


class Connections:
    """All of one server, oldest first. Used by the server's thread alone. `refuse` counts one that was closed."""

    def __init__(
        self, refuse: Callable[[str, str], None], an_address: int = MOST_AN_ADDRESS, in_all: int | None = None
    ) -> None:
        self._refuse = refuse
        self._an_address = an_address
        self._in_all = most_in_all() if in_all is None else in_all
        self._open: dict[str, dict[BoundedProtocol, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def came(self, new: BoundedProtocol) -> None:
        """Count a new connection; where there are too many, an idle one is closed, or else the new one."""
        mine = self._open.setdefault(new.address, {})
        mine[new] = None
        self._count += 1
        if len(mine) > self._an_address:
            self._make_room("connections of one address", mine)
        elif self._count > self._in_all:
            largest = max(self._open.values(), key=len)
            self._make_room("connections", largest)

    def went(self, gone: BoundedProtocol) -> None:
        """A connection has ended."""
        mine = self._open.get(gone.address, {})
        if gone in mine:
            del mine[gone]
            self._count -= 1
            if not mine:
                del self._open[gone.address]

    def late(self, slow: BoundedProtocol) -> None:
        """Close a connection that did not ask in time."""
        self._refuse("connection: no request in time", slow.address)
        self._end(slow)

    def _make_room(self, why: str, among: dict[BoundedProtocol, None]) -> None:
        for each in [one for one in among if one.ended]:
            self.went(each)
        if len(among) <= self._an_address and self._count <= self._in_all:
            return
        chosen = next((each for each in among if each.idle), next(reversed(among), None))
        if chosen is not None:
            self._refuse(f"too many {why}", chosen.address)
            self._end(chosen)

    def _end(self, chosen: BoundedProtocol) -> None:
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
        self.address = self.client[0] if self.client else ""
        self._house.came(self)
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
