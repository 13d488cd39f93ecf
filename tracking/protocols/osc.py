"""Poses over Open Sound Control: messages by the rules of a stage file, as named values. Pure.

There is no standard message for a pose; every sender has addresses and arguments of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from stage.errors import PacketError
from stage.model.sources.osc import ID, IGNORED, LENS, SPATIAL, OscRule
from stage.osc.wire import OscCall, calls_of
from stage.units import NS_PER_S

Buffer = bytes | bytearray | memoryview

REASONS = ("empty", "padding", "size", "depth", "address", "arguments", "not-finite")
"""Why a datagram is refused: those of the wire, an address that no rule has, arguments that are too few or no
numbers."""
MOST_CALLS = 1024
BEYOND, LATEST_S = 1e9, 1e12
"""No measure is as large; times count from 1900 or whenever the sender likes."""
MEASURES = {*SPATIAL, *(f"-{name}" for name in SPATIAL), *LENS}


class OscPart(NamedTuple):
    """What one message tells of the camera or prop `id`, by the rule of that place in the list. `stamp_ns`: the
    sender's time, None where it tells none."""

    id: str
    rule: int
    values: dict[str, float]
    stamp_ns: int | None


class OscRules:
    """The rules of a source, ready to be looked up. Addresses that were seen are remembered."""

    def __init__(self, rules: Sequence[OscRule]) -> None:
        self._rules = [(_expression(rule.address), tuple(rule.arguments)) for rule in rules]
        self._known: dict[str, tuple[int, str] | None] = {}

    def parts(self, datagram: Buffer) -> list[OscPart]:
        """The messages of a datagram that a rule knows. Raises PacketError with a reason from `REASONS`, and nothing
        else; one that no rule knows only if there are no others."""
        calls = calls_of(bytes(datagram))
        if len(calls) > MOST_CALLS:
            raise PacketError("size", f"{len(calls)} messages in a datagram")
        found = [part for call in calls if (part := self._part(call)) is not None]
        if not found and calls:
            raise PacketError("address", f"{calls[0].address[:80]} is in no rule")
        return found

    def _part(self, call: OscCall) -> OscPart | None:
        place = self._place(call.address)
        if place is None:
            return None
        rule, id_ = place
        names = self._rules[rule][1]
        if len(call.arguments) < len(names):
            raise PacketError("arguments", f"{call.address[:80]} has {len(call.arguments)} of {len(names)} arguments")
        values: dict[str, float] = {}
        for name, told in zip(names, call.arguments, strict=False):
            if name == "id":
                id_ = str(told)[:80]
            elif name != IGNORED:
                values[name.removeprefix("-")] = -_number(told, name) if name[0] == "-" else _number(told, name)
        return OscPart(id_, rule, values, _stamp_ns(call.time_tag, values.pop("time_s", None)))

    def _place(self, address: str) -> tuple[int, str] | None:
        """The rule of an address, and the id in it."""
        if address not in self._known:
            if len(self._known) >= MOST_CALLS:
                self._known.clear()
            matches = ((n, rule.fullmatch(address)) for n, (rule, _) in enumerate(self._rules))
            self._known[address] = next(
                ((n, match["id"] if "id" in match.re.groupindex else "") for n, match in matches if match), None
            )
        return self._known[address]


def _expression(address: str) -> re.Pattern[str]:
    escaped = re.escape(address).replace(re.escape("*"), "[^/]+")
    return re.compile(escaped.replace(re.escape(ID), "(?P<id>[^/]+)"))


def _number(told: Any, name: str) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise PacketError("arguments", f"{name} is not a number")
    limit = BEYOND if name in MEASURES else LATEST_S
    if not -limit < told < limit:
        raise PacketError("not-finite", f"{name} is {told}")
    return float(told)


def _stamp_ns(time_tag: int | None, time_s: float | None) -> int | None:
    """The sender's time: of its arguments, else of its bundle."""
    if time_s is not None:
        return math.floor(time_s * NS_PER_S)
    return None if time_tag is None else (time_tag * NS_PER_S) >> 32
