"""`openstage show check`: everything that is wrong, at once, each with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.errors import EXIT_FAILED, InputError
from stage.library.show_store import ShowStore
from tools.commands.cue import show_app

BROKEN = """schema = "show/1"
name = "day"
titel = "A day"

[[scenes]]
number = "1"
heading = "EXT. COURT - DAY"
preset = "dusk"
colour = "blue"

[[scenes]]
heading = "INT. HALL - NIGHT"
"""


def show_file(folder: Path, text: str) -> str:
    path = folder / "shows" / "day.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_problem_of_a_broken_show_is_told_with_its_line(tmp_path: Path) -> None:
    path = show_file(tmp_path, BROKEN)
    checked = CliRunner().invoke(show_app, ["check", path])
    assert checked.exit_code == EXIT_FAILED
    told = checked.output.splitlines()
    assert f"{path}:3: titel: unknown key. Did you mean 'title'?" in told
    assert any(line.startswith(f"{path}:9: scenes[0].colour: unknown key. ") for line in told)
    assert f"{path}:11: scenes[1].number: is missing. Add it" in told
    assert len(told) == 3
    document = json.loads(CliRunner().invoke(show_app, ["check", path, "--json"]).output)
    assert document == {"name": "day", "problems": told}


def test_elsewhere_the_first_problem_stands_for_all_and_says_how_many_there_are(tmp_path: Path) -> None:
    show_file(tmp_path, BROKEN)
    found = ShowStore(tmp_path).read("day")
    assert found.problem.endswith("(2 more: `openstage show check` lists them)")
    with pytest.raises(InputError) as refused:
        ShowStore(tmp_path).good("day")
    assert "?." not in str(refused.value)
    assert str(refused.value).endswith("Correct the file first")


def test_one_problem_is_told_as_one(tmp_path: Path) -> None:
    show_file(tmp_path, BROKEN.split("[[scenes]]")[0])
    problem = ShowStore(tmp_path).read("day").problem
    assert problem.endswith("day.toml:3: titel: unknown key. Did you mean 'title'?")
    with pytest.raises(InputError, match=r"Did you mean 'title'\? Correct the file first$"):
        ShowStore(tmp_path).good("day")


def test_cues_are_told_one_by_one_where_the_file_is_good(tmp_path: Path) -> None:
    path = show_file(tmp_path, 'schema = "show/1"\nname = "day"\n[[scenes]]\nnumber = "1"\npreset = "dask"\n')
    checked = CliRunner().invoke(show_app, ["check", path])
    assert checked.exit_code == EXIT_FAILED
    assert "no such look. Give a file. Did you mean 'dusk'?" in checked.output
