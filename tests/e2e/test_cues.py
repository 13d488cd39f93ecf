"""A shooting day on a live stage: a screenplay becomes a show, several step through its cues, also over a restart."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from stage.files.loading import load_stage
from stage.manager.child import Child
from stage.manager.table import RunOptions, show_processes, side_processes
from stage.messages.frames import Frame
from tests.e2e.operator import Operator
from tools.bench.lights import SMALL
from tools.live.live_stage import live_stage

ROLES = ("conductor", "render", "console")
SCRIPT = """INT. STUDIO WITH MARKERS - NIGHT

Dark.

INT. MARKER BOARD - DAY

Light.
"""
DAY = """# The smallest day.
schema = "show/1"
name = "day"

[[scenes]]
number = "1"
set = "boxes"

[[scenes.cues]]
id = "1A"
preset = "noon"
transition = { duration_s = 0.0 }

[[scenes.cues]]
id = "1B"  # on her line
preset = "dusk"
transition = { duration_s = 0.0 }

[[scenes]]
number = "2"
set = "marker_board"
preset = "neutral"
"""
WAITS = {"fade_s": 0, "when_ready": True}


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("stage")
    path = folder / "stage.toml"
    path.write_text(SMALL, encoding="utf-8")
    (folder / "shows").mkdir()
    options = RunOptions(offscreen=True, listen=("127.0.0.1", 0))
    table = (*show_processes(options), *side_processes(load_stage(path), options))
    with live_stage(path, [process for process in table if process.role in ROLES]) as live:
        yield Operator(live, folder)


@pytest.fixture
def day(operator: Operator) -> Path:
    """The day is loaded, and no cue fired yet."""
    path = operator.folder / "shows" / "day.toml"
    path.write_text(DAY, encoding="utf-8")
    operator.tell("cue.load", cue_list="")
    assert operator.tell("cue.load", cue_list="day")["accepted"]
    operator.until(lambda: cues(operator)["name"] == "day" and not cues(operator)["current"])
    return path


def cues(operator: Operator) -> Any:
    return operator.get("/api/state").get("cues/") or {"name": "", "current": "", "cues": [], "problem": ""}


def at(operator: Operator, cue: str) -> None:
    operator.until(lambda: cues(operator)["current"] == cue)


def openstage(operator: Operator, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=operator.folder)


def test_a_screenplay_becomes_the_day_that_is_loaded(operator: Operator) -> None:
    (operator.folder / "film.fountain").write_text(SCRIPT)
    told = openstage(operator, "show", "import", "film.fountain", "--out", "shows/film.toml")
    assert (told.returncode, "STUDIO WITH MARKERS" in told.stdout) == (0, True), told.stderr
    assert operator.tell("cue.load", cue_list="film")["accepted"]
    operator.until(lambda: cues(operator)["name"] == "film")
    rows = cues(operator)["cues"]
    assert [(row["id"], row["set"], row["preset"]) for row in rows] == [
        ("1", None, "night"),
        ("2", "marker_board", "noon"),
    ]
    assert "No set matches STUDIO WITH MARKERS" in rows[0]["notes"]
    again = openstage(operator, "show", "import", "film.fountain", "--out", "shows/film.toml")
    assert again.returncode != 0
    assert "already exists" in again.stderr


def test_set_and_look_of_a_cue_come_on_the_frame_that_was_named(operator: Operator, day: Path) -> None:
    first = operator.tell("cue.fire", step="next", **WAITS)
    assert first["accepted"], first
    at(operator, "1A")
    ear = operator.live.bus.subscriber("conductor.frame")
    noon = operator.air()["look"]
    frames: list[Frame] = []

    def heard(scene: str) -> bool:
        frames.extend(record for record in ear.receive() if isinstance(record, Frame))
        return bool(frames) and frames[-1].scene == scene

    operator.until(lambda: heard("boxes"))  # a new ear misses what was said before it was connected
    assert operator.tell("cue.fire", cue="2", **WAITS)["accepted"]
    operator.until(lambda: heard("marker_board"))
    ear.close()
    old = [frame.look for frame in frames if frame.scene == "boxes"]
    new = [frame.look for frame in frames if frame.scene == "marker_board"]
    assert old[-1].exposure.ev == noon["exposure"]["ev"]
    assert all(look == old[0] for look in old)
    assert all(look == new[0] for look in new)
    assert new[0] != old[0]
    at(operator, "2")
    assert operator.air()["slate"]["name"] == "2"


def test_what_comes_next_is_prepared_before_it_is_asked_for(operator: Operator, day: Path) -> None:
    assert operator.tell("cue.fire", cue="1A", **WAITS)["accepted"]
    at(operator, "1A")
    operator.until(lambda: operator.air()["prepared"] == ["marker_board"])


def test_of_two_who_press_go_at_once_one_steps_and_the_other_is_told(operator: Operator, day: Path) -> None:
    assert operator.tell("cue.fire", step="next", **WAITS)["accepted"]
    at(operator, "1A")
    pressed = {"step": "next", "expected": "1A", "fade_s": 0}
    with ThreadPoolExecutor(2) as two:
        answers = list(two.map(lambda _: operator.tell("cue.fire", **pressed), range(2)))
    assert sorted(answer["accepted"] for answer in answers) == [False, True]
    refused = next(answer["text"] for answer in answers if not answer["accepted"])
    assert "the cue on air is now 1B" in refused
    at(operator, "1B")


def test_a_cue_marked_as_done_keeps_the_comments_of_its_file(operator: Operator, day: Path) -> None:
    assert operator.post("/api/shows/day/cues/1B", {"done": True})["accepted"]
    operator.until(lambda: [row["done"] for row in cues(operator)["cues"]] == [False, True, False])
    assert 'id = "1B"  # on her line' in day.read_text()


def test_a_file_that_is_changed_by_hand_is_the_list_of_the_page(operator: Operator, day: Path) -> None:
    assert operator.tell("cue.fire", cue="1A", **WAITS)["accepted"]
    day.write_text(DAY.replace('preset = "dusk"', 'preset = "duskk"'))
    operator.until(lambda: "duskk" in cues(operator)["cues"][1]["problem"])
    assert "duskk" in operator.tell("cue.fire", step="next")["text"]
    assert operator.air()["cue"] == "1A"
    day.write_text("[[scenes")
    operator.until(lambda: "day.toml" in cues(operator)["problem"])
    assert not operator.tell("cue.fire", step="next")["accepted"]
    day.write_text(DAY)
    operator.until(lambda: not cues(operator)["problem"] and cues(operator)["current"] == "1A")


def test_the_day_goes_on_where_it_was_after_the_conductor_died(operator: Operator, day: Path) -> None:
    assert operator.tell("cue.fire", cue="1B", **WAITS)["accepted"]
    at(operator, "1B")
    conductor: Child = next(child for child in operator.live.children if child.process.role == "conductor")
    conductor.end(0.0)
    conductor.spawn()
    operator.until(lambda: operator.tell("cue.fire", cue="2", expected="1B", **WAITS)["accepted"])
    at(operator, "2")
    assert operator.tell("cue.fire", step="previous", **WAITS)["accepted"]
    at(operator, "1B")
    assert operator.air()["preset"] == "dusk"
