"""A tool's change of a stage file: the value is there, all else stays as it was written, and it can be undone."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from stage.errors import InputError
from stage.files.loading import load_stage
from stage.library.stage_edit import Values, backup_of, change_stage, edited, undo_change

TEXT = """# our stage, measured in spring
schema = "stage/1"
name = "s"
scene = "courtyard"   # the hall
walls = [{ name = "main", kind = "flat", cabinets = { columns = 2, rows = 2, size_px = [100, 100], pitch_mm = 5.0 } }]
outputs = [{ name = "o", size_px = [200, 200], tiles = [{ tile = "main/all" }] }]

[[sources]]
name = "t"
host = "0.0.0.0"  # all networks
# the crane's tracker
[sources.zoom]
minimum = 100

[[sources]]
name = "u"
port = 40001

[[cameras]]
name = "a"
source = "t"   # on the crane
sensor_mm = [24.0, 13.5]
lens = { points = [{ focal_length_mm = 24.0 }] }
"""
ALIGN: dict[str, float | bool | Sequence[float]] = {
    "position_m": (1.25, -0.5, 0.0),
    "pan_deg": 12.3456789,
    "tilt_deg": 0.0,
    "roll_deg": -0.1,
}


def saved(folder: Path, text: str = TEXT) -> Path:
    path = folder / "stage.toml"
    path.write_text(text)
    return path


def test_a_value_is_put_in_and_every_other_line_stays(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change_stage(path, {("sources", "t"): {"align": ALIGN}})
    align = load_stage(path).sources[0].align
    assert align is not None
    assert (align.position_m, align.pan_deg, align.scale) == ((1.25, -0.5, 0.0), 12.345679, 1.0)
    before, after = ([line for line in text.splitlines() if line] for text in (TEXT, path.read_text()))
    assert [line for line in after if "align" not in line] == before
    assert len(after) == len(before) + 1


def test_a_second_change_replaces_the_first(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change_stage(path, {("sources", "u"): {"align": ALIGN | {"scale": 1.01}}})
    change_stage(path, {("sources", "u"): {"align": {"position_m": (0.0, 0.0, 1.0)}}, ("cameras", "a"): {"rig": ALIGN}})
    stage = load_stage(path)
    assert stage.sources[1].align is not None
    assert (stage.sources[1].align.position_m, stage.sources[1].align.scale) == ((0.0, 0.0, 1.0), 1.0)
    assert stage.sources[0].align is None
    assert stage.cameras[0].rig.pan_deg == 12.345679
    assert path.read_text().count("align") == 1


@pytest.mark.parametrize(
    "form", ["[sources.align]\nposition_m = [9.0, 9.0, 9.0] # by tape\n", "align = { pan_deg = 1.0 }\n"]
)
def test_a_table_of_any_form_is_changed_in_place(form: str, tmp_path: Path) -> None:
    path = saved(tmp_path, TEXT.replace("port = 40001\n", f"port = 40001\n{form}"))
    change_stage(path, {("sources", "u"): {"align": ALIGN}})
    document = tomllib.loads(path.read_text())
    assert document["sources"][1]["align"] == {
        "position_m": [1.25, -0.5, 0.0],
        "pan_deg": 12.345679,
        "tilt_deg": 0.0,
        "roll_deg": -0.1,
    }
    assert document["sources"][1]["port"] == 40001


def test_rows_in_brackets_are_found_too() -> None:
    text = TEXT.replace('[[sources]]\nname = "u"\nport = 40001\n', "")
    inline = text[: text.index("[[sources]]")] + 'sources = [{ name = "t" }, { name = "u", port = 40001 }] # two\n'
    after = tomllib.loads(edited(inline, "s.toml", "sources", "u", {"zoom": {"minimum": 5, "invert": True}}))
    assert after["sources"][1] == {"name": "u", "port": 40001, "zoom": {"minimum": 5, "invert": True}}


def test_undo_puts_the_file_back_and_undoes_itself(tmp_path: Path) -> None:
    path = saved(tmp_path)
    kept = change_stage(path, {("sources", "t"): {"align": ALIGN}})
    assert kept == backup_of(path) == tmp_path / "stage.before.toml"
    changed = path.read_text()
    undo_change(path)
    assert path.read_text() == TEXT
    undo_change(path)
    assert path.read_text() == changed


def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = saved(tmp_path)
    cases: tuple[tuple[dict[tuple[str, str], dict[str, Values | None]], str], ...] = (
        ({("sources", "x"): {"align": ALIGN}}, "there is no 'x'. Names: t, u"),
        ({("sources", "t"): {"align": ALIGN | {"scale": 99.0}}}, "would not be valid"),
        ({("sources", "t"): {"aling": ALIGN}}, "would not be valid: unknown key"),
    )
    for change, problem in cases:
        with pytest.raises(InputError) as refused:
            change_stage(path, change)
        assert problem in str(refused.value)
    assert path.read_text() == TEXT
    assert not backup_of(path).exists()
    with pytest.raises(InputError, match="has no kept version"):
        undo_change(path)


def test_a_key_is_taken_away() -> None:
    after = tomllib.loads(edited(TEXT, "s.toml", "sources", "t", {"zoom": None}))
    assert "zoom" not in after["sources"][0]
