"""The passport of a set as a table and as JSON: every file, what it asks for, what becomes of it. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from stage.errors import sentence
from stage.files.passport import Fate, Passport, PassportEntry, verdict_of

HEAD = ("file", "asks for", "is", "why, and what to do")
WIDEST = (28, 40, 12)
"""The most characters of a column; the last takes what is left of the line."""
LINE = 150
GAP = 2


def by_file(passport: Passport) -> dict[str, Passport]:
    """Each file's entries, in order; an entry that several layers make of one file stands once."""
    files = dict.fromkeys(entry.file for entry in passport)
    return {name: tuple(dict.fromkeys(one for one in passport if one.file == name)) for name in files}


def passport_document(passport: Passport) -> list[dict[str, object]]:
    """Each file with its verdict and entries, as JSON values."""
    return [
        {"file": name, "verdict": verdict_of(entries), "entries": [asdict(entry) for entry in entries]}
        for name, entries in by_file(passport).items()
    ]


def passport_table(passport: Passport) -> list[str]:
    """The lines of the table; nothing where there are no entries."""
    rows = [_row(entry, first) for entries in by_file(passport).values() for first, entry in _numbered(entries)]
    if not rows:
        return []
    widths = [min(most, max(len(row[at]) for row in (HEAD, *rows))) for at, most in enumerate(WIDEST)]
    widths.append(max(24, LINE - sum(widths) - GAP * len(widths)))
    return [line for row in (HEAD, *rows) for line in _lines(row, widths)]


def counted(passport: Passport) -> str:
    """For people: `2 lost, 1 approximated`; `all drawn` where nothing else is to be said."""
    entries = [entry for each in by_file(passport).values() for entry in each]
    counts = [(fate, sum(entry.fate is fate for entry in entries)) for fate in (Fate.LOST, Fate.APPROXIMATED)]
    return ", ".join(f"{count} {fate}" for fate, count in counts if count) or "all drawn"


def _numbered(entries: Passport) -> list[tuple[bool, PassportEntry]]:
    return [(number == 0, entry) for number, entry in enumerate(entries)]


def _row(entry: PassportEntry, first: bool) -> tuple[str, ...]:
    words = [sentence(part) for part in (entry.why, entry.remedy) if part]
    return (entry.file if first else "", entry.asks, entry.fate.value, " ".join(words))


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    deep = max(len(cell) for cell in cells)
    return [
        (" " * GAP)
        .join((cell[line] if line < len(cell) else "").ljust(width) for cell, width in zip(cells, widths, strict=True))
        .rstrip()
        for line in range(deep)
    ]
