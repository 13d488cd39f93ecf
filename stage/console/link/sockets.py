"""The values of a board over a WebSocket: a snapshot, then what changes.

Messages are msgpack, and each batch's number comes back as text once the browser has dealt with it. With two batches
unanswered a browser is sent nothing, and what changes meanwhile waits as the newest value per key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from stage.console.door.door import SIGN_IN_CLOSE
from stage.console.link.board import Board, Seat
from stage.console.link.mailbox import Batch

UNSUPPORTED_CLOSE = 1003

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Stream(Generic[Value]):
    """How a board's values go out: `packed` makes a message of a batch, which holds `at_most` so many keys."""

    board: Board[Value]
    packed: Callable[[Batch[Value]], bytes]
    at_most: int | None = None

    async def serve(self, socket: WebSocket, admitted: Callable[[], bool]) -> None:
        """Until the browser goes. `admitted` is asked before each message: where it says no, the browser is sent to
        sign in."""
        await socket.accept()
        seat = self.board.sit_down()
        tasks = {asyncio.create_task(self._send(socket, seat, admitted)), asyncio.create_task(_listen(socket, seat))}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            pass
        finally:
            self.board.leave(seat)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _send(self, socket: WebSocket, seat: Seat[Value], admitted: Callable[[], bool]) -> None:
        """Until the other end goes, or its session is over."""
        while True:
            await seat.bell.wait()
            seat.bell.clear()
            if not admitted():
                await socket.close(SIGN_IN_CLOSE, "sign in again")
                return
            while (batch := seat.mailbox.take(self.at_most)) is not None:
                await socket.send_bytes(self.packed(batch))


async def _listen(socket: WebSocket, seat: Seat[Value]) -> None:
    while True:
        answer = await socket.receive_text()
        if not answer.isdecimal():
            await socket.close(UNSUPPORTED_CLOSE, "expected the number of a batch")
            return
        seat.acknowledge(int(answer))
