"""Orders about takes on the walls: play, pause, move about, and back to live. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from stage.errors import InputError
from stage.messages.takes import Playing
from stage.model.base import Model
from stage.show import playback
from stage.show.orders.order import Order, When
from stage.show.orders.sets import admit
from stage.show.show_control import ShowControl

TAKE = "Take"
"""The heading of its error messages."""
Speed = Annotated[float, Field(ge=-4.0, le=4.0)]
FrameNumber = Annotated[int, Field(ge=0)]


class PlayTake(Model):
    """Show a take on the walls: the same light again, frame by frame. `speed` 0 stands, 0.25 is slow, below 0 backward.
    `first` and `last` are numbers of its frames (unset: from the roll to its end)."""

    take: Annotated[str, Field(min_length=1, max_length=120)]
    speed: Speed = 1.0
    loop: bool = False
    first: FrameNumber | None = None
    last: FrameNumber | None = None


class TakeSpeed(Model):
    """Go on at another speed; 0 stands."""

    speed: Speed


class SeekTake(Model):
    """Show the frame so many seconds after the roll, and go on from it."""

    seconds: Annotated[float, Field(ge=-60.0, le=86_400.0)]


class StepTake(Model):
    """Stand, so many frames from here; below 0 backward."""

    frames: Annotated[int, Field(ge=-1000, le=1000)] = 1


class LeaveTake(Model):
    """Back to live."""


def _play(show: ShowControl, order: PlayTake, when: When) -> str:
    if show.slate.rolling:
        raise InputError(TAKE, "", "a take is rolling", "Cut first")
    span = show.find_take(order.take)
    part = (span.roll if order.first is None else order.first, span.last if order.last is None else order.last)
    if not span.first <= part[0] <= part[1] <= span.last:
        raise InputError(TAKE, "first", f"has no frames {part[0]} to {part[1]}", f"{span.first} to {span.last}")
    for scene in span.scenes:
        admit(show, scene, True, when.now_ns)
    show.playing = playback.begun(span, when.present_ns, order.speed, order.loop, part)
    return f"playing {span.name}"


def _speed(show: ShowControl, order: TakeSpeed, when: When) -> str:
    show.playing = playback.at_speed(_on(show), when.present_ns, order.speed)
    return f"{order.speed:g} times its speed" if order.speed else "standing"


def _seek(show: ShowControl, order: SeekTake, when: When) -> str:
    playing = _on(show)
    number = playing.roll + round(order.seconds * float(Fraction(playing.rate)))
    show.playing = playback.moved_to(playing, when.present_ns, number)
    return f"at frame {show.playing.at_number}"


def _step(show: ShowControl, order: StepTake, when: When) -> str:
    show.playing = playback.stepped(_on(show), when.present_ns, order.frames)
    return f"at frame {show.playing.at_number}"


def _live(show: ShowControl, order: LeaveTake, when: When) -> str:
    show.playing = None
    return "live"


def _on(show: ShowControl) -> Playing:
    if show.playing is None:
        raise InputError(TAKE, "", "no take is on the walls", "Play one first")
    return show.playing


ROWS: tuple[Order[Any], ...] = (
    Order("take.play", TAKE, PlayTake, _play),
    Order("take.speed", TAKE, TakeSpeed, _speed),
    Order("take.seek", TAKE, SeekTake, _seek),
    Order("take.step", TAKE, StepTake, _step),
    Order("take.live", TAKE, LeaveTake, _live),
)
