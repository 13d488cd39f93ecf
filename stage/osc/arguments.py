"""How the arguments of a call are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stage.errors import InputError

Arguments = dict[str, Any]
TOGGLE = "toggle"


@dataclass(frozen=True, slots=True)
class World:
    """What addresses can refer to: presets in the page's order, the one recalled last, the names of walls and
    cameras."""

    presets: Sequence[str] = ()
    recalled: str | None = None
    walls: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


Asking = Callable[[re.Match[str], tuple[Any, ...], World], Arguments | None]
"""The arguments that a call of an address means; None for the release of a button. Raises InputError."""


def triggers(arguments: tuple[Any, ...]) -> bool:
    """Whether these arguments mean a pressed button."""
    if not arguments:
        return True
    first = arguments[0]
    return first is True or (isinstance(first, int | float) and not isinstance(first, bool) and first > 0)


def is_on(arguments: tuple[Any, ...], where: str) -> bool | None:
    """The state of a switch; None: the other one than now. Raises InputError for anything but true, false, a number,
    `toggle` or nothing."""
    if not arguments or arguments == (TOGGLE,):
        return None
    if len(arguments) != 1 or not isinstance(arguments[0], bool | int | float):
        raise InputError(where, "", f"takes true or false, 1 or 0, {TOGGLE} or nothing", "Send one such argument")
    return bool(arguments[0])


def switched(on: bool | None) -> Arguments:
    """The argument of a switch; none: to the other state."""
    return {} if on is None else {"on": on}


def whole(value: Any) -> Any:
    """A number as it was meant: 2.0 is 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number(given: tuple[Any, ...], where: str) -> float:
    """One number. Raises InputError for anything else."""
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int | float):
        raise InputError(where, "", "takes a number", "Send one float")
    return float(given[0])
