"""The newest takes as browsers have them."""

from __future__ import annotations

from dataclasses import dataclass

from stage.takes.library import Listed, TakeLibrary
from stage.takes.proxy import proxies_of

NEWEST = 200
"""The most that every browser holds; older ones are found by search."""


@dataclass(frozen=True, slots=True)
class TakeMovie:
    """A small movie of an output during a take: its picture at t seconds is that of frame `first_frame` + t * rate."""

    output: str
    first_frame: int


@dataclass(frozen=True, slots=True)
class TakeRow:
    """A take in the list. `problem`: its file is damaged. `scenes`: the sets its frames show."""

    name: str
    slate: str | None
    take: int
    status: str
    rolled_at: str
    timecode: str
    rate: str
    frames: int
    pre_roll: int
    lost: int
    circled: bool
    printed: bool
    rating: int | None
    note: str
    by: str | None
    scenes: tuple[str, ...]
    bytes: int
    problem: str | None
    first_frame: int | None = None
    proxies: tuple[TakeMovie, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeShelf:
    """The newest takes, newest first, and how many there are in all."""

    rows: tuple[TakeRow, ...]
    total: int
    folder: str


def shelf_of(library: TakeLibrary) -> TakeShelf:
    """What lies in a folder now."""
    return TakeShelf(tuple(row_of(each) for each in library.listed(most=NEWEST)), library.count(), str(library.root))


def row_of(each: Listed) -> TakeRow:
    """A take as browsers have it."""
    info = each.info
    if info is None:
        return TakeRow(
            name=each.name,
            slate=None,
            take=0,
            status="damaged",
            rolled_at="",
            timecode="",
            rate="24",
            frames=0,
            pre_roll=0,
            lost=0,
            circled=False,
            printed=False,
            rating=None,
            note="",
            by=None,
            scenes=(),
            bytes=each.bytes,
            problem=each.problem,
        )
    return TakeRow(
        name=each.name,
        slate=info.slate,
        take=info.take,
        status=info.status,
        rolled_at=info.rolled_at,
        timecode=info.start_timecode,
        rate=info.rate,
        frames=info.frames,
        pre_roll=info.pre_roll,
        lost=info.lost,
        circled=info.circled,
        printed=info.printed,
        rating=info.rating,
        note=info.note,
        by=info.rolled_by,
        scenes=tuple(sorted({name.split("/")[2] for name in info.content if name.startswith("stage/scenes/")})),
        bytes=each.bytes,
        problem=None,
        first_frame=info.first_frame,
        proxies=tuple(TakeMovie(name, first) for name, first in proxies_of(each.folder).items()),
    )
