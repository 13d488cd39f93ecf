"""Commands from browsers and scripts to the stage, and the stage's answers back.

The web server's thread gives commands and waits; the bus's thread fetches and publishes them. Wrong arguments are
refused at once; everything else is for the conductor to accept or refuse.
"""

from __future__ import annotations

import asyncio
import json
import queue
from collections.abc import Callable, Mapping
from typing import Any

from stage.clock import Clock
from stage.errors import InputError
from stage.messages.commands import Command, CommandResult, OnAir
from stage.show.orders.given import command_of
from stage.show.orders.unanswered import Unanswered

ANSWER_S = 3.0
MOST_WAITING = 256
"""Commands under way to the stage; more are refused, so a runaway page cannot use up memory."""

Complete = Callable[[OnAir | None, str, Mapping[str, Any]], dict[str, Any]]
"""Adds to a command's arguments what is only in files (a preset's values). Raises InputError."""


class CommandLine:
    """One per console. `give` runs in the server's thread, `fetch` in the bus's."""

    def __init__(self, clock: Clock, complete: Complete) -> None:
        self.air: OnAir | None = None
        """What is on air, as last reported."""
        self._clock = clock
        self._complete = complete
        self._outgoing: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._unanswered = Unanswered()
        self._waiting: dict[str, asyncio.Future[CommandResult]] = {}

    async def give(self, name: str, arguments: Mapping[str, Any], who: str) -> CommandResult | None:
        """The stage's answer; None where none came in time. Raises InputError for an invalid command."""
        command = command_of(name, self._complete(self.air, name, arguments), who, self._clock.now_ns())
        if len(self._waiting) >= MOST_WAITING:
            raise InputError(name, "", f"{MOST_WAITING} commands are still unanswered", "Is the conductor running?")
        future: asyncio.Future[CommandResult] = asyncio.get_running_loop().create_future()
        self._waiting[command.number] = future
        self._outgoing.put(command)
        try:
            return await asyncio.wait_for(future, ANSWER_S)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(command.number, None)
            self._unanswered.answered(command.number)

    def fetch(self) -> list[Command]:
        """The commands to publish now: new ones, and those that a conductor which was replaced may not have heard."""
        now_ns = self._clock.now_ns()
        commands = self._unanswered.due(now_ns)
        while True:
            try:
                fresh = self._outgoing.get_nowait()
            except queue.Empty:
                return commands
            if fresh.number in self._waiting:
                self._unanswered.given(fresh, now_ns)
            commands.append(fresh)

    def answered(self, result: CommandResult) -> None:
        """An answer came from the bus; in the server's thread."""
        future = self._waiting.get(result.number)
        if future is not None and not future.done():
            future.set_result(result)


def arguments_from(text: bytes) -> dict[str, Any]:
    """A request's body as arguments; an empty body means none. Raises InputError where it is not a JSON object."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise InputError("request", "", f"is not JSON: {error}", "Send a JSON object") from error
    if not isinstance(value, dict):
        raise InputError("request", "", "is not a JSON object", 'Send {"key": value, ...}')
    return value
