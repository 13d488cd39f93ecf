"""Orders about cues: which show is stepped through, and the step to a cue. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from stage.errors import InputError
from stage.messages.commands import OnAir
from stage.model.base import Model, Name, NameOrNone, SlateOrNone
from stage.model.preset import Transition
from stage.show import clapper
from stage.show.cue_list import NEXT, PREVIOUS, cue_of, neighbour, sets_ahead
from stage.show.orders.looks import with_part
from stage.show.orders.order import Files, Given, Order, When
from stage.show.orders.sets import Prepared, admit
from stage.show.partial import laid_over
from stage.show.show_control import ShowControl

CUE = "Cue"


class LoadCueList(Model):
    """Load a show's cue list; none unloads it. No picture changes. `prepare`: sets of its first cues, filled in from
    the show file."""

    cue_list: NameOrNone = None
    prepare: Prepared = ()


class FireCue(Model):
    """A cue's set and look, both on one frame. An operator gives `step` or `cue`; the rest is filled in from the show
    file. `expected` is the cue that was on air then ("" = none): if two operators press "next" at once, the second is
    refused. `prepare`: sets of the cues that follow."""

    cue_list: Name
    cue: Name
    preset: NameOrNone = None
    part: Annotated[dict[str, Any], Field(default_factory=dict)]
    transition: Transition = Transition()
    scene: NameOrNone = None
    slate: SlateOrNone = None
    expected: str | None = None
    prepare: Prepared = ()
    when_ready: bool = False


def _with_first_sets(files: Files, air: OnAir | None, given: Given) -> Given:
    name = given.get("cue_list")
    if not isinstance(name, str) or not name:
        return given
    return {**given, "prepare": sets_ahead(files.show(name), None, air.scene if air else None)}


def _from_show(files: Files, air: OnAir | None, given: Given) -> Given:
    """An operator gives `step` or `cue`, optionally `fade_s`, `cue_list` and `when_ready`; the show gives the rest."""
    if "part" in given:
        return given
    name = given.get("cue_list") or (air.cue_list if air else None)
    if not isinstance(name, str):
        raise InputError(CUE, "", "no cue list is loaded", "Load one first")
    show, asked = files.show(name), {**given, "cue_list": name}
    here = air.cue if air and air.cue_list == name else None
    step = asked.pop("step", None)
    if step is not None:
        if step not in (NEXT, PREVIOUS):
            raise InputError(CUE, "step", f"is {step!r}", f"Use {NEXT} or {PREVIOUS}, or give a cue's id")
        asked["cue"], asked["expected"] = neighbour(show, here, step), asked.get("expected", here or "")
        if asked["cue"] is None:
            raise InputError(CUE, "", f"there is no {step} cue", "This is the end of the list")
    cue = cue_of(show, str(asked.get("cue", "")))
    filled = {"slate": cue.slate, "scene": cue.set, "preset": cue.preset, "prepare": sets_ahead(show, cue.id, cue.set)}
    recall = with_part(files, air, {"preset": cue.preset}) if cue.preset else {"part": {}, "transition": {}}
    if cue.set:
        files.look_for(cue.set)
    transition = cue.transition.model_dump() if cue.transition else dict(recall["transition"])
    if (fade_s := asked.pop("fade_s", None)) is not None:
        transition["duration_s"] = fade_s
    return {**filled, **asked, "part": recall["part"], "transition": transition}


def _load(show: ShowControl, order: LoadCueList, when: When) -> str:
    if order.cue_list != show.cue_list:
        show.cue_list, show.cue = order.cue_list, None
    show.prepared = order.prepare or show.prepared
    return order.cue_list or "none"


def _fire(show: ShowControl, order: FireCue, when: When) -> str:
    """Set and look change on the same frame."""
    here = show.cue if order.cue_list == show.cue_list else None
    if order.expected is not None and order.expected != (here or ""):
        at = f"the cue on air is now {here or 'none'}, not {order.expected or 'none'}"
        raise InputError(CUE, "", at, "Check the cue list and continue from there")
    scene = order.scene or show.scene
    admit(show, scene, order.when_ready, when.now_ns)
    after = laid_over(show.look, order.part, order.preset or order.cue)
    show.put_on(scene, after)
    show.director.recall(order.part, order.preset, order.transition, when.present_ns)
    show.cue_list, show.cue, show.prepared = order.cue_list, order.cue, order.prepare
    show.slate = clapper.chosen(show.slate, order.slate)
    return f"{order.cue}: {order.preset or 'unchanged look'} in {scene}"


ROWS: tuple[Order[Any], ...] = (
    Order("cue.load", "Cue list", LoadCueList, _load, complete=_with_first_sets),
    Order("cue.fire", CUE, FireCue, _fire, complete=_from_show, lock="go"),
)
