"""The address space: an OSC call as what an operator asks for. Pure.

Buttons of tablets and desks send 1 when they are pressed and 0 when they are let go: what triggers does so without
arguments, on true, or on a number above 0, and never on 0, false or text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stage.errors import InputError
from stage.osc.wire import OscCall

Arguments = dict[str, Any]
LONGEST_LIST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A command by name with its arguments, or, `fader`, values of the look that follow each other quickly."""

    command: str
    arguments: Arguments
    fader: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What addresses may mean here: presets in the page's order, the one recalled last, the walls' names."""

    presets: Sequence[str] = ()
    recalled: str = ""
    walls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of address below the prefix: its pattern, what a document calls it, its arguments, what it does."""

    pattern: re.Pattern[str]
    written: str
    takes: str
    effect: str
    asked: Callable[[re.Match[str], tuple[Any, ...], World], Asked | None]


def triggers(arguments: tuple[Any, ...]) -> bool:
    """Whether a button that sends this has been pressed."""
    if not arguments:
        return True
    first = arguments[0]
    return first is True or (isinstance(first, int | float) and not isinstance(first, bool) and first > 0)


def is_on(arguments: tuple[Any, ...], where: str) -> bool:
    """A switch. Raises InputError for what is neither true nor false nor a number."""
    if len(arguments) != 1 or not isinstance(arguments[0], bool | int | float):
        raise InputError(where, "", "takes true or false, 1 or 0", "Send one such argument")
    return bool(arguments[0])


def asked_by(call: OscCall, prefix: str, world: World) -> Asked | None:
    """What a call asks for; None where it is a button let go. Raises InputError: nothing has that address, or its
    arguments cannot be right."""
    if not call.address.startswith(f"{prefix}/"):
        raise InputError(call.address, "", "is none of ours", f"Addresses begin with {prefix}/")
    rest = call.address[len(prefix) :]
    for row in ROWS:
        if (found := row.pattern.fullmatch(rest)) is not None:
            return row.asked(found, call.arguments, world)
    raise InputError(call.address, "", "nothing has this address", "The operator's guide lists them")


def matches(pattern: str, name: str) -> bool:
    """Whether OSC's pattern (`*`, `?`, `[a-z]`, `[!a]`, `{one,other}`) means a name."""
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


def _button(command: str, **arguments: Any) -> Callable[[re.Match[str], tuple[Any, ...], World], Asked | None]:
    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
        return Asked(command, dict(arguments)) if triggers(given) else None

    return asked


def _switch(command: str) -> Callable[[re.Match[str], tuple[Any, ...], World], Asked | None]:
    return lambda found, given, world: Asked(command, {"on": is_on(given, found.group(0))})


def _value(path: str) -> Callable[[re.Match[str], tuple[Any, ...], World], Asked | None]:
    """A fader of one value of the look."""
    return lambda found, given, world: Asked("look.set", {path: _number(given, found.group(0))}, fader=True)


