"""Calls in, commands out; answers in, replies out. Pure: time is an argument, files are read through functions.

Values of the look are collected for one frame, and only the last of each is passed on: a fader sends hundreds a
second. Any other call first sends the collected values, so the order is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stage.errors import InputError, PacketError
from stage.messages.commands import Command, CommandResult, OnAir
from stage.osc.addresses import asked_by
from stage.osc.arguments import World, triggers, whole
from stage.osc.feedback import Address, Listeners, changes_of, status_of
from stage.osc.standing import Standing
from stage.osc.wire import OscCall, address_of
from stage.show.orders.given import command_of
from stage.show.orders.unanswered import Unanswered

STATUS_NS = 1_000_000_000
CHANGE_NS = 100_000_000
"""Listeners receive changes at most ten times a second, and the full state once."""
MOST_WAITING = 1024
OK = "ok"
OUR_OWN = ("reply", "pong", "status")
"""What another stage sends: nothing that is answered, or two stages would answer each other for ever."""
UNREAD_NS = 1_000_000_000
MOST_UNREAD = 64
"""A sender of datagrams that cannot be read is told so once a second, so many senders at a time."""
Complete = Callable[[OnAir | None, str, Mapping[str, Any]], dict[str, Any]]
Send = tuple[Address, OscCall]


Faders = dict[str, dict[str, Any]]
"""Values of the look by the address that set them last."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A command under way: whom to answer, for which addresses, and the faders in it."""

    sender: Address
    addresses: tuple[str, ...]
    faders: Faders = field(default_factory=dict)


