"""Shader files become one text per stage, and a compiler's words lead back to the file and line."""

from __future__ import annotations

import re

import pytest

from render.gl.shader_source import program_source, read_shader
from stage.errors import GraphicsError

MAIN = '#version 430 core\n#include "common/light.glsl"\nvoid main() {}\n'


def _source(files: dict[str, str], defines: dict[str, int | float | str] | None = None) -> tuple[str, tuple[str, ...]]:
    def read(name: str) -> str:
        if name not in files:
            raise FileNotFoundError(name)
        return files[name]

    source = program_source({"vertex": "a.vert"}, defines, read)
    return source.texts["vertex"], source.files


def _place_of(text: str, wanted: str, files: tuple[str, ...]) -> str:
    """Where GLSL's own #line rules say that the line with `wanted` stands."""
    number, line = 0, 0
    for content in text.splitlines():
        if match := re.match(r"#line (\d+) (\d+)", content):
            line, number = int(match[1]) - 1, int(match[2])
            continue
        line += 1
        if wanted in content:
            return f"{files[number]}:{line}"
    raise AssertionError(f"{wanted!r} is not in the text")


def test_includes_are_put_in_once_and_every_line_keeps_its_place() -> None:
    files = {
        "a.vert": '// licence\n#version 430 core\n#include "b.glsl"\nfloat a1;\n#include "c.glsl"\nfloat a2;\n',
        "b.glsl": '#include "c.glsl"\nfloat b1;\n',
        "c.glsl": "\nfloat c1;\n",
    }
    text, names = _source(files)
    assert text.startswith("#version 430 core\n")
    assert text.count("float c1;") == 1
    places = {word: _place_of(text, word, names) for word in ("a1", "a2", "b1", "c1")}
    assert places == {"a1": "a.vert:4", "a2": "a.vert:6", "b1": "b.glsl:2", "c1": "c.glsl:2"}


def test_a_circle_of_includes_is_told_as_a_chain() -> None:
    files = {
        "a.vert": '#version 430\n#include "b.glsl"\n',
        "b.glsl": '#include "c.glsl"\n',
        "c.glsl": '#include "b.glsl"\n',
    }
    with pytest.raises(GraphicsError, match=re.escape("a.vert -> b.glsl -> c.glsl -> b.glsl")):
        _source(files)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(GraphicsError, match=r"common/light\.glsl \(included by a\.vert\)"):
        _source({"a.vert": MAIN})
    with pytest.raises(GraphicsError, match=r"a\.vert:2: the required define HAZE"):
        _source({"a.vert": "#version 430\n#require HAZE\n"})
    with pytest.raises(GraphicsError, match="#require HASE"):
        _source({"a.vert": "#version 430\n#require HAZE\n"}, {"HAZE": 1, "HASE": 1})
    with pytest.raises(GraphicsError, match="no #version"):
        _source({"a.vert": "void main() {}\n"})


def test_defines_follow_the_version_and_keep_their_type() -> None:
    text, _ = _source({"a.vert": "#version 430\n#require ONE\n#require HALF\n"}, {"ONE": True, "HALF": 0.5})
    assert text.splitlines()[:3] == ["#version 430", "#define ONE 1", "#define HALF 0.5"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1:14(5): error: `x' undeclared", "c.glsl:14(5): error: `x' undeclared"),
        ("1(14) : error C1503: undefined", "c.glsl:14 : error C1503: undefined"),
        ("ERROR: 1:14: 'x' : undeclared", "ERROR: c.glsl:14: 'x' : undeclared"),
        ("7:1(1): error: unknown file stays", "7:1(1): error: unknown file stays"),
    ],
)
def test_messages_of_each_compiler_are_led_back(line: str, expected: str) -> None:
    files = {"a.vert": '#version 430\n#include "c.glsl"\n', "c.glsl": "\n"}
    source = program_source({"vertex": "a.vert"}, {}, lambda name: files[name])
    assert source.explain(f"vertex\n====\n{line}") == f"vertex\n====\n{expected}"


def test_files_of_the_package_are_read() -> None:
    assert "#version" in read_shader("mesh/mesh.vert")


def test_offers_are_given_where_a_file_asks_and_may_stay_unused() -> None:
    files = {"a.frag": "#version 430 core\n#require LAMPS\n", "b.frag": "#version 430 core\n"}
    asked = program_source({"fragment": "a.frag"}, read=files.__getitem__, offers={"LAMPS": 3, "CASCADES": 2})
    assert "#define LAMPS 3" in asked.texts["fragment"]
    program_source({"fragment": "b.frag"}, read=files.__getitem__, offers={"LAMPS": 3})
    with pytest.raises(GraphicsError, match="the required define LAMPS"):
        program_source({"fragment": "a.frag"}, read=files.__getitem__, offers={"CASCADES": 2})
    given = program_source({"fragment": "a.frag"}, {"LAMPS": 1}, files.__getitem__, {"LAMPS": 3})
    assert "#define LAMPS 1" in given.texts["fragment"]
