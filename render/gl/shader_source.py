"""Shader files to one text per stage: includes and defines resolved, compiler messages traced to files. Pure.

Directives beyond GLSL, each on a line of its own:
`#include "common/light.glsl"` inserts that file, once in a stage;
`#require NAME` says that the program's author must give NAME as a define (numbers shared with Python).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources

from stage.errors import GraphicsError

Define = int | float | str | bool
ReadFile = Callable[[str], str]

_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"\s*(?://.*)?$')
_REQUIRE = re.compile(r"^\s*#\s*require\s+([A-Za-z_]\w*)\s*(?://.*)?$")
_VERSION = re.compile(r"^\s*#\s*version\b")
# Mesa "1:14(5): error", NVIDIA "1(14) : error", AMD and others "ERROR: 1:14: ..."
_PLACE = re.compile(r"^(\s*(?:ERROR|WARNING):\s*)?(\d+)(?::(\d+)|\((\d+)\))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProgramSource:
    """The texts of a program by stage (`vertex`, `fragment`, `compute`) and the files they came from."""

    texts: Mapping[str, str]
    files: tuple[str, ...]

    def explain(self, log: str) -> str:
        """A compiler's log with file names in place of source string numbers: `mesh/mesh.frag:14`."""
        return _PLACE.sub(self._named_place, log)

    def _named_place(self, match: re.Match[str]) -> str:
        number, line = int(match[2]), match[3] or match[4]
        if number >= len(self.files):
            return match[0]
        return f"{match[1] or ''}{self.files[number]}:{line}"


def read_shader(name: str) -> str:
    """The text of a file of the `shaders` package: `scene/scene.vert`. Raises FileNotFoundError."""
    return resources.files("shaders").joinpath(name).read_text(encoding="utf-8")


def program_source(
    stages: Mapping[str, str],
    defines: Mapping[str, Define] | None = None,
    read: ReadFile = read_shader,
    offers: Mapping[str, Define] | None = None,
) -> ProgramSource:
    """The source of a program from its files by stage and its defines. `offers` are given where a file requires them.

    Raises GraphicsError, naming it, for: a missing file or include, circular includes, a missing required
    define, a define that no file requires.
    """
    given = dict(defines or {})
    assembler = _Assembler({**(offers or {}), **given}, read)
    texts = {stage: assembler.stage(name) for stage, name in stages.items()}
    if unused := sorted(given.keys() - assembler.required):
        raise GraphicsError(
            f"{', '.join(stages.values())}: no file has `#require {unused[0]}`: correct the define's name"
        )
    return ProgramSource(texts, tuple(assembler.files))


class _Assembler:
    """Collects the files of one program; `files` gives each its source string number."""

    def __init__(self, defines: Mapping[str, Define], read: ReadFile) -> None:
        self.files: list[str] = []
        self.required: set[str] = set()
        self._defines = defines
        self._read = read

    def stage(self, name: str) -> str:
        lines = self._expanded(name, (), set())
        version = next((i for i, line in enumerate(lines) if _VERSION.match(line)), None)
        if version is None:
            raise GraphicsError(f"{name}: no #version line; begin the file with `#version 430 core`")
        head = [lines[version], *(f"#define {key} {_literal(value)}" for key, value in self._defines.items())]
        return "\n".join([*head, *lines[:version], *lines[version + 1 :]]) + "\n"

    def _expanded(self, name: str, chain: tuple[str, ...], seen: set[str]) -> list[str]:
        if name in chain:
            raise GraphicsError(f"circular shader includes: {' -> '.join([*chain, name])}")
        if name in seen:
            return []
        seen.add(name)
        text = self._text(name, chain)
        number = self._number(name)
        lines = [f"#line 1 {number}"]
        for count, line in enumerate(text.splitlines(), start=1):
            if include := _INCLUDE.match(line):
                lines += [*self._expanded(include[1], (*chain, name), seen), f"#line {count + 1} {number}"]
            elif require := _REQUIRE.match(line):
                self._check_define(require[1], name, count)
                lines.append("")
            elif _VERSION.match(line):
                lines += [line, f"#line {count + 1} {number}"]
            else:
                lines.append(line)
        return lines

    def _text(self, name: str, chain: tuple[str, ...]) -> str:
        try:
            return self._read(name)
        except (OSError, UnicodeDecodeError) as error:
            place = f" (included by {chain[-1]})" if chain else ""
            raise GraphicsError(f"shader file {name}{place} is not in the shaders package") from error

    def _number(self, name: str) -> int:
        if name not in self.files:
            self.files.append(name)
        return self.files.index(name)

    def _check_define(self, key: str, name: str, line: int) -> None:
        self.required.add(key)
        if key not in self._defines:
            raise GraphicsError(f"{name}:{line}: the required define {key} is missing")


def _literal(value: Define) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return repr(float(value)) if isinstance(value, float) else str(int(value) if isinstance(value, int) else value)
