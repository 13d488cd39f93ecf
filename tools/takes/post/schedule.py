"""A show file against the takes of a day: what was planned, what is shot, what is left at the present pace. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from stage.model.show import ShowFile
from stage.takes.index import Listed
from stage.takes.take_info import TakeInfo
from tools.takes.post.report import Report, Table

S_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A cue of the show. `takes` of its slate on the day, `circled` of them, `first` rolled at (ISO 8601)."""

    cue: str
    slate: str
    title: str
    scene: str
    pages: str
    takes: int
    circled: int
    first: str | None

    @property
    def shot(self) -> bool:
        """Whether a take of it was rolled."""
        return self.takes > 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """The day. `minutes_each`: from one cue's first take to the next one's, the mean of those shot; None before the
    second. `unplanned`: slates that no cue has."""

    day: str
    title: str
    cues: tuple[Planned, ...]
    minutes_each: float | None
    unplanned: tuple[str, ...]
    last: str | None

    @property
    def left(self) -> tuple[Planned, ...]:
        """Cues without a take."""
        return tuple(cue for cue in self.cues if not cue.shot)

    @property
    def done_at(self) -> str | None:
        """When the last cue will be begun at the present pace, ISO 8601; None where there is no pace yet, or nothing is
        left."""
        if self.minutes_each is None or self.last is None or not self.left:
            return None
        more = timedelta(minutes=self.minutes_each * len(self.left))
        return (datetime.fromisoformat(self.last) + more).isoformat(timespec="minutes")

    @property
    def said(self) -> str:
        """In words."""
        shot = len(self.cues) - len(self.left)
        lines = [f"{self.title or 'show'}, {self.day}: {shot} of {len(self.cues)} cues shot, {len(self.left)} left"]
        if self.minutes_each is not None:
            then = f"; the last begins about {self.done_at}" if self.done_at else ""
            lines.append(f"{self.minutes_each:.0f} minutes a cue so far{then}")
        lines += [f"{cue.cue:<10} {_state(cue):<22} {cue.title}" for cue in self.cues]
        lines += [f"{slate:<10} not in the show" for slate in self.unplanned]
        return "\n".join(lines)

    def document(self) -> str:
        """As JSON."""
        made: dict[str, Any] = {**asdict(self), "left": [cue.cue for cue in self.left], "done_at": self.done_at}
        return json.dumps(made, indent=2, ensure_ascii=False)

    def report(self) -> Report:
        """As a page."""
        rows = tuple((cue.scene, cue.cue, cue.title, cue.pages, _state(cue), cue.first or "") for cue in self.cues)
        head = ("Scene", "Cue", "Title", "Pages", "State", "First take")
        tables = [Table("", head, rows)]
        if self.unplanned:
            tables.append(Table("Not in the show", ("Slate",), tuple((slate,) for slate in self.unplanned)))
        return Report(f"{self.title or 'Show'}, {self.day}", tuple(tables))


def schedule_of(show: ShowFile, day: str, takes: Sequence[Listed]) -> Schedule:
    """The show against a day's takes, in the order they were shot."""
    infos = [each.info for each in takes if each.info is not None]
    by_slate: dict[str, list[TakeInfo]] = {}
    for info in infos:
        by_slate.setdefault((info.slate or "").casefold(), []).append(info)
    cues: list[Planned] = []
    for scene, cue in show.cues():
        slate = cue.slate or cue.id
        shot = by_slate.get(slate.casefold(), [])
        circled = sum(info.circled for info in shot)
        first = min((info.rolled_at for info in shot), default=None)
        cues.append(
            Planned(
                cue=cue.id,
                slate=slate,
                title=cue.title,
                scene=scene.number,
                pages=scene.pages,
                takes=len(shot),
                circled=circled,
                first=first,
            )
        )
    slates = dict.fromkeys(info.slate or "" for info in infos)
    planned = {cue.slate.casefold() for cue in cues}
    begun = sorted(cue.first for cue in cues if cue.first is not None)
    return Schedule(
        day=day,
        title=show.title or show.name,
        cues=tuple(cues),
        minutes_each=_pace(begun),
        unplanned=tuple(slate for slate in slates if slate.casefold() not in planned),
        last=begun[-1] if begun else None,
    )


def _pace(begun: Sequence[str]) -> float | None:
    if len(begun) < 2:
        return None
    seconds = (datetime.fromisoformat(begun[-1]) - datetime.fromisoformat(begun[0])).total_seconds()
    return seconds / S_PER_MINUTE / (len(begun) - 1)


def _state(cue: Planned) -> str:
    if not cue.shot:
        return "left"
    return (
        f"{cue.takes} takes, {cue.circled} circled" if cue.takes > 1 else f"1 take{', circled' if cue.circled else ''}"
    )
