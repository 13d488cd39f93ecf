"""Orders about the look: presets, values, steps back and forward, A and B. Pure."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from stage.errors import InputError
from stage.messages.commands import OnAir
from stage.model.base import Model, Name, Seconds
from stage.model.preset import Transition
from stage.show import slots
from stage.show.look_names import unknown_names
from stage.show.orders.order import Files, Given, Order, When
from stage.show.partial import Part, laid_over, part_from_paths
from stage.show.show_control import ShowControl

NAMING = {"walls", "light_cards", "fixtures", "inner"}
"""The groups of a look that refer to walls, cameras or fixtures by name."""
BY_HAND = "a look with unsaved changes"


class RecallLook(Model):
    """Apply a preset's part to the look, with its transition; both are filled in from the preset's file."""

    preset: Name
    part: Annotated[dict[str, Any], Field(default_factory=dict)]
    transition: Transition = Transition()


class SetLook(Model):
    """Set values by path (`exposure.ev`, `walls.main.brightness`), faded in over `fade_s`."""

    values: Annotated[dict[str, Any], Field(min_length=1, max_length=500)]
    fade_s: Seconds = 0.0


class StepLook(Model):
    """Go one step back or forward."""

    fade_s: Seconds = 0.0


class KeepLook(Model):
    """Keep the requested look in a slot, replacing what is in it. No picture changes."""

    slot: Literal["a", "b"]


class GoToSlot(Model):
    """Go to the look in a slot; without `slot`, to the one that is not on air, or to A where neither is."""

    slot: Literal["a", "b"] | None = None
    fade_s: Seconds = 0.0


def with_part(files: Files, air: OnAir | None, given: Given) -> Given:
    """Fill in the preset's file; a given transition takes precedence."""
    if not isinstance(given.get("preset"), str) or "part" in given:
        return given
    part, transition = files.part_of(given["preset"])
    return {**given, "part": part, "transition": transition.model_dump() | dict(given.get("transition") or {})}


def _recall(show: ShowControl, order: RecallLook, when: When) -> str:
    show.director.recall(order.part, order.preset, order.transition, when.present_ns)
    return f"{order.preset} in {order.transition.duration_s:g} s"


def _set(show: ShowControl, order: SetLook, when: When) -> str:
    part = part_from_paths(order.values)
    _check_names(show, part)
    show.director.change(part, when.present_ns, order.fade_s)
    return ", ".join(order.values)


def _check_names(show: ShowControl, part: Part) -> None:
    """Raises InputError where a preset's part names a wall, camera or fixture that the stage does not have, unless
    the look named it before."""
    if not NAMING & part.keys():
        return
    names = partial(unknown_names, walls=show.walls, fixtures=show.fixtures, cameras=show.choice.order)
    before = {problem for _, problem, _ in names(show.look)}
    for field, problem, remedy in names(laid_over(show.look, part)):
        if problem not in before:
            raise InputError("look", field, problem, remedy)


def _undo(show: ShowControl, order: StepLook, when: When) -> str:
    show.director.undo(when.present_ns, order.fade_s)
    return show.director.preset or BY_HAND


def _redo(show: ShowControl, order: StepLook, when: When) -> str:
    show.director.redo(when.present_ns, order.fade_s)
    return show.director.preset or BY_HAND


def _keep(show: ShowControl, order: KeepLook, when: When) -> str:
    show.slots = slots.with_kept(show.slots, order.slot, show.look, show.director.preset)
    show.gone_to = order.slot
    return f"kept in {order.slot.upper()}"


def _go_to_slot(show: ShowControl, order: GoToSlot, when: When) -> str:
    on = slots.slot_on(show.slots, show.gone_to, show.look)
    kept = slots.chosen(show.slots, order.slot, on)
    show.director.go_to(kept.look, kept.preset, when.present_ns, order.fade_s)
    show.gone_to = kept.slot
    return f"{kept.slot.upper()}{f': {kept.preset}' if kept.preset else ''}"


ROWS: tuple[Order[Any], ...] = (
    Order("look.recall", "Preset", RecallLook, _recall, complete=with_part, lock="presets"),
    Order("look.set", "Look", SetLook, _set),
    Order("look.undo", "Undo", StepLook, _undo),
    Order("look.redo", "Redo", StepLook, _redo),
    Order("look.keep", "Look", KeepLook, _keep, no_address="a look is kept where its picture is seen: on the page"),
    Order("look.ab", "Look", GoToSlot, _go_to_slot),
)
