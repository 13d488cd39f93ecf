"""The address space: OSC calls as an operator's requests. Pure.

Buttons of tablets and desks send 1 when pressed and 0 when released: a trigger acts without arguments, on true, or
on a number above 0, and never on 0, false or text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stage.errors import InputError
from stage.osc.wire import OscCall
from stage.show.cue_list import NEXT, PREVIOUS
from stage.show.orders.table import order_of

Arguments = dict[str, Any]
LONGEST_LIST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A command by name with its arguments, or, with `fader`, values of the look in rapid succession."""

    command: str
    arguments: Arguments
    fader: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What addresses can refer to: presets in the page's order, the one recalled last, the walls' names."""

    presets: Sequence[str] = ()
    recalled: str | None = None
    walls: Sequence[str] = ()


Asking = Callable[[re.Match[str], tuple[Any, ...], World], Arguments | None]
"""The arguments that a call of an address means; None for the release of a button. Raises InputError."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of address below the prefix: its pattern, its name in documents, its arguments, its effect, and the
    order it gives. `fader`: its values of the look come in rapid succession."""

    pattern: re.Pattern[str]
    written: str
    takes: str
    effect: str
    order: str
    asked: Asking
    fader: bool


def triggers(arguments: tuple[Any, ...]) -> bool:
    """Whether these arguments mean a pressed button."""
    if not arguments:
        return True
    first = arguments[0]
    return first is True or (isinstance(first, int | float) and not isinstance(first, bool) and first > 0)


def is_on(arguments: tuple[Any, ...], where: str) -> bool:
    """The state of a switch. Raises InputError for anything but true, false or a number."""
    if len(arguments) != 1 or not isinstance(arguments[0], bool | int | float):
        raise InputError(where, "", "takes true or false, 1 or 0", "Send one such argument")
    return bool(arguments[0])


def asked_by(call: OscCall, prefix: str, world: World) -> Asked | None:
    """The request of a call; None for the release of a button. Raises InputError: unknown address or invalid
    arguments."""
    if not call.address.startswith(f"{prefix}/"):
        raise InputError(call.address, "", "is not an OpenStage address", f"Addresses begin with {prefix}/")
    rest = call.address[len(prefix) :]
    for row in ROWS:
        if (found := row.pattern.fullmatch(rest)) is not None:
            arguments = row.asked(found, call.arguments, world)
            return None if arguments is None else Asked(row.order, arguments, row.fader)
    raise InputError(call.address, "", "there is no such address", "The operator's guide lists all addresses")


def matches(pattern: str, name: str) -> bool:
    """Whether an OSC pattern (`*`, `?`, `[a-z]`, `[!a]`, `{one,other}`) matches a name."""
    out = ""
    for part in re.split(r"(\*|\?|\[[^\]]*\]|\{[^}]*\})", pattern):
        if part == "*":
            out += ".*"
        elif part == "?":
            out += "."
        elif part.startswith("[") and part.endswith("]") and len(part) > 2:
            negated = part[1] == "!"
            inner = re.escape(part[2:-1] if negated else part[1:-1]).replace(r"\-", "-")
            out += f"[{'^' if negated else ''}{inner}]" if inner else re.escape(part)
        elif part.startswith("{"):
            out += "(" + "|".join(map(re.escape, part[1:-1].split(","))) + ")"
        else:
            out += re.escape(part)
    try:
        return re.fullmatch(out, name) is not None
    except re.error:
        return False


def _button(**arguments: Any) -> Asking:
    return lambda found, given, world: dict(arguments) if triggers(given) else None


def _switch(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments:
    return {"on": is_on(given, found.group(0))}


def _value(path: str) -> Asking:
    """One value of the look."""
    return lambda found, given, world: {path: _number(given, found.group(0))}


def _recall(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if not given or isinstance(given[0], bool | float):
        raise InputError(found.group(0), "", "takes a preset's name or number", "Send a string, or 1 for the first")
    preset = given[0]
    if isinstance(preset, int):
        if not 1 <= preset <= len(world.presets):
            raise InputError(found.group(0), "", f"there is no preset number {preset}", f"1 to {len(world.presets)}")
        preset = world.presets[preset - 1]
    return {"preset": preset, **_transition(given[1:], found.group(0))}


def _preset_step(by: int) -> Asking:
    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
        if not triggers(given):
            return None
        if not world.presets:
            raise InputError(found.group(0), "", "there are no presets", "Save one")
        here = world.presets.index(world.recalled) + by if world.recalled in world.presets else 0
        return {"preset": world.presets[here % len(world.presets)]}

    return asked


def _jump(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if not given or isinstance(given[0], bool):
        raise InputError(found.group(0), "", "takes a cue's id", "Send a string")
    fade = {"fade_s": _number(given[1:2], found.group(0))} if len(given) > 1 else {}
    return {"cue": str(given[0]), **fade}


def _named(key: str, **more: Any) -> Asking:
    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
        if len(given) != 1 or not isinstance(given[0], str):
            raise InputError(found.group(0), "", f"takes the name of a {key}", "Send one string")
        return {key: given[0], **more}

    return asked


def _brightness(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    walls = [wall for wall in world.walls if matches(found.group(1), wall)]
    if not walls:
        raise InputError(found.group(0), "", f"there is no wall {found.group(1)!r}", f"Walls: {', '.join(world.walls)}")
    value = _number(given, found.group(0))
    return {f"walls.{wall}.brightness": value for wall in walls}


def _look(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if not given or len(given) > LONGEST_LIST or any(isinstance(each, bytes | list) for each in given):
        raise InputError(found.group(0), "", f"takes one value, or up to {LONGEST_LIST}", "Send numbers or a string")
    value = given[0] if len(given) == 1 else list(given)
    return {found.group(1).replace("/", "."): value}


def _roll(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if given and isinstance(given[0], str):
        take = {"take": given[1]} if len(given) > 1 else {}
        return {"slate": given[0], **take}
    return {} if triggers(given) else None


def _pattern(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if given and isinstance(given[0], str):
        return {"name": given[0]}
    if given and not is_on(given[:1], found.group(0)):
        return {"name": None}
    raise InputError(found.group(0), "", "takes a pattern's name, or 0 for none", "Send a string")


def _number(given: tuple[Any, ...], where: str) -> float:
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int | float):
        raise InputError(where, "", "takes a number", "Send one float")
    return float(given[0])


def _transition(given: tuple[Any, ...], where: str) -> Arguments:
    return {"transition": {"duration_s": _number(given[:1], where)}} if given else {}


def _row(written: str, takes: str, effect: str, order: str, asked: Asking) -> Row:
    """An address that gives an order of the table."""
    return Row(_pattern_of(written), written, takes, effect, order_of(order).name, asked, fader=False)


def _fader(written: str, takes: str, effect: str, asked: Asking) -> Row:
    """An address that sets values of the look."""
    return Row(_pattern_of(written), written, takes, effect, order_of("look.set").name, asked, fader=True)


def _pattern_of(written: str) -> re.Pattern[str]:
    pattern = re.escape(written).replace(r"\{name\}", "([^/]+)").replace(r"\{path\}", "([a-z][a-z0-9_./-]*)")
    return re.compile(pattern.replace(r"\{id\}", "[^/]+"))


ROWS: tuple[Row, ...] = (
    _row("/preset/recall", "s name or i number, f seconds", "recall a preset, 1 = the first", "look.recall", _recall),
    _row("/preset/next", "button", "the preset after the one recalled last", "look.recall", _preset_step(1)),
    _row("/preset/previous", "button", "the preset before it", "look.recall", _preset_step(-1)),
    _row("/cue/load", "s show", "load a show's cue list", "cue.load", _named("cue_list")),
    _row("/cue/next", "button", "the next cue", "cue.fire", _button(step=NEXT)),
    _row("/cue/previous", "button", "the cue before", "cue.fire", _button(step=PREVIOUS)),
    _row("/cue/go", "s id, f seconds", "jump to a cue", "cue.fire", _jump),
    _row("/scene/switch", "s set", "switch sets, once ready", "scene.switch", _named("scene", when_ready=True)),
    _row("/blackout", "T/F or 1/0", "all walls black, or back to the picture", "show.black", _switch),
    _row("/freeze", "T/F or 1/0", "the walls hold their picture, or continue", "show.hold", _switch),
    _row("/testpattern", "s pattern, 0 = none", "a test pattern on all walls", "show.pattern", _pattern),
    _fader("/wall/{name}/brightness", "f 0..1", "a wall's brightness; * = all", _brightness),
    _fader("/camera/{id}/frustum/margin", "f degrees", "the inner views' margin", _value("inner.margin_deg")),
    _fader("/camera/{id}/frustum/feather", "f degrees", "the inner views' feather", _value("inner.feather_deg")),
    _row("/look/undo", "button", "one step back", "look.undo", _button()),
    _row("/look/redo", "button", "one step forward", "look.redo", _button()),
    _row("/look/ab", "button", "from look A to look B, or back", "look.ab", _button()),
    _fader("/lights/master", "f 0..1", "the master of the fixtures", _value("fixtures.master")),
    _row("/lights/release", "T/F or 1/0", "release the fixtures to the desk, or not", "lights.release", _switch),
    _row("/alerts/acknowledge", "button", "all alerts are seen", "alert.acknowledge", _button()),
    _row("/record/start", "s slate, i take, or button", "start a take", "shot.roll", _roll),
    _row("/record/stop", "button", "end the take", "shot.cut", _button()),
    _fader("/look/{path}", "any", "a value of the look: /look/exposure/ev -1", _look),
)
"""Every address that changes something; the first match counts."""
