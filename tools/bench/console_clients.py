"""Many consoles in one process: each has a WebSocket for the state and one for the pictures, like the page.

`python -m tools.bench.console_clients ADDRESS COUNT`, taking words on its standard input, each answered by a line of
JSON: `open`, `close`, `stall` (the last console stops answering), `resume`, `count` (bytes from now on), `figures`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedOK

from stage.clock import Clock, MonotonicClock

AIR = "air/"
POLITE = 10
"""Consoles are other machines in a show: here they run at a lower priority than the stage."""


@dataclass(slots=True)
class Console:
    """The state of one console. `ev`: exposure of the look on air, `ev_ns`: when it came."""

    values: dict[str, Any] = field(default_factory=dict)
    ev: float = 0.0
    ev_ns: int = 0
    state_bytes: int = 0
    first_bytes: int = 0
    picture_bytes: int = 0
    stalled: bool = False
    owed: str = ""

    def take(self, message: bytes, now_ns: int) -> str:
        """Take a batch of the state; returns the answer to it."""
        number, first, changed, gone = msgpack.unpackb(message)
        self.state_bytes += len(message)
        if first:
            self.values.clear()
            self.first_bytes = len(message)
        for key in gone:
            self.values.pop(key, None)
        self.values.update(changed)
        if AIR in changed:
            ev = float(changed[AIR]["look"]["exposure"]["ev"])
            self.ev, self.ev_ns = ev, self.ev_ns if ev == self.ev else now_ns
        return str(number)

    def figures(self) -> dict[str, Any]:
        """The state as numbers."""
        numbers = asdict(self)
        return {**numbers, "values": len(self.values)}


class Consoles:
    """All consoles, and their commands."""

    def __init__(self, address: str, count: int, clock: Clock) -> None:
        self._address = address.rstrip("/").replace("http", "ws", 1)
        self._clock = clock
        self._consoles = [Console() for _ in range(count)]
        self._sockets: list[ClientConnection] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.orders: dict[str, Callable[[], Awaitable[Any]]] = {
            "open": self.open,
            "close": self.close,
            "stall": self.stall,
            "resume": self.resume,
            "count": self.count,
            "figures": self.figures,
        }

    async def open(self) -> int:
        """Connect all; returns how many."""
        for console in self._consoles:
            for path, reading in (("/ws/state", self._read_state), ("/ws/pictures", self._read_pictures)):
                socket = await connect(self._address + path, max_size=None, compression=None)
                self._sockets.append(socket)
                self._tasks.append(asyncio.create_task(reading(console, socket)))
        return len(self._consoles)

    async def close(self) -> int:
        """Disconnect all; returns how many sockets the server had closed."""
        lost = sum(task.done() for task in self._tasks)
        await asyncio.gather(*[socket.close() for socket in self._sockets])
        await asyncio.gather(*self._tasks)
        self._sockets.clear()
        self._tasks.clear()
        return lost

    async def stall(self) -> int:
        """Stop the last console's answers."""
        self._consoles[-1].stalled = True
        return 1

    async def resume(self) -> int:
        """Answer again, starting with what is owed; its bytes are counted from here."""
        console, (state, _) = self._consoles[-1], self._sockets[-2:]
        console.stalled, console.state_bytes = False, 0
        if console.owed:
            await state.send(console.owed)
        return 1

    async def count(self) -> int:
        """Count bytes anew."""
        for console in self._consoles:
            console.state_bytes = console.picture_bytes = 0
        return len(self._consoles)

    async def figures(self) -> list[dict[str, Any]]:
        """The figures of each console."""
        return [console.figures() for console in self._consoles]

    async def _read_state(self, console: Console, socket: ClientConnection) -> None:
        with suppress(ConnectionClosedOK):
            async for message in socket:
                answer = console.take(_binary(message), self._clock.now_ns())
                if console.stalled:
                    console.owed = answer
                else:
                    await socket.send(answer)

    async def _read_pictures(self, console: Console, socket: ClientConnection) -> None:
        with suppress(ConnectionClosedOK):
            async for message in socket:
                console.picture_bytes += len(message)
                number, *_ = msgpack.unpackb(_binary(message))
                await socket.send(str(number))


def _binary(message: str | bytes) -> bytes:
    """The console sends only bytes."""
    return message.encode() if isinstance(message, str) else message


async def obey(consoles: Consoles) -> None:
    """Words in, lines of JSON out, until the input ends."""
    words = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    while word := (await words.readline()).decode().strip():
        answer = await consoles.orders[word]()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main() -> None:
    """The process."""
    address, count = sys.argv[1:]
    os.nice(POLITE)
    asyncio.run(obey(Consoles(address, int(count), MonotonicClock())))


if __name__ == "__main__":
    main()
