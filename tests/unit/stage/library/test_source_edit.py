"""A found source goes into a stage file, however its sources are written; comments and all that listening cannot know
stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.errors import InputError
from stage.files.loading import load_stage
from stage.library.source_edit import put_source
from stage.library.stage_edit import undo_change
from tests.unit.stage.library.test_stage_edit import TEXT, saved

BLOCK = """[[sources]]
name = "found"
protocol = "psn"
host = "0.0.0.0"
port = 56565
tracker = 3
group = ""
frame = ["+x", "+y", "+z"]
"""
INLINE = TEXT.replace("[[sources]]", "#").replace('name = "t"', "").replace('host = "0.0.0.0"', "# host")
INLINE = INLINE.replace("[sources.zoom]\nminimum = 100", "").replace('name = "u"\nport = 40001', "")
LISTED = INLINE.replace('name = "s"', 'name = "s"\nsources = [{ name = "t", port = 40000 }]  # only one')
NONE = TEXT[: TEXT.index("[[sources]]")]


@pytest.mark.parametrize("text", [TEXT, LISTED, NONE], ids=["tables", "list", "none"])
def test_a_new_source_stands_beside_the_others_and_moves_a_camera(tmp_path: Path, text: str) -> None:
    path = saved(tmp_path, text)
    before = load_stage(path)
    camera = "a" if before.cameras else None
    _, was_there = put_source(path, BLOCK, camera)
    after = load_stage(path)
    assert not was_there
    assert [each.name for each in after.sources] == [*(each.name for each in before.sources), "found"]
    assert (after.sources[-1].protocol, after.sources[-1].port) == ("psn", 56565)
    assert [each.source for each in after.cameras] == ["found"] * len(before.cameras)
    for line in text.splitlines():
        assert "#" not in line or line.split("#")[1] in path.read_text()
    undo_change(path)
    assert path.read_text() == text


def test_its_namesake_is_replaced_and_keeps_what_listening_cannot_know(tmp_path: Path) -> None:
    path = saved(tmp_path, TEXT.replace('name = "t"', 'name = "t"\ncamera_id = 4\npan_sign = -1\ndelay_ms = 12.0'))
    put_source(path, BLOCK.replace("found", "t"))
    (source, other) = load_stage(path).sources
    assert (source.protocol, source.subject, source.delay_ms) == ("psn", "3", 12.0)
    assert (source.pan_sign, source.zoom.minimum, other.name) == (1, 100, "u")
    assert "# the crane's tracker" in path.read_text()


def test_what_would_not_load_is_not_written(tmp_path: Path) -> None:
    path = saved(tmp_path)
    with pytest.raises(InputError, match="no 'zz'"):
        put_source(path, BLOCK, "zz")
    with pytest.raises(InputError, match="would not be valid"):
        put_source(path, BLOCK.replace("56565", "-1"))
    assert path.read_text() == TEXT
