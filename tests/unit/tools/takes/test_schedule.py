"""Planned, shot, left: a show against the takes of a day."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner

from stage.errors import InputError
from stage.model.show import ShowFile
from stage.takes.index import Listed
from tests.unit.stage.takes.test_library import three_takes
from tests.unit.tools.takes.test_card import listed
from tools.cli import app
from tools.takes.post.report import html
from tools.takes.post.schedule import schedule_of

SHOW = ShowFile.model_validate(
    {
        "schema": "show/1",
        "name": "day",
        "title": "Day <1>",
        "scenes": [
            {
                "number": "12",
                "heading": "INT. HALL",
                "pages": "1 2/8",
                "cues": [{"id": "12A"}, {"id": "12B", "slate": "X"}],
            },
            {"number": "13", "heading": "EXT. ROAD"},
            {"number": "14", "heading": "EXT. HILL"},
        ],
    }
)


def shot(slate: str, rolled_at: str, circled: bool = False) -> Listed:
    made = listed(slate, "10:00:00:00", 48)
    assert made.info is not None
    return replace(made, info=made.info.model_copy(update={"rolled_at": rolled_at, "circled": circled}))


def test_cues_are_shot_by_their_slate_and_the_pace_says_when_the_last_begins() -> None:
    takes = [
        shot("12A", "2026-11-30T10:00:00.000+01:00"),
        shot("12a", "2026-11-30T10:05:00.000+01:00", circled=True),
        shot("X", "2026-11-30T10:40:00.000+01:00"),
        shot("extra", "2026-11-30T10:50:00.000+01:00"),
    ]
    found = schedule_of(SHOW, "2026-11-30", takes)
    assert [(cue.cue, cue.takes, cue.circled) for cue in found.cues] == [
        ("12A", 2, 1),
        ("12B", 1, 0),
        ("13", 0, 0),
        ("14", 0, 0),
    ]
    assert [cue.cue for cue in found.left] == ["13", "14"]
    assert (found.minutes_each, found.done_at) == (40.0, "2026-11-30T12:00+01:00")
    assert found.unplanned == ("extra",)
    assert "2 of 4 cues shot, 2 left" in found.said
    page = html(found.report())
    assert "Day &lt;1&gt;" in page
    assert "2 takes, 1 circled" in page


def test_before_the_second_cue_there_is_no_pace_and_at_the_end_nothing_is_left() -> None:
    first = schedule_of(SHOW, "2026-11-30", [shot("12A", "2026-11-30T10:00:00+01:00")])
    assert (first.minutes_each, first.done_at) == (None, None)
    all_shot = [shot(name, f"2026-11-30T1{n}:00:00+01:00") for n, name in enumerate(("12A", "X", "13", "14"))]
    done = schedule_of(SHOW, "2026-11-30", all_shot)
    assert (done.left, done.done_at, done.minutes_each) == ((), None, 60.0)


def test_the_command_reads_a_bundled_show(tmp_path: Path) -> None:
    three_takes(tmp_path)
    run = CliRunner().invoke(app, ["day", "schedule", "demo-day", "--takes", str(tmp_path), "--json"])
    assert run.exit_code == 0, run.output
    document = json.loads(run.stdout)
    assert document["unplanned"] == ["12A", "14C"]
    missing = CliRunner().invoke(app, ["day", "schedule", "no-such-show", "--takes", str(tmp_path)])
    assert isinstance(missing.exception, InputError)
