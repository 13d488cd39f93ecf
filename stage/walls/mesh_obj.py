"""Wavefront OBJ: `v`, `vt`, `f`, `o`, `g`. Polygons become fans; indices are 1-based, or negative = from the end.

`v` in `vt u v` counts from the lower edge of the picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from stage.errors import InputError
from stage.walls.triangles import MAX_TRIANGLES, WallTriangles

Corner = tuple[int, int]


class _ObjReader:
    """Holds what has been read so far; a face's corners are kept as (position, picture coordinate) pairs."""

    def __init__(self, path: Path, name: str | None) -> None:
        self._path = path
        self._name = name
        self._line = 0
        self._positions: list[tuple[float, ...]] = []
        self._uvs: list[tuple[float, ...]] = []
        self._corners: dict[Corner, int] = {}
        self._triangles: list[tuple[int, int, int]] = []
        self._names: list[str] = []
        self._wanted = name is None
        self._statements = {
            "v": self._position,
            "vt": self._picture_coordinate,
            "f": self._face,
            "o": self._object,
            "g": self._object,
        }

    def read(self, text: str) -> WallTriangles:
        for self._line, words in _statements(text):
            statement = self._statements.get(words[0])
            if statement is not None:
                statement(words[1:])
        if self._name is not None and self._name not in self._names:
            known = ", ".join(dict.fromkeys(self._names)) or "none"
            raise InputError(str(self._path), "object", f"has no object {self._name!r}", f"It has: {known}")
        positions = np.array([self._positions[v] for v, _ in self._corners], np.float64).reshape(-1, 3)
        uv_up = np.array([self._uvs[vt] for _, vt in self._corners], np.float64).reshape(-1, 2)
        uv_down = np.stack([uv_up[:, 0], 1.0 - uv_up[:, 1]], axis=1)
        return WallTriangles(positions, uv_down, np.array(self._triangles, np.int32).reshape(-1, 3))

    def _position(self, words: list[str]) -> None:
        self._positions.append(self._numbers(words, 3))

    def _picture_coordinate(self, words: list[str]) -> None:
        self._uvs.append(self._numbers(words, 2))

    def _object(self, words: list[str]) -> None:
        """Faces belong to the objects and groups named last."""
        self._names += words
        self._wanted = self._name is None or self._name in words

    def _face(self, words: list[str]) -> None:
        if not self._wanted:
            return
        if len(words) < 3:
            raise self._error(f"a face of {len(words)} corners", "A face has at least three")
        first, *others = [self._corner(word) for word in words]
        self._triangles += [(first, b, c) for b, c in pairwise(others)]
        if len(self._triangles) > MAX_TRIANGLES:
            raise self._error(f"more than {MAX_TRIANGLES} triangles", "Export the wall with fewer polygons")

    def _corner(self, word: str) -> int:
        """`v/vt` or `v/vt/vn` as the number of one of our vertices."""
        parts = word.split("/")
        if len(parts) < 2 or not parts[1]:
            raise self._error("a face without picture coordinates (vt)", "Unwrap the wall (UV) and export with UV")
        pair = (self._index(parts[0], len(self._positions)), self._index(parts[1], len(self._uvs)))
        return self._corners.setdefault(pair, len(self._corners))

    def _index(self, word: str, count: int) -> int:
        try:
            number = int(word)
        except ValueError as error:
            raise self._error(f"{word!r} is not an index", "Export the file again") from error
        index = number - 1 if number > 0 else count + number
        if number == 0 or not 0 <= index < count:
            raise self._error(f"index {number} is out of range (1 to {count})", "Export the file again")
        return index

    def _numbers(self, words: list[str], count: int) -> tuple[float, ...]:
        try:
            numbers = tuple(float(word) for word in words[:count])
        except ValueError as error:
            raise self._error(f"{' '.join(words)!r} are not numbers", "Export the file again") from error
        if len(numbers) < count:
            raise self._error(f"{len(numbers)} numbers where {count} are needed", "Export the file again")
        if not all(math.isfinite(number) for number in numbers):
            raise self._error("a number that is not finite", "Correct the mesh and export it again")
        return numbers

    def _error(self, problem: str, remedy: str) -> InputError:
        return InputError(str(self._path), f"line {self._line}", problem, remedy)


def read_obj(path: Path, content: bytes, name: str | None) -> WallTriangles:
    """The faces of an OBJ file, or of its object or group `name`. Raises InputError naming the line."""
    return _ObjReader(path, name).read(content.decode("utf-8", "replace"))


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, words) of each statement; comments dropped, lines that end in a backslash joined."""
    held: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words and words[-1].endswith("\\"):
            held += [*words[:-1], *filter(None, [words[-1][:-1]])]
            continue
        words, held = held + words, []
        if words:
            yield number, words