class OscDesk:
    """Remote controls of one stage. `world`: the present presets and walls; `complete` fills in values from files."""

    def __init__(
        self, prefix: str, frame_ns: int, listeners: Listeners, complete: Complete, world: Callable[[str | None], World]
    ) -> None:
        self.air: OnAir | None = None
        self.standing = Standing()
        self.refused: Counter[str] = Counter()
        self._prefix, self._frame_ns = prefix, frame_ns
        self._listeners, self._complete, self._world = listeners, complete, world
        self._gathered: dict[Address, Faders] = {}
        self._waiting: dict[str, _Given] = {}
        self._commands: list[Command] = []
        self._unanswered = Unanswered()
        self._sends: list[Send] = []
        self._flush_ns = self._status_ns = self._change_ns = 0
        self._told: OnAir | None = None
        self._told_standing = self.standing
        self._unread_ns: dict[Address, int] = {}

    def hear(self, call: OscCall, sender: Address, now_ns: int) -> None:
        """Take in a call of a remote control. A refusal is sent at once."""
        own = {"subscribe": self._subscribe, "unsubscribe": self._unsubscribe, "ping": self._ping}
        word = call.address.removeprefix(f"{self._prefix}/")
        if word.partition("/")[0] in OUR_OWN:
            return
        try:
            if word in own:
                own[word](call, sender, now_ns)
                return
            for asked in asked_by(call, self._prefix, self._world(self._recalled)):
                if asked.fader:
                    self._gathered.setdefault(sender, {})[call.address] = asked.arguments
                    continue
                self._flush(now_ns)
                self._give(asked.command, asked.arguments, _Given(sender, (call.address,)), now_ns)
        except InputError as error:
            self.refused[call.address[:64] if len(self.refused) < MOST_WAITING else "others"] += 1
            self._reply(sender, call.address, str(error))

    def unread(self, datagram: bytes, error: PacketError, sender: Address, now_ns: int) -> None:
        """A datagram that cannot be read: its sender is told why, now and then."""
        address = address_of(datagram)
        if address.startswith(tuple(f"{self._prefix}/{word}" for word in OUR_OWN)):
            return
        if now_ns - self._unread_ns.get(sender, -UNREAD_NS) < UNREAD_NS:
            return
        if len(self._unread_ns) >= MOST_UNREAD:
            self._unread_ns.clear()
        self._unread_ns[sender] = now_ns
        self._reply(sender, address, f"the datagram cannot be read: {error}")

    def answered(self, result: CommandResult) -> None:
        """Take in the conductor's answer. Where it refused several faders together, each is retried alone: one invalid
        value must not block the others."""
        self._unanswered.answered(result.number)
        given = self._waiting.pop(result.number, None)
        if given is None:
            return
        if not result.accepted and len(given.faders) > 1:
            for address, values in given.faders.items():
                self._give_faders({address: values}, given.sender, result.done_ns)
            return
        for address in given.addresses:
            self._reply(given.sender, address, OK if result.accepted else result.text)

    def turn(self, now_ns: int) -> tuple[list[Command], list[Send]]:
        """The commands to publish and the datagrams to send now."""
        if now_ns >= self._flush_ns:
            self._flush(now_ns)
        self._tell(now_ns)
        commands, sends = [*self._unanswered.due(now_ns), *self._commands], self._sends
        self._commands, self._sends = [], []
        return commands, sends

    @property
    def _recalled(self) -> str | None:
        return self.air.recalled if self.air is not None else None

    def _give(self, name: str, arguments: Mapping[str, Any], given: _Given, now_ns: int) -> None:
        completed = self._complete(self.air, name, arguments)
        command = command_of(name, completed, f"osc@{given.sender[0]}", now_ns)
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[command.number] = given
        self._commands.append(command)
        self._unanswered.given(command, now_ns)

    def _give_faders(self, faders: Faders, sender: Address, now_ns: int) -> None:
        values = {path: value for each in faders.values() for path, value in each.items()}
        try:
            self._give("look.set", {"values": values}, _Given(sender, tuple(faders), faders), now_ns)
        except InputError as error:
            for address in faders:
                self._reply(sender, address, str(error))

    def _flush(self, now_ns: int) -> None:
        """Send the collected values, one command for each sender."""
        self._flush_ns = now_ns + self._frame_ns
        gathered, self._gathered = self._gathered, {}
        for sender, faders in gathered.items():
            self._give_faders(faders, sender, now_ns)

    def _tell(self, now_ns: int) -> None:
        air = self.air
        if air is None or not self._listeners.anyone or now_ns < self._change_ns:
            return
        whole = now_ns >= self._status_ns
        if not whole and (air, self.standing) == (self._told, self._told_standing):
            return
        self._change_ns = now_ns + CHANGE_NS
        if whole:
            self._status_ns = now_ns + STATUS_NS
        calls = status_of(air, self.standing, self._prefix)
        before = status_of(self._told, self._told_standing, self._prefix) if self._told else []
        told = calls if whole else [call for call in calls if call not in before]
        for call in (*told, *changes_of(self._told, air, self._prefix)):
            self._sends += [(who, call) for who in self._listeners.of(call.address, now_ns)]
        self._told, self._told_standing = air, self.standing

    def _subscribe(self, call: OscCall, sender: Address, now_ns: int) -> None:
        """`/subscribe i port [s pattern]`; without a port, the sender's own."""
        given = call.arguments
        port = _port_of(given, sender)
        pattern = given[1] if len(given) > 1 and isinstance(given[1], str) else ""
        if not 1 <= port <= 65_535:
            raise InputError(call.address, "port", f"is {port}", "Send a port between 1 and 65535")
        if not self._listeners.subscribe((sender[0], port), pattern, now_ns):
            raise InputError(call.address, "", "too many listeners", "Unsubscribe one")
        self._told, self._status_ns, self._change_ns = None, 0, 0
        self._reply(sender, call.address, OK)

    def _unsubscribe(self, call: OscCall, sender: Address, now_ns: int) -> None:
        self._listeners.unsubscribe((sender[0], _port_of(call.arguments, sender)))
        self._reply(sender, call.address, OK)

    def _ping(self, call: OscCall, sender: Address, now_ns: int) -> None:
        if triggers(call.arguments) or call.arguments:
            self._sends.append((sender, OscCall(f"{self._prefix}/pong", call.arguments)))

    def _reply(self, sender: Address, address: str, text: str) -> None:
        self._sends.append((sender, OscCall(f"{self._prefix}/reply", (address, text))))


def _port_of(given: tuple[Any, ...], sender: Address) -> int:
    """The port that a call names, else the sender's own."""
    port = whole(given[0]) if given else None
    return port if isinstance(port, int) and not isinstance(port, bool) else sender[1]
