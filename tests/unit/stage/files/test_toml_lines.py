"""On which line a key stands: against the reader of the standard library, and in files as people write them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import InputError
from stage.files.finding import Finding, Severity
from stage.files.loading import load_stage, located
from stage.files.toml_lines import line_of, lines_of
from tests.places import ROOT

FILES = sorted((ROOT / "presets").rglob("*.toml"))
KEY = st.text(alphabet="abcxyz_-19", min_size=1, max_size=6)
PLAIN = st.one_of(st.integers(-9, 9), st.booleans(), st.text(alphabet="ab#=[]{},.\"' \\\n", max_size=8))
VALUE = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3), max_leaves=12
)
DOCUMENT = st.dictionaries(KEY, VALUE, max_size=5)


def paths_of(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, its last key) of every key in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            place = f"{path}.{key}".lstrip(".")
            yield place, key
            yield from paths_of(inner, place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from paths_of(inner, f"{path}[{number}]")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_key_of_every_bundled_file_is_on_the_line_that_holds_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines, rows = lines_of(text), text.splitlines()
    found = dict(paths_of(tomllib.loads(text)))
    assert {place for place in found if line_of(place, lines) is None} == set()
    for place, key in found.items():
        assert key in rows[lines[place] - 1], place


@settings(deadline=None)
@given(DOCUMENT)
def test_every_key_of_any_document_is_on_the_line_that_holds_it(document: dict[str, object]) -> None:
    text = tomlkit.dumps(document)
    lines, rows = lines_of(text), text.split("\n")
    for place, key in paths_of(tomllib.loads(text)):
        assert key in rows[lines[place] - 1], place


@settings(deadline=None)
@given(st.text(alphabet="[]{}=.,\"'#ab \n\\", max_size=40))
def test_no_text_keeps_it_walking(text: str) -> None:
    lines_of(text)


WRITTEN = """# a stage
schema = "stage/1"
text = \"\"\"several
lines = [1]
\"\"\"
walls = [
  { name = "a", cabinets = { columns = 1,
      rows = 2 } },  # the second line
  { name = "b" },
]

[place]
"north deg" = 3
timing.draw.lead = 1

[[cameras]]
name = "one"
[cameras.lens]
points = [{ zoom_raw = 0 },
          { zoom_raw = 9 }]

[[cameras]]
name = "two"
[[cameras.lens.points]]
zoom_raw = 1
"""


def test_lines_are_those_of_the_editor() -> None:
    lines = lines_of(WRITTEN)
    assert lines["walls[0].cabinets.columns"] == 7
    assert lines["walls[0].cabinets.rows"] == 8
    assert lines["walls[1].name"] == 9
    assert lines["place.north deg"] == 13
    assert lines["place.timing.draw.lead"] == 14
    assert lines["cameras[0].lens.points[1].zoom_raw"] == 20
    assert lines["cameras[1].lens.points[0].zoom_raw"] == 25
    assert lines_of(WRITTEN.replace("\n", "\r\n")) == lines


def test_what_is_missing_is_on_the_line_of_what_it_belongs_to() -> None:
    lines = lines_of(WRITTEN)
    assert line_of("walls[1].cabinets.pitch_mm", lines) == 9
    assert line_of("cameras[0].sensor_mm", lines) == 16
    assert line_of("outputs", lines) is None
    assert line_of("", lines) is None


def test_findings_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('schema = "stage/1"\nname = "s"\nwals = []\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_stage(path)
    assert f"{path}:3: wals: unknown key. Did you mean 'walls'?" in str(caught.value)
    missing = Finding(Severity.ERROR, str(tmp_path / "none.toml"), "name", "is missing", "Add it")
    assert located([missing]) == [missing]
