"""What addresses of cameras ask for: inner views, their order, the switcher's tally, margins. Pure."""

from __future__ import annotations

import re
from typing import Any

from stage.errors import InputError
from stage.files.problems import nearest
from stage.osc.arguments import Arguments, Asking, World, is_on, number, switched, triggers


def _camera(found: re.Match[str], world: World) -> str:
    """The camera of an address: its name, or its number in the stage file."""
    name, cameras = found.group(1), world.cameras
    if name in cameras:
        return name
    if name.isdecimal() and name.isascii() and 1 <= int(name) <= len(cameras):
        return cameras[int(name) - 1]
    raise InputError(found.group(0), "", f"there is no camera {name!r}", nearest(name, cameras))


def trim(key: str) -> Asking:
    """A camera's own margin or feather."""
    return lambda found, given, world: {f"inner.cameras.{_camera(found, world)}.{key}": number(given, found.group(0))}


def button(**arguments: Any) -> Asking:
    """A button of a camera, with the order's other arguments."""

    def asked(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
        camera = _camera(found, world)
        return {"camera": camera, **arguments} if triggers(given) else None

    return asked


def switch(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments:
    """Its inner view on or off."""
    return {"camera": _camera(found, world), **switched(is_on(given, found.group(0)))}


def first(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments | None:
    """A button: the camera comes first."""
    camera = _camera(found, world)
    return {"cameras": [camera]} if triggers(given) else None


def tally(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments:
    """The switcher's tally of one camera."""
    on = is_on(given, found.group(0))
    if on is None:
        raise InputError(found.group(0), "", "takes true or false, 1 or 0", "Send what the switcher's tally shows")
    return {"camera": _camera(found, world), "on": on}


def only_on_air(found: re.Match[str], given: tuple[Any, ...], world: World) -> Arguments:
    """The cameras on air, by name; none of them without arguments, or with an empty text."""
    if not all(isinstance(name, str) for name in given):
        raise InputError(found.group(0), "", "takes the names of cameras, or nothing for none", "Send strings")
    return {"cameras": [name for name in given if name]}