def _recall(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
    if not given or isinstance(given[0], bool | float):
        raise InputError(found.group(0), "", "takes a preset's name or number", "Send a string, or 1 for the first")
    preset = given[0]
    if isinstance(preset, int):
        if not 1 <= preset <= len(world.presets):
            raise InputError(found.group(0), "", f"there is no preset number {preset}", f"1 to {len(world.presets)}")
        preset = world.presets[preset - 1]
    return Asked("look.recall", {"preset": preset, **_transition(given[1:], found.group(0))})


def _preset_step(by: int) -> Callable[[re.Match[str], tuple[Any, ...], World], Asked | None]:
    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
        if not triggers(given):
            return None
        if not world.presets:
            raise InputError(found.group(0), "", "there are no presets", "Save one")
        here = world.presets.index(world.recalled) + by if world.recalled in world.presets else 0
        return Asked("look.recall", {"preset": world.presets[here % len(world.presets)]})

    return asked


def _jump(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
    if not given or isinstance(given[0], bool):
        raise InputError(found.group(0), "", "takes a cue's id", "Send a string")
    fade = {"fade_s": _number(given[1:2], found.group(0))} if len(given) > 1 else {}
    return Asked("cue.fire", {"cue": str(given[0]), **fade})


def _named(command: str, key: str, **more: Any) -> Callable[[re.Match[str], tuple[Any, ...], World], Asked | None]:
    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
        if len(given) != 1 or not isinstance(given[0], str):
            raise InputError(found.group(0), "", f"takes the name of a {key}", "Send one string")
        return Asked(command, {key: given[0], **more})

    return asked


def _brightness(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
    walls = [wall for wall in world.walls if matches(found.group(1), wall)]
    if not walls:
        raise InputError(found.group(0), "", f"no wall {found.group(1)!r}", f"Walls: {', '.join(world.walls)}")
    value = _number(given, found.group(0))
    return Asked("look.set", {f"walls.{wall}.brightness": value for wall in walls}, fader=True)


def _look(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
    if not given or len(given) > LONGEST_LIST or any(isinstance(each, bytes | list) for each in given):
        raise InputError(found.group(0), "", f"takes one value, or up to {LONGEST_LIST}", "Send numbers or a string")
    value = given[0] if len(given) == 1 else list(given)
    return Asked("look.set", {found.group(1).replace("/", "."): value}, fader=True)


def _roll(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
    if given and isinstance(given[0], str):
        take = {"take": given[1]} if len(given) > 1 else {}
        return Asked("shot.roll", {"slate": given[0], **take})
    return Asked("shot.roll", {}) if triggers(given) else None


def _pattern(found: re.Match[str], given: tuple[Any, ...], world: World) -> Asked | None:
    if given and isinstance(given[0], str):
        return Asked("show.pattern", {"name": given[0]})
    if given and not is_on(given[:1], found.group(0)):
        return Asked("show.pattern", {"name": ""})
    raise InputError(found.group(0), "", "takes a pattern's name, or 0 for none", "Send a string")


def _number(given: tuple[Any, ...], where: str) -> float:
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int | float):
        raise InputError(where, "", "takes a number", "Send one float")
    return float(given[0])


def _transition(given: tuple[Any, ...], where: str) -> Arguments:
    return {"transition": {"duration_s": _number(given[:1], where)}} if given else {}


def _row(written: str, takes: str, effect: str, asked: Callable[..., Asked | None]) -> Row:
    pattern = re.escape(written).replace(r"\{name\}", "([^/]+)").replace(r"\{path\}", "([a-z][a-z0-9_./-]*)")
    return Row(re.compile(pattern.replace(r"\{id\}", "[^/]+")), written, takes, effect, asked)


ROWS: tuple[Row, ...] = (
    _row("/preset/recall", "s name or i number, f seconds", "recall a preset, 1 = the first", _recall),
    _row("/preset/next", "button", "the preset after the one recalled last", _preset_step(1)),
    _row("/preset/previous", "button", "the preset before it", _preset_step(-1)),
    _row("/cue/load", "s show", "load a show's cue list", _named("cue.load", "cue_list")),
    _row("/cue/next", "button", "the next cue", _button("cue.fire", step="next")),
    _row("/cue/previous", "button", "the cue before", _button("cue.fire", step="previous")),
    _row("/cue/go", "s id, f seconds", "jump to a cue", _jump),
    _row("/scene/switch", "s set", "another set, once it is ready", _named("scene.switch", "scene", when_ready=True)),
    _row("/blackout", "T/F or 1/0", "all walls black, or not", _switch("show.black")),
    _row("/freeze", "T/F or 1/0", "the walls hold their picture, or go on", _switch("show.hold")),
    _row("/testpattern", "s pattern, 0 = none", "a test pattern on all walls", _pattern),
    _row("/wall/{name}/brightness", "f 0..1", "a wall's brightness; * = all", _brightness),
    _row("/camera/{id}/frustum/margin", "f degrees", "the inner views' margin", _value("inner.margin_deg")),
    _row("/camera/{id}/frustum/feather", "f degrees", "the inner views' feather", _value("inner.feather_deg")),
    _row("/look/undo", "button", "one step back", _button("look.undo")),
    _row("/look/redo", "button", "one step forward", _button("look.redo")),
    _row("/look/ab", "button", "from look A to look B, or back", _button("look.ab")),
    _row("/lights/master", "f 0..1", "the master of the fixtures", _value("fixtures.master")),
    _row("/lights/release", "T/F or 1/0", "leave the fixtures to the desk, or take them", _switch("lights.release")),
    _row("/record/start", "s slate, i take, or button", "a take rolls", _roll),
    _row("/record/stop", "button", "the take ends", _button("shot.cut")),
    _row("/look/{path}", "any", "a value of the look: /look/exposure/ev -1", _look),
)
"""Every address that changes something; the first that fits counts."""
