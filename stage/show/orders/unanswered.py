"""Orders that have not been answered: given again, because the conductor may have been replaced in between. Pure.

The conductor carries out a number once, however often it comes, and refuses it when it comes too late.
"""

from __future__ import annotations

from stage.messages.commands import COMMAND_LIVES_NS, Command

AGAIN_NS = 200_000_000
"""A conductor that lives answers within two frames; one that was killed is back after about as long as this."""


class Unanswered:
    """The orders of one sender that wait for their answer."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[Command, int]] = {}

    def given(self, command: Command, now_ns: int) -> None:
        """Note a command that was just published."""
        self._given[command.number] = (command, now_ns + AGAIN_NS)

    def answered(self, number: str) -> None:
        """Its answer has come, or nobody waits for it any more."""
        self._given.pop(number, None)

    def due(self, now_ns: int) -> list[Command]:
        """The commands to publish again now; one that would come too late is forgotten."""
        due = []
        for number, (command, again_ns) in list(self._given.items()):
            if now_ns - command.sent_ns > COMMAND_LIVES_NS:
                self._given.pop(number, None)
            elif now_ns >= again_ns:
                self._given[number] = (command, now_ns + AGAIN_NS)
                due.append(command)
        return due
