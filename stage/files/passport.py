"""A file's passport: what it asks for, and whether that is on the wall, approximated or lost. Pure.

Every reader of a file that people bring (a set's layers, a wall's calibration) makes entries. Rule: whatever a reader
does not do as the file asks, it says here. What cannot be used at all is an InputError.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from stage.errors import sentence


class Fate(StrEnum):
    """What becomes of a thing that a file asks for."""

    DRAWN = "drawn"
    APPROXIMATED = "approximated"
    LOST = "lost"


class Verdict(StrEnum):
    """What an operator does about a file: show it, look at what is said of it first, or not show it."""

    READY = "ready"
    LOOK = "look at this"
    NOT = "not this"


@dataclass(frozen=True, slots=True)
class PassportEntry:
    """One thing that a file asks for.

    `file`: its name. `asks`: a few words, in the file's own terms ("KHR_materials_clearcoat on 2 materials", "23.976
    frames/s"). `why`: how it is drawn instead, or why it is not. `remedy`: what to do about it, an imperative; empty
    where there is nothing to do. A drawn thing may have both: what it costs, and how to avoid that.
    """

    file: str
    asks: str
    fate: Fate
    why: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        """One line for a log or a list."""
        why = f" ({sentence(self.why).rstrip('.')})" if self.why else ""
        remedy = f". {sentence(self.remedy)}" if self.remedy else ""
        return f"{self.file}: {self.asks} is {self.fate}{why}{remedy}"


Passport = tuple[PassportEntry, ...]


def drawn(file: str, asks: str, why: str = "", remedy: str = "") -> PassportEntry:
    """It is on the wall as the file asks."""
    return PassportEntry(file, asks, Fate.DRAWN, why, remedy)


def approximated(file: str, asks: str, why: str, remedy: str = "") -> PassportEntry:
    """It is on the wall, but not quite as the file asks."""
    return PassportEntry(file, asks, Fate.APPROXIMATED, why, remedy)


def lost(file: str, asks: str, why: str, remedy: str = "") -> PassportEntry:
    """It is not on the wall."""
    return PassportEntry(file, asks, Fate.LOST, why, remedy)


def verdict_of(passport: Iterable[PassportEntry], usable: bool = True) -> Verdict:
    """What to do about a file or a set: `usable` says whether it can be shown at all."""
    if not usable:
        return Verdict.NOT
    return Verdict.READY if all(entry.fate is Fate.DRAWN for entry in passport) else Verdict.LOOK
