"""The cues of a show in order. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stage.errors import InputError
from stage.files.problems import nearest
from stage.model.show import Cue, ShowFile

NEXT, PREVIOUS = "next", "previous"
AHEAD = 2
"""The number of coming cues whose sets are prepared in advance."""


@dataclass(frozen=True, slots=True)
class CueRow:
    """One cue on the page. `fade_s` unset: the preset's own. `problem`: why it cannot be fired."""

    id: str
    title: str
    scene_number: str
    heading: str
    slate: str
    set: str | None
    preset: str | None
    fade_s: float | None
    colour: str
    notes: str
    done: bool
    problem: str


@dataclass(frozen=True, slots=True)
class CueList:
    """The loaded show; `name` None = none. `current` was fired last; `next` and `previous` are its neighbours, None at
    the ends. `problem`: why the file cannot be read."""

    name: str | None = None
    title: str = ""
    revision: str | None = None
    cues: tuple[CueRow, ...] = ()
    current: str | None = None
    next: str | None = None
    previous: str | None = None
    problem: str = ""


def neighbour(show: ShowFile, current: str | None, step: str) -> str | None:
    """The id of the cue before or after; before the first step, next is the first cue. None beyond the ends."""
    ids = [cue.id for _, cue in show.cues()]
    if current not in ids:
        return ids[0] if ids and step == NEXT else None
    wanted = ids.index(current) + (1 if step == NEXT else -1)
    return ids[wanted] if 0 <= wanted < len(ids) else None


def cue_of(show: ShowFile, cue_id: str) -> Cue:
    """The cue of an id, filled in from its scene. Raises InputError."""
    cues = {cue.id: cue for _, cue in show.cues()}
    if cue_id not in cues:
        raise InputError(show.name, "cue", f"has no cue {cue_id!r}", nearest(cue_id, cues))
    return cues[cue_id]


def sets_ahead(show: ShowFile, cue_id: str | None, own: str | None) -> tuple[str, ...]:
    """The sets of the cues that follow, without `own`, which is on air then; before the first cue, of the first."""
    cues = [cue for _, cue in show.cues()]
    ids = [cue.id for cue in cues]
    first = ids.index(cue_id) + 1 if cue_id in ids else 0
    return tuple(dict.fromkeys(cue.set for cue in cues[first : first + AHEAD] if cue.set and cue.set != own))


def rows_of(show: ShowFile, problem_of: Callable[[Cue], str]) -> tuple[CueRow, ...]:
    """The cues for the page; `problem_of` says why one cannot be fired."""
    return tuple(
        CueRow(
            id=cue.id,
            title=cue.title,
            scene_number=scene.number,
            heading=scene.heading,
            slate=cue.slate or cue.id,
            set=cue.set,
            preset=cue.preset,
            fade_s=None if cue.transition is None else cue.transition.duration_s,
            colour=cue.colour,
            notes=cue.notes or scene.notes,
            done=cue.done,
            problem=problem_of(cue),
        )
        for scene, cue in show.cues()
    )
