"""The line of each key in a TOML file, for finding a problem in an editor. Pure.

The standard library's reader keeps no positions. This one walks over text that the reader has accepted, keeps the
positions and drops the values; it skips what it does not understand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from stage.files.field_paths import Location, path_text

SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BARE_KEY = re.compile(r"[^\s.=\[\]{},#\"']+")
BARE_VALUE = re.compile(r"[^,\]}\n#]*")
STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:\\.|[^\\])*?"{3,5}',
        r"'''.*?'{3,5}",
        r'"(?:\\.|[^"\\\n])*"',
        r"'[^'\n]*'",
    )
)
LAST_PART = re.compile(r"(?:\.[^.\[\]]*|\[\d+\]|^[^.\[\]]+)$")


def lines_of(text: str) -> dict[str, int]:
    """The line, counted from 1, of each key by its path: `walls[0].cabinets.pitch_mm`."""
    return _Walk(text.replace("\r\n", "\n")).lines


def line_of(field: str, lines: Mapping[str, int]) -> int | None:
    """The line of a field, or of its parent where the file does not have it; None for the file as a whole."""
    while field:
        if field in lines:
            return lines[field]
        shorter = LAST_PART.sub("", field)
        if shorter == field:
            return None
        field = shorter
    return None


class _Walk:
    """One walk over one text; `lines` is the result."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [place for place, character in enumerate(text) if character == "\n"]
        self._counts: dict[Location, int] = {}
        table: Location = ()
        while self._skip():
            table = self._header() if text[self._at] == "[" else self._pair(table)

    def _skip(self) -> bool:
        """Skip blanks and comments; returns whether anything is left."""
        if (found := SPACE.match(self._text, self._at)) is not None:
            self._at = found.end()
        return self._at < len(self._text)

    def _header(self) -> Location:
        """`[table]` or `[[table]]`: the path of the keys that follow."""
        start = self._at
        several = self._text.startswith("[[", start)
        self._at += 2 if several else 1
        *parents, last = self._key() or ("",)
        table: Location = ()
        for part in parents:
            self._note((*table, part), start)
            table = self._inside((*table, part))
        table = (*table, last)
        self._note(table, start)
        if several:
            self._counts[table] = self._counts.get(table, -1) + 1
        table = self._inside(table)
        self._note(table, start)
        self._to_line_end()
        return table

    def _inside(self, table: Location) -> Location:
        """The newest of a list of tables, or the table itself."""
        return (*table, self._counts[table]) if table in self._counts else table

    def _pair(self, table: Location) -> Location:
        """`key = value`; the table that it belongs to."""
        start = self._at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._skip()
        if path == table or not self._text.startswith("=", self._at):
            self._to_line_end()
            return table
        self._at += 1
        self._value(path)
        return table

    def _value(self, path: Location) -> None:
        self._skip()
        opened = self._text[self._at : self._at + 1]
        if opened == "{":
            self._list("}", path, keyed=True)
        elif opened == "[":
            self._list("]", path, keyed=False)
        elif (string := self._string()) is not None:
            self._at = string.end()
        elif (bare := BARE_VALUE.match(self._text, self._at)) is not None:
            self._at = bare.end()

    def _list(self, closing: str, path: Location, keyed: bool) -> None:
        """The items of `[...]`, or the pairs of `{...}`."""
        self._at += 1
        number = 0
        while self._skip() and self._text[self._at] != closing:
            before = self._at
            if keyed:
                self._pair(path)
            else:
                self._note((*path, number), self._at)
                self._value((*path, number))
            number += 1
            if self._skip() and self._text[self._at] == ",":
                self._at += 1
            elif self._at == before:
                return
        self._at += 1

    def _key(self) -> tuple[str, ...]:
        """`a."b c".d` as its parts."""
        parts: list[str] = []
        while True:
            self._skip()
            string = self._string()
            found = string or BARE_KEY.match(self._text, self._at)
            if found is None:
                return tuple(parts)
            self._at = found.end()
            parts.append(found.group()[1:-1] if string else found.group())
            self._skip()
            if not self._text.startswith(".", self._at):
                return tuple(parts)
            self._at += 1

    def _string(self) -> re.Match[str] | None:
        return next((found for one in STRINGS if (found := one.match(self._text, self._at)) is not None), None)

    def _to_line_end(self) -> None:
        end = self._text.find("\n", self._at)
        self._at = len(self._text) if end < 0 else end

    def _note(self, path: Location, place: int) -> None:
        self.lines.setdefault(path_text(path), bisect_right(self._breaks, place - 1) + 1)
