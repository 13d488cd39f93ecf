"""The state as a stream of JSON lines for small clients: server-sent events (HTML standard, section 9.2).

Whoever can read lines of a response can follow the stage: each event is `{"changed": {...}, "gone": [...]}`, the first
one with everything. Nothing has to be answered: the next event waits until the one before has been taken by the
network, and changes wait meanwhile as the newest value per key.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.responses import StreamingResponse

from stage.console.door.door import Door
from stage.console.link.board import Board
from stage.console.link.mailbox import Batch
from stage.console.link.plain import Plain

KIND = "text/event-stream"
SLOWEST_MS = 10_000
FASTEST_MS = 33
KEEP_ALIVE_S = 5.0
"""A comment is sent after so long without changes: a client that is gone is noticed."""
Kinds = Annotated[str, Query(description="Kinds of keys to send, with commas: `air,alert,source`; unset: all")]
Most = Annotated[int, Query(ge=0, description="End after so many events; 0: never")]
EveryMs = Annotated[int, Query(ge=FASTEST_MS, le=SLOWEST_MS, description="At least so long between two events")]


def add_events(app: FastAPI, board: Board[Plain], door: Door) -> None:
    """The route."""

    @app.get("/api/events", tags=["stage"], response_class=StreamingResponse)
    async def events(request: Request, kinds: Kinds = "", every_ms: EveryMs = 200, most: Most = 0) -> StreamingResponse:
        """The state as server-sent events, each a line `data: {"changed": {KEY: VALUE}, "gone": [KEY]}`; the first has
        everything. `curl -N .../api/events?kinds=air,alert`"""
        visitor = request.state.visitor
        chosen = frozenset(kind for kind in kinds.split(",") if kind)

        async def stream() -> AsyncIterator[str]:
            seat, sent = board.sit_down(), 0
            try:
                while door.admits(visitor):
                    seat.bell.clear()
                    if (batch := seat.mailbox.take()) is not None:
                        seat.mailbox.acknowledge(batch.number)
                        if (line := event_of(batch, chosen)) is not None:
                            yield line
                            sent += 1
                    if sent == most > 0:
                        return
                    await asyncio.sleep(every_ms / 1000.0)
                    try:
                        await asyncio.wait_for(seat.bell.wait(), KEEP_ALIVE_S)
                    except TimeoutError:
                        yield ": no change\n\n"
            finally:
                board.leave(seat)

        return StreamingResponse(stream(), media_type=KIND)


def event_of(batch: Batch[Plain], kinds: frozenset[str]) -> str | None:
    """A batch as an event, of the keys of these kinds alone (none: all); None where nothing of it is left."""
    wanted = [key for key in batch.changed if not kinds or key.partition("/")[0] in kinds]
    gone = [key for key in batch.gone if not kinds or key.partition("/")[0] in kinds]
    if not (wanted or gone or batch.first):
        return None
    changed = {key: batch.changed[key] for key in wanted}
    return f"data: {json.dumps({'changed': changed, 'gone': gone})}\n\n"
