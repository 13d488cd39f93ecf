"""A scene of a screenplay, and a screenplay as it was read."""

from __future__ import annotations

from dataclasses import dataclass

from stage.library.screenplay.heading import taken_apart


@dataclass(frozen=True, slots=True)
class ScriptScene:
    """A scene of a screenplay: its number as written ("" = none), heading, and how its action begins."""

    number: str
    heading: str
    action: str
    pages: str = ""

    @property
    def int_ext(self) -> str:
        """INT, EXT, INT/EXT, or "" where the heading does not say."""
        return taken_apart(self.heading).int_ext

    @property
    def place(self) -> str:
        """The place: the heading without INT/EXT and the time of day."""
        return taken_apart(self.heading).place

    @property
    def time_of_day(self) -> str:
        """DAY, NIGHT, CONTINUOUS as it is written; with the time before it: NIGHT - CONTINUOUS."""
        return taken_apart(self.heading).hour.upper()


@dataclass(frozen=True, slots=True)
class Screenplay:
    """The scenes of a file, and its title ("" where it says none). `notes`: how it was read, and which lines look like
    headings and were not taken."""

    scenes: tuple[ScriptScene, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
