"""The address space: OSC calls as an operator's requests. Pure.

Buttons of tablets and desks send 1 when pressed and 0 when released: a trigger acts without arguments, on true, or
on a number above 0, and never on 0, false or text. Many send every number as a float: 2.0 is the number 2.

An address may be a pattern, in every part: it means all addresses that it matches, as they are with this stage's walls
and cameras. What one of them does not take refuses the whole call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stage.errors import InputError
from stage.files.problems import nearest
from stage.model.look import Look
from stage.osc import cameras
from stage.osc.arguments import Arguments, Asking, World, is_on, number, switched, triggers, whole
from stage.osc.patterns import is_pattern, meant
from stage.osc.wire import OscCall
from stage.show.cue_list import NEXT, PREVIOUS
from stage.show.orders.table import order_of
from stage.show.partial import known_paths

LONGEST_LIST = 3
VALUES = tuple(path.replace(".", "/") for path in known_paths(Look()))
"""The values of a look that every look has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command by name with its arguments, or, with `fader`, values of the look in rapid succession."""

    command: str
    arguments: Arguments
    fader: bool = False


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


def asked_by(call: OscCall, prefix: str, world: World) -> list[Asked]:
    """The requests of a call, none for the release of a button; faders of a pattern are one. Raises InputError: unknown
    address or invalid arguments."""
    asked: list[Asked] = []
    for address in _addresses(call.address, prefix, world):
        if (one := _asked_of(address, call.arguments, prefix, world)) is not None:
            asked.append(one)
    faders = [one for one in asked if one.fader]
    if len(faders) > 1:
        values = {path: value for one in faders for path, value in one.arguments.items()}
        asked = [*(one for one in asked if not one.fader), Asked(faders[0].command, values, fader=True)]
    return asked


def _addresses(address: str, prefix: str, world: World) -> Sequence[str]:
    """The addresses that are meant: the one, or all that a pattern matches."""
    if not is_pattern(address):
        return (address,)
    if found := _meant(address, prefix, world.walls, world.cameras):
        return found
    raise InputError(address, "", "matches no address", "The operator's guide lists all addresses")


@lru_cache(maxsize=256)
def _meant(pattern: str, prefix: str, walls: tuple[str, ...], cameras: tuple[str, ...]) -> tuple[str, ...]:
    """Every address of this stage that a pattern matches."""
    names = {"{name}": walls, "{id}": cameras, "{path}": VALUES}
    known: list[str] = []
    for row in ROWS:
        holder = next((word for word in names if word in row.written), "")
        known += [prefix + row.written.replace(holder, name) for name in names.get(holder, ("",))]
    return tuple(meant(pattern, known))


def _asked_of(address: str, arguments: tuple[Any, ...], prefix: str, world: World) -> Asked | None:
    if not address.startswith(f"{prefix}/"):
        raise InputError(address, "", "is not an OpenStage address", f"Addresses begin with {prefix}/")
    rest = address[len(prefix) :]
    for row in ROWS:
        if (found := row.pattern.fullmatch(rest)) is not None:
            given = row.asked(found, arguments, world)
            return None if given is None else Asked(row.order, given, row.fader)
    raise InputError(address, "", "there is no such address", "The operator's guide lists all addresses")


def _button(**arguments: Any) -> Asking:
    return lambda found, given, world: dict(arguments) if triggers(given) else None


def _switch(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments:
    return switched(is_on(given, found.group(0)))


def _value(path: str) -> Asking:
    """One value of the look."""
    return lambda found, given, world: {path: number(given, found.group(0))}


def _recall(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    preset = whole(given[0]) if given else None
    if not isinstance(preset, str | int) or isinstance(preset, bool):
        raise InputError(found.group(0), "", "takes a preset's name or number", "Send a string, or 1 for the first")
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
    if not given or isinstance(given[0], bool) or not isinstance(given[0], str | int | float):
        raise InputError(found.group(0), "", "takes a cue's id", "Send a string")
    cue = f"{given[0]:g}" if isinstance(given[0], float) else str(given[0])
    fade = {"fade_s": number(given[1:2], found.group(0))} if len(given) > 1 else {}
    return {"cue": cue, **fade}


def _named(key: str, **more: Any) -> Asking:
    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
        if len(given) != 1 or not isinstance(given[0], str):
            raise InputError(found.group(0), "", f"takes the name of a {key}", "Send one string")
        return {key: given[0], **more}

    return asked


def _valued(key: str) -> Asking:
    return lambda found, given, world: {key: number(given, found.group(0))}


def _frames(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if given and not isinstance(given[0], bool) and isinstance(given[0], int | float) and given[0] != 0:
        return {"frames": whole(given[0])}
    return {"frames": 1} if triggers(given) else None


def _brightness(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    wall = found.group(1)
    if wall not in world.walls:
        raise InputError(found.group(0), "", f"there is no wall {wall!r}", nearest(wall, world.walls))
    return {f"walls.{wall}.brightness": number(given, found.group(0))}


def _look(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if not given or len(given) > LONGEST_LIST or any(isinstance(each, bytes | list) for each in given):
        raise InputError(found.group(0), "", f"takes one value, or up to {LONGEST_LIST}", "Send numbers or a string")
    value = given[0] if len(given) == 1 else list(given)
    return {found.group(1).replace("/", "."): value}


def _roll(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if given and isinstance(given[0], str):
        take = {"take": whole(given[1])} if len(given) > 1 else {}
        return {"slate": given[0], **take}
    return {} if triggers(given) else None


def _pattern(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    if given and isinstance(given[0], str):
        return {"name": given[0]}
    if given and is_on(given[:1], found.group(0)) is False:
        return {"name": None}
    raise InputError(found.group(0), "", "takes a pattern's name, or 0 for none", "Send a string")


def _transition(given: tuple[Any, ...], where: str) -> Arguments:
    return {"transition": {"duration_s": number(given[:1], where)}} if given else {}


def _row(written: str, takes: str, effect: str, order: str, asked: Asking) -> Row:
    """An address that gives an order of the table."""
    return Row(_pattern_of(written), written, takes, effect, order_of(order).name, asked, fader=False)


def _fader(written: str, takes: str, effect: str, asked: Asking) -> Row:
    """An address that sets values of the look."""
    return Row(_pattern_of(written), written, takes, effect, order_of("look.set").name, asked, fader=True)


def _pattern_of(written: str) -> re.Pattern[str]:
    pattern = re.escape(written).replace(r"\{name\}", "([^/]+)").replace(r"\{path\}", "([a-z].*)")
    return re.compile(pattern.replace(r"\{id\}", "([^/]+)"))


SWITCH = "T/F, 1/0 or toggle"

ROWS: tuple[Row, ...] = (
    _row("/preset/recall", "s name or i number, f seconds", "recall a preset, 1 = the first", "look.recall", _recall),
    _row("/preset/next", "button", "the preset after the one recalled last", "look.recall", _preset_step(1)),
    _row("/preset/previous", "button", "the preset before it", "look.recall", _preset_step(-1)),
    _row("/cue/load", "s show", "load a show's cue list", "cue.load", _named("cue_list")),
    _row("/cue/next", "button", "the next cue", "cue.fire", _button(step=NEXT)),
    _row("/cue/previous", "button", "the cue before", "cue.fire", _button(step=PREVIOUS)),
    _row("/cue/go", "s id, f seconds", "jump to a cue", "cue.fire", _jump),
    _row("/scene/switch", "s set", "switch sets, once ready", "scene.switch", _named("scene", when_ready=True)),
    _row("/blackout", SWITCH, "all walls black, or back to the picture", "show.black", _switch),
    _row("/blackout/toggle", "button", "all walls black, or back", "show.black", _button()),
    _row("/freeze", SWITCH, "the walls hold their picture, or continue", "show.hold", _switch),
    _row("/freeze/toggle", "button", "hold the picture, or continue", "show.hold", _button()),
    _row("/testpattern", "s pattern, 0 = none", "a test pattern on all walls", "show.pattern", _pattern),
    _fader("/wall/{name}/brightness", "f 0..1", "a wall's brightness", _brightness),
    _row("/camera/{id}/enable", SWITCH, "the camera's inner view on or off", "camera.switch", cameras.switch),
    _row("/camera/{id}/on", "button", "inner view on", "camera.switch", cameras.button(on=True)),
    _row("/camera/{id}/off", "button", "inner view off", "camera.switch", cameras.button(on=False)),
    _row("/camera/{id}/toggle", "button", "inner view on, or off", "camera.switch", cameras.button()),
    _row("/camera/{id}/first", "button", "first where inner views overlap", "camera.order", cameras.first),
    _row("/camera/{id}/on_air", "T/F or 1/0", "the switcher's tally of the camera", "camera.tally", cameras.tally),
    _row("/camera/on_air", "s camera, ...", "these are on air and no others", "camera.on_air", cameras.only_on_air),
    _row("/camera/snap", "button", "all where their trackers say, at once", "camera.snap", _button()),
    _fader("/camera/{id}/frustum/margin", "f degrees", "the camera's own margin", cameras.trim("margin_deg")),
    _fader("/camera/{id}/frustum/feather", "f degrees", "the camera's own feather", cameras.trim("feather_deg")),
    _row("/look/undo", "button", "one step back", "look.undo", _button()),
    _row("/look/redo", "button", "one step forward", "look.redo", _button()),
    _row("/look/ab", "button", "from look A to look B, or back", "look.ab", _button()),
    _fader("/lights/master", "f 0..1", "the master of the fixtures", _value("fixtures.master")),
    _row("/lights/release", SWITCH, "release the fixtures to the desk, or not", "lights.release", _switch),
    _row("/alerts/acknowledge", "button", "all alerts are seen", "alert.acknowledge", _button()),
    _row("/record/start", "s slate, i take, or button", "start a take", "shot.roll", _roll),
    _row("/record/stop", "button", "end the take", "shot.cut", _button()),
    _row("/take/play", "s take", "a take on the walls, from its roll", "take.play", _named("take")),
    _row("/take/loop", "s take", "the same, again and again", "take.play", _named("take", loop=True)),
    _row("/take/speed", "f, 0 = stand", "how fast it goes on", "take.speed", _valued("speed")),
    _row("/take/seek", "f seconds after the roll", "go there", "take.seek", _valued("seconds")),
    _row("/take/step", "button, or i frames", "one frame on, standing", "take.step", _frames),
    _row("/take/live", "button", "back to live", "take.live", _button()),
    _fader("/look/{path}", "any", "a value of the look: /look/exposure/ev -1", _look),
)
"""Every address that changes something; the first match counts."""
