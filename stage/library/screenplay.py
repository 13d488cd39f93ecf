"""Screenplays: Fountain and Final Draft's FDX, read for their scene headings. Pure: bytes in, scenes out.

FDX is untrusted XML: a document type (entities that expand without end, external files) is refused.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from screenplay_tools.fountain.parser import Parser
from screenplay_tools.screenplay import ElementType

from stage.errors import InputError

LARGEST_BYTES = 8 * 1024 * 1024
MOST_LINES = 60_000
"""The most lines of Fountain, about six times a feature film's: the library takes seconds for more."""
LONGEST_LINE = 1000
"""The most characters of a line or a heading that are read: matching longer ones takes ever more time."""
FIRST_LINES = 600
"""Characters of a scene's action that are searched for its weather."""
INSIDE = re.compile(r"^\s*(INT\.?\s*/\s*EXT|EXT\.?\s*/\s*INT|I\s*/\s*E|INT|EXT|EST)\b[. ]*", re.IGNORECASE)
MARKS = re.compile(r"/\*|\*/|\[\[|\]\]")
"""Fountain's notes and cut parts."""
DASH = re.compile(r"\s+[-–—]+\s+")
DASHES = " \t-–—"
HOUR = re.compile(
    r"(?:EARLY |LATE |PRE-?)?(?:DAY|NIGHT|MORNING|(?:AFTER)?NOON|EVENING|DAWN|DUSK|SUNRISE|SUNSET|MIDNIGHT|TWILIGHT)",
    re.IGNORECASE,
)
"""A part of a heading that consists of a time of day only."""
HEADINGS = ("Scene Heading", "Scene Heading (Top of Page)")


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
        found = INSIDE.match(self.heading)
        word = re.sub(r"[\s.]", "", found.group(1)).upper() if found else ""
        return {"INT": "INT", "EXT": "EXT", "EST": "EXT", "": ""}.get(word, "INT/EXT")

    @property
    def place(self) -> str:
        """The place: the heading without INT/EXT and the time of day."""
        return self._place_and_time()[0]

    @property
    def time_of_day(self) -> str:
        """The text after the last dash: DAY, NIGHT, CONTINUOUS, with the time before it: NIGHT - CONTINUOUS."""
        return self._place_and_time()[1].upper()

    def _place_and_time(self) -> tuple[str, str]:
        parts = DASH.split(INSIDE.sub("", self.heading).strip(DASHES))
        first = max(len(parts) - 1, 1)
        while first > 1 and HOUR.fullmatch(parts[first - 1]):
            first -= 1
        return " - ".join(parts[:first]), " - ".join(parts[first:])


def scenes_of(data: bytes, filename: str) -> list[ScriptScene]:
    """The scenes of a screenplay in a file of that name.

    Raises InputError: too large, too many lines, not text, broken XML (with its line), no scene heading.
    """
    if len(data) > LARGEST_BYTES:
        raise InputError(filename, "", f"has {len(data)} bytes", f"The limit is {LARGEST_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(filename, f"line {line}", "is not UTF-8 text", "Save it as UTF-8 Fountain, or FDX") from error
    if "\0" in text:
        raise InputError(filename, "", "is not text", "Export it as Fountain or FDX")
    fdx = filename.lower().endswith(".fdx") or text.lstrip().startswith("<?xml")
    scenes = _of_fdx(text, filename) if fdx else _of_fountain(text, filename)
    if not scenes:
        raise InputError(filename, "", "has no scene heading", "Headings begin with INT., EXT., or a dot in Fountain")
    return scenes


def _of_fountain(text: str, filename: str) -> list[ScriptScene]:
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise InputError(filename, "", f"has {len(lines)} lines", f"The limit is {MOST_LINES}")
    parser: Any = Parser()  # type: ignore[no-untyped-call]  # the library has no types
    parser.add_text("\n".join(map(_short, lines)))
    found: list[list[str]] = []
    for element in parser.script.elements:
        if element.type == ElementType.HEADING:
            found.append([element.scene_number or "", element.text.strip(), ""])
        elif element.type == ElementType.ACTION and found:
            found[-1][2] = f"{found[-1][2]} {element.text}".strip()[:FIRST_LINES]
    return [ScriptScene(*row) for row in found]


def _of_fdx(text: str, filename: str) -> list[ScriptScene]:
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError(filename, "", "declares a document type", "Export it from Final Draft again")
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise InputError(filename, f"line {line}", f"is not valid XML: {error}", "Export it again") from error
    found: list[list[str]] = []
    for paragraph in root.iterfind("./Content/Paragraph"):
        words = _short("".join("".join(each.itertext()) for each in paragraph.findall("Text")))
        kind = paragraph.get("Type", "")
        if kind in HEADINGS:
            properties = paragraph.find("SceneProperties")
            pages = "" if properties is None else properties.get("Length", "")
            found.append([paragraph.get("Number", ""), words, "", pages])
        elif kind in ("Action", "General") and found:
            found[-1][2] = f"{found[-1][2]} {words}".strip()[:FIRST_LINES]
    return [ScriptScene(*row) for row in found]


def _short(line: str) -> str:
    """A line with single spaces, cut at the length limit; the marks of notes are kept."""
    plain = " ".join(line.split())
    return (plain[:LONGEST_LINE] + "".join(MARKS.findall(plain[LONGEST_LINE:]))).rstrip()
