"""The size limits of the house: each is passed by one line, file or argument more, and by nothing less."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.dev.sizes import FOLDER_FILES, FUNCTION_LINES, MODULE_LINES, POSITIONAL, Measure, measures


def measured(root: Path, kind: str) -> Measure:
    return next(measure for measure in measures(root) if measure.kind == kind)


def written(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("over", [0, 1])
def test_a_module_has_a_limit(tmp_path: Path, over: int) -> None:
    written(tmp_path, "stage/room/noun.py", "x = 1\n" * (MODULE_LINES + over))
    assert [size.place for size in measured(tmp_path, "modules").too_large] == ["stage/room/noun.py"] * over


@pytest.mark.parametrize("over", [0, 1])
def test_a_function_has_a_limit(tmp_path: Path, over: int) -> None:
    written(tmp_path, "render/noun.py", "def f():\n" + "    x = 1\n" * (FUNCTION_LINES - 1 + over))
    assert [size.place for size in measured(tmp_path, "functions").too_large] == ["render/noun.py:1 f"] * over


@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("folder", ["stage/model", "shaders/mesh", "tests/unit"])
def test_a_folder_has_a_limit(tmp_path: Path, folder: str, over: int) -> None:
    for number in range(FOLDER_FILES + over):
        written(tmp_path, f"{folder}/noun_{number}.py", "")
    assert [size.place for size in measured(tmp_path, "folders").too_large] == [folder] * over


@pytest.mark.parametrize(
    ("code", "passed"),
    [
        ("Wide(1, 2, 3, 4, 5, 6)", 0),
        ("Wide(1, 2, 3, 4, 5, 6, 7)", 1),
        ("Wide(1, 2, 3, 4, 5, 6, g=7)", 0),
        ("made.Wide(1, 2, 3, 4, 5, 6, 7)", 1),
        ("wide(1, 2, 3, 4, 5, 6, 7)", 1),
        ("many(1, 2, 3, 4, 5, 6, 7)", 0),
        ("struct.pack('7B', 1, 2, 3, 4, 5, 6, 7)", 0),
    ],
)
def test_a_call_has_a_limit(tmp_path: Path, code: str, passed: int) -> None:
    fields = "".join(f"    {name}: int\n" for name in "abcdefg")
    functions = "def wide(a, b, c, d, e, f, g): pass\ndef many(*a): pass\n"
    written(tmp_path, "tools/wide.py", f"class Wide:\n{fields}{functions}")
    written(tmp_path, "tests/unit/test_wide.py", code + "\n")
    found = measured(tmp_path, "calls").too_large
    assert [size.number for size in found] == [POSITIONAL + 1] * passed


def test_what_others_define_has_no_names_to_give(tmp_path: Path) -> None:
    written(tmp_path, "tools/block.py", "class Block:\n    def pack(self, moment): pass\n")
    written(tmp_path, "tools/wire.py", "struct.pack('7B', 1, 2, 3, 4, 5, 6, 7)\n")
    assert not measured(tmp_path, "calls").too_large
