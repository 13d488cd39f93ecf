"""Which cameras have inner views on the walls, and which comes first where they overlap. Pure.

A camera that the switcher has on air comes before all others, for it is the one being filmed; of several, as in a
mix, the one that has been on air longest. Then the operator's order. Whoever changes the choice changes nothing of
the cameras themselves: those that are off are tracked and predicted all the same, so a camera is right from the first
frame in which it is on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from stage.errors import InputError
from stage.files.problems import nearest
from stage.messages.frames import CameraChoice
from stage.model.camera import MOST_CAMERAS, Camera

CAMERA = "Camera"


def first_choice(cameras: Sequence[Camera]) -> CameraChoice:
    """As the stage file has it: those that begin on, as many as the walls can show, in the file's order."""
    begin_on = [camera.name for camera in cameras if camera.on][:MOST_CAMERAS]
    order = tuple(camera.name for camera in cameras)
    return CameraChoice(order, tuple(name for name in order if name not in begin_on))


def by_priority(choice: CameraChoice, cameras: Iterable[str]) -> tuple[str, ...]:
    """The cameras, those with inner views first, in order of priority; one that the choice does not know comes last
    of those that are on."""
    names = tuple(cameras)
    ranked = dict.fromkeys((*choice.on_air, *choice.order, *names))
    return tuple(sorted((name for name in ranked if name in names), key=choice.off.__contains__))


def switched(choice: CameraChoice, camera: str, on: bool | None) -> CameraChoice:
    """A camera's inner view on, off, or (None) the other way. Raises InputError: no such camera, or as many are on as
    the walls can show."""
    _check(choice, (camera,))
    was_off = camera in choice.off
    if (was_off if on is None else on) != was_off:
        return choice
    if not was_off:
        return replace(choice, off=(*choice.off, camera))
    shown = [name for name in choice.order if name not in choice.off]
    if len(shown) >= MOST_CAMERAS:
        problem = f"{len(shown)} cameras are on ({', '.join(shown)}): the walls show no more at once"
        raise InputError(CAMERA, "", problem, "Switch one of them off first")
    return replace(choice, off=tuple(name for name in choice.off if name != camera))


def ordered(choice: CameraChoice, cameras: Sequence[str]) -> CameraChoice:
    """These cameras first, in their order; the others follow as they were. Raises InputError: no such camera."""
    _check(choice, cameras)
    return replace(choice, order=tuple(dict.fromkeys((*cameras, *choice.order))))


def tallied(choice: CameraChoice, camera: str, on: bool) -> CameraChoice:
    """A camera comes on air beside those that are, or goes. Raises InputError: no such camera."""
    _check(choice, (camera,))
    others = tuple(name for name in choice.on_air if name != camera)
    if not on:
        return replace(choice, on_air=others)
    return choice if camera in choice.on_air else replace(choice, on_air=(*others, camera))


def on_air(choice: CameraChoice, cameras: Sequence[str]) -> CameraChoice:
    """These cameras are on air, and no others. Raises InputError: no such camera."""
    _check(choice, cameras)
    return replace(choice, on_air=tuple(dict.fromkeys(cameras)))


def gone_on(choice: CameraChoice, fresh: CameraChoice) -> CameraChoice:
    """A choice that was kept, for the cameras of `fresh`: the stage file may have changed since."""
    known = set(choice.order)
    order = tuple(dict.fromkeys((*(name for name in choice.order if name in fresh.order), *fresh.order)))
    off = {name for name in order if name in (choice.off if name in known else fresh.off)}
    shown = [name for name in order if name not in off][:MOST_CAMERAS]
    return CameraChoice(
        order,
        tuple(name for name in order if name not in shown),
        tuple(name for name in choice.on_air if name in fresh.order),
        choice.snaps,
    )


def said(choice: CameraChoice, camera: str) -> str:
    """How a camera stands, in a few words."""
    place = [name for name in by_priority(choice, choice.order) if name not in choice.off]
    tally = ", on air" if camera in choice.on_air else ""
    return f"{camera} is off{tally}" if camera in choice.off else f"{camera} is number {place.index(camera) + 1}{tally}"


def _check(choice: CameraChoice, cameras: Collection[str]) -> None:
    for camera in cameras:
        if camera not in choice.order:
            problem = f"there is no camera {camera!r}"
            raise InputError(CAMERA, "camera", problem, nearest(camera, choice.order))
