"""A day's folder for post: every take's folder, and lists of them all. IO."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stage.errors import InputError
from stage.takes.index import Listed
from stage.takes.library import TakeLibrary
from stage.takes.places import DAY, take_folders
from stage.takes.take import Take
from tools.takes.post.folder import editorial, sealed, write_post, write_texts
from tools.takes.post.report import Report, Table, html
from tools.takes.post.report_pdf import available, write_pdf
from tools.takes.post.shots import Shot

Tell = Callable[[str], None]
HEAD = ("Take", "Time code", "Frames", "Lost", "Circled", "Print", "Rating", "Clip", "Note")


@dataclass
class WrittenDay:
    """`files` of the day itself, `takes` handed over, `left_out` with why."""

    folder: Path
    takes: int = 0
    files: list[Path] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def day_named(library: TakeLibrary, day: str | None) -> str:
    """A day's name; None: the newest that has takes. Raises InputError."""
    days = sorted({folder.parent.name for folder in take_folders(library.root)})
    if day is None:
        if not days:
            raise InputError(str(library.root), "", "there are no takes", "Roll one first")
        return days[-1]
    if DAY.fullmatch(day) is None:
        raise InputError(day, "", "is no day", "Write it as 2026-11-30")
    if day not in days:
        raise InputError(day, "", "has no takes", f"Days with takes: {', '.join(days[-8:]) or 'none'}")
    return day


def takes_of(library: TakeLibrary, day: str) -> list[Listed]:
    """A day's takes in the order they were shot."""
    return [each for each in reversed(library.listed()) if each.name.startswith(f"{day}/")]


def write_day(library: TakeLibrary, day: str, out: Path, clips: dict[str, str], tell: Tell) -> WrittenDay:
    """Write a day. `clips`: the camera's clip by take, where it was matched. A take that cannot be read is left out,
    and named. Raises InputError where the folder cannot be written."""
    done = WrittenDay(out / day)
    shots: list[Shot] = []
    reports: list[Report] = []
    for each in takes_of(library, day):
        try:
            with Take(each.folder) as take:
                handed = write_post(take, done.folder / each.folder.name)
        except InputError as error:
            done.left_out.append(f"{each.name}: {error}")
            continue
        clip = clips.get(each.name)
        shots.append(handed.shot if clip is None else replace(handed.shot, media=clip, reel=Path(clip).stem))
        reports.append(handed.report)
        tell(f"{each.name}: {len(handed.files)} files")
    done.takes = len(shots)
    if shots:
        done.files = _lists(day, done.folder, shots, reports, done.left_out)
    return done


def by_rate(shots: Sequence[Shot]) -> dict[str, list[Shot]]:
    """Lists hold one rate each."""
    found: dict[str, list[Shot]] = {}
    for shot in shots:
        found.setdefault(shot.info.rate, []).append(shot)
    return found


def _lists(day: str, folder: Path, shots: list[Shot], reports: list[Report], left_out: list[str]) -> list[Path]:
    try:
        rates = by_rate(shots)
        files: list[Path] = []
        for rate, some in rates.items():
            stem = "day" if len(rates) == 1 else f"day_{re.sub('[^0-9]+', '-', rate)}"
            files += write_texts(folder, editorial(day, some, stem))
        first = day_report(day, shots, left_out)
        files += write_texts(folder, {"report.html": html(first)})
        if available():
            write_pdf([first, *reports], folder / "report.pdf")
            files.append(folder / "report.pdf")
        return sealed(folder, files, shots[0].info.software)
    except OSError as error:
        raise InputError(str(folder), "", f"cannot be written: {error.strerror}", "Make room on the disk") from error


def day_report(day: str, shots: Sequence[Shot], left_out: Sequence[str] = ()) -> Report:
    """All takes of a day in a table."""
    rows = tuple(_row(shot) for shot in shots)
    tables = [Table("", HEAD, rows)]
    if left_out:
        tables.append(Table("Left out", ("Take",), tuple((text,) for text in left_out)))
    return Report(day, tuple(tables))


def _row(shot: Shot) -> tuple[str, ...]:
    info = shot.info
    return (
        info.title,
        info.start_timecode,
        str(shot.length),
        str(info.lost),
        "yes" if info.circled else "",
        "yes" if info.printed else "",
        "" if info.rating is None else str(info.rating),
        "" if shot.media is None else Path(shot.media).name,
        info.note,
    )
