"""The scenes of a plain text or of Fountain. Pure.

Headings are recognised here, for Fountain's own rule knows English only. Its library then does the rest (notes, cut
parts, characters): it is given a forced heading for each, and says which of them count.
"""

from __future__ import annotations

import re
from typing import Any

from screenplay_tools.fountain.parser import Parser
from screenplay_tools.screenplay import ElementType

from stage.errors import InputError
from stage.library.screenplay.heading import LABEL
from stage.library.screenplay.recognising import Found, episode_of, heading_in, looks_like_one
from stage.library.screenplay.scene import ScriptScene

MOST_LINES = 60_000
"""The most lines of a text, about six times a feature film's: the library takes seconds for more."""
LONGEST_LINE = 1000
"""The most characters of a line or a heading that are read: matching longer ones takes ever more time."""
FIRST_LINES = 600
"""Characters of a scene's action that are searched for its weather."""
MARKS = re.compile(r"/\*|\*/|\[\[|\]\]")
"""Fountain's notes and cut parts."""
CLOSED_BY = {"/*": "*/", "[[": "]]"}
ONLY_ENGLISH = re.compile(r"(?:INT|EXT|EST|I\s*/\s*E)[^\w]|[A-Z ]+ IN:$", re.IGNORECASE)
"""What the library takes for a heading though it is none."""
STANDS_FOR = "SCENE HEADING "
LABEL_LINES = 4
"""So many lines after a bare heading are searched for its place and time."""
MOST_TOLD = 20


def scenes_in(text: str, filename: str) -> tuple[list[ScriptScene], list[str]]:
    """The scenes of a text, and notes on lines that may have been headings. Raises InputError for too many lines."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise InputError(filename, "", f"has {len(lines)} lines", f"The limit is {MOST_LINES}")
    kept, open_in = _uncut([short(line) for line in lines])
    prepared, headings, doubts = _prepared(kept)
    if open_in:
        doubts.append(f"line {open_in}: a cut part or a note begins and never ends: what follows is read")
    found: list[list[str]] = []
    for kind, words in _elements(prepared):
        if kind == ElementType.HEADING and words.startswith(STANDS_FOR):
            heading = headings[int(words.removeprefix(STANDS_FOR))]
            found.append([heading.number, heading.text, ""])
        elif kind == ElementType.HEADING:
            found.append(["", words, ""])
        elif kind == ElementType.ACTION and found:
            found[-1][2] = f"{found[-1][2]} {words}".strip()[:FIRST_LINES]
    return [ScriptScene(*row) for row in found], doubts


def short(line: str) -> str:
    """A line with single spaces, cut at the length limit; the marks of notes are kept."""
    plain = " ".join(line.split())
    return (plain[:LONGEST_LINE] + "".join(MARKS.findall(plain[LONGEST_LINE:]))).rstrip()


def _elements(lines: list[str]) -> list[tuple[Any, str]]:
    parser: Any = Parser()  # type: ignore[no-untyped-call]  # the library has no types
    parser.add_text("\n".join(lines))
    return [(each.type, getattr(each, "text", "").strip()) for each in parser.script.elements]


def _prepared(lines: list[str]) -> tuple[list[str], list[Found], list[str]]:
    """The lines with a mark in place of each heading, the headings, and the doubtful lines in words."""
    prepared: list[str] = []
    headings: list[Found] = []
    doubts: list[str] = []
    episode, blank, at = "", True, 0
    while at < len(lines):
        line = lines[at]
        episode = episode_of(line) or episode
        found = heading_in(line, after_blank=blank, episode=episode)
        at += 1
        if found is not None:
            found, at = _with_labels(found, lines, at)
            prepared += ["", f".{STANDS_FOR}{len(headings)}", ""]
            headings.append(found)
        else:
            prepared.append(f"!{line}" if ONLY_ENGLISH.match(line) else line)
            if looks_like_one(line):
                doubts.append(f"line {at} looks like a heading and was not taken for one: {line[:60]}")
        blank = found is not None or not line or _ends_a_scene(line)
    if len(doubts) > MOST_TOLD:
        doubts = [*doubts[:MOST_TOLD], f"{len(doubts) - MOST_TOLD} more lines look like headings"]
    return prepared, headings, doubts


def _with_labels(found: Found, lines: list[str], at: int) -> tuple[Found, int]:
    """A heading that says nothing but its number, with the place and time that lines after it name."""
    if not found.bare:
        return found, at
    end = at
    for offset, line in enumerate(lines[at : at + LABEL_LINES]):
        if LABEL.match(line.strip("【】[] ")):
            found, end = found._replace(text=f"{found.text}, {line.strip('【】[] ')}"), at + offset + 1
        elif line:
            break
    return found, end


def _uncut(lines: list[str]) -> tuple[list[str], int]:
    """The lines without parts that are cut out and notes; the number of the line where one begins that never ends, from
    which on all is kept (0 = none)."""
    kept: list[str] = []
    close, began = "", 0
    for number, line in enumerate(lines, start=1):
        words: list[str] = []
        for part in re.split(f"({MARKS.pattern})", line):
            if close:
                close = "" if part == close else close
            elif part in CLOSED_BY:
                close, began = CLOSED_BY[part], number
            elif part not in CLOSED_BY.values():
                words.append(part)
        kept.append("".join(words).strip())
    if not close:
        return kept, 0
    return [*kept[: began - 1], *(MARKS.sub(" ", line).strip() for line in lines[began - 1 :])], began


def _ends_a_scene(line: str) -> bool:
    """A transition: `CUT TO:`."""
    return line.isupper() and line.endswith(("TO:", "OUT.", "IN:")) and len(line) < 40
