"""The values of a board over a WebSocket: a snapshot, then the changes.

Messages are msgpack; the browser returns each batch's number as text once it has processed it. With two batches
unanswered it is sent nothing more, and changes wait as the newest value per key.
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
LONGEST_NUMBER = 18
"""Digits of the largest number of a batch."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Stream(Generic[Value]):
    """How a board's values are sent: `packed` turns a batch of at most `at_most` keys into a message."""

    board: Board[Value]
    packed: Callable[[Batch[Value]], bytes]
    at_most: int | None = None

    async def serve(self, socket: WebSocket, admitted: Callable[[], bool]) -> None:
        """Serve until the browser leaves. `admitted` is called before each message: when it returns False, the browser
        has to sign in."""
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
        """Send until the browser leaves or its session ends."""
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
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        answer = message.get("text") or ""
        if not (answer.isascii() and answer.isdecimal() and len(answer) <= LONGEST_NUMBER):
            await socket.close(UNSUPPORTED_CLOSE, "expected the number of a batch")
            return
        seat.acknowledge(int(answer))
