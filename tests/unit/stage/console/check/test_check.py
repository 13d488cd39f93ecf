"""The check button's works: one check at a time in a process of its own, its result kept, told and served."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stage.clock import ManualClock
from stage.console.check.api import add_check
from stage.console.check.report import CheckState, ShowMeanwhile, report_of
from stage.console.check.runner import LONGEST_NS, CheckOrder, CheckRunner, ShowFigures, check_program
from stage.console.link.board import Board
from stage.console.link.plain import Plain
from stage.errors import InputError
from stage.files.loading import find_stage
from stage.units import NS_PER_S
from tests.unit.stage.console.world import app_with

HERE = "http://127.0.0.1:8140"
PATIENCE_S = 100.0
"""Only a limit for what never comes."""
FIGURE: dict[str, Any] = {
    "name": "parallax on main, p99",
    "value": 0.002,
    "limit": 0.05,
    "at_least": False,
    "unit": "px",
    "good": True,
    "remedy": "look at the heat map",
}
DOCUMENT: dict[str, Any] = {
    "stage": "two-walls",
    "scene": "boxes",
    "motion": "dolly",
    "camera": "a",
    "frames": 6,
    "renderer": "any",
    "good": True,
    "figures": [FIGURE],
    "walls": {"main": {}},
    "walls_not_seen": ["side"],
    "witness_px_rms": 0.15,
    "tracked": {"position_rms_mm": 0.4, "rotation_rms_deg": 0.001, "horizon_ms": 41.7},
}


def prints(text: str, code: int = 0, words: str = "") -> Callable[[Path, CheckOrder, Path], tuple[str, ...]]:
    """A program that writes pictures, prints and ends."""

    def program(stage: Path, order: CheckOrder, out: Path) -> tuple[str, ...]:
        script = (
            "import sys, pathlib\n"
            f"pathlib.Path({str(out)!r}, 'parallax-main.png').write_bytes(b'heat')\n"
            f"pathlib.Path({str(out)!r}, 'witness.png').write_bytes(b'seen')\n"
            f"print({text!r}); sys.stderr.write({words!r}); sys.exit({code})"
        )
        return (sys.executable, "-c", script)

    return program


def waits(stage: Path, order: CheckOrder, out: Path) -> tuple[str, ...]:
    return (sys.executable, "-c", "import time; time.sleep(600)")


class Button:
    """A runner with what it told, a clock that stands still, and a show that says its figures."""

    def __init__(self, run_dir: Path, program: Callable[[Path, CheckOrder, Path], tuple[str, ...]]) -> None:
        self.told: list[CheckState] = []
        self.clock = ManualClock(100 * NS_PER_S)
        self.utc_s = 1000.0
        self.missed = 5
        stage = find_stage("two-walls")
        self.runner = CheckRunner(
            stage_path=stage,
            run_dir=run_dir,
            clock=self.clock,
            utc_s=lambda: self.utc_s,
            tell=self.told.append,
            figures=self.figures,
            program=program,
        )

    def figures(self) -> ShowFigures:
        return ShowFigures(20.0, 25.0, self.missed, 0)

    def finish(self) -> CheckState:
        limit_s = time.monotonic() + PATIENCE_S
        while self.runner.running:
            assert time.monotonic() < limit_s
            self.runner.look()
            time.sleep(0.01)
        return self.told[-1]


def test_a_check_is_told_kept_and_known_after_a_restart_of_the_console(tmp_path: Path) -> None:
    button = Button(tmp_path, prints(json.dumps(DOCUMENT)))
    assert button.told == [CheckState()]
    button.runner.start(CheckOrder("boxes"), "anna@here")
    assert (button.told[-1].running, button.told[-1].who, button.told[-1].report) == (True, "anna@here", None)
    button.missed = 7
    report = button.finish().report
    assert report is not None
    assert report.passed
    assert [(one.name, one.value, one.good) for one in report.figures] == [("parallax on main, p99", 0.002, True)]
    assert (report.walls, report.unseen, report.filmed) == (("main",), ("side",), True)
    assert report.meanwhile == ShowMeanwhile(20.0, 25.0, missed=2, late=0)
    assert button.runner.picture("parallax-main.png") is not None
    later = Button(tmp_path, waits)
    assert later.told == [CheckState(report=report)]
    later.utc_s += 60.0
    aged = CheckRunner(
        find_stage("two-walls"), tmp_path, later.clock, lambda: later.utc_s, later.told.append, later.figures
    )
    assert aged.state.report is not None
    assert later.clock.now_ns() - aged.state.report.done_ns == 60 * NS_PER_S


def test_a_stage_that_is_not_good_is_a_result_and_not_a_failure(tmp_path: Path) -> None:
    worse = {**FIGURE, "value": None, "good": False}
    button = Button(tmp_path, prints(json.dumps({**DOCUMENT, "good": False, "figures": [worse]}), code=1))
    button.runner.start(CheckOrder(), "anna")
    state = button.finish()
    assert state.problem is None
    assert state.report is not None
    assert (state.report.passed, state.report.figures[0].good) == (False, False)


@pytest.mark.parametrize(
    ("text", "code", "words", "said"),
    [
        ("", 2, "error: no camera", "error: no camera"),
        ("Traceback", 1, "OSError: no GPU", "OSError: no GPU"),
        ("{}", 0, "", "gave a result that cannot be read"),
    ],
)
def test_a_check_without_a_result_says_why_and_leaves_the_last_one(
    tmp_path: Path, text: str, code: int, words: str, said: str
) -> None:
    before = Button(tmp_path, prints(json.dumps(DOCUMENT)))
    before.runner.start(CheckOrder(), "anna")
    before.finish()
    button = Button(tmp_path, prints(text, code, words))
    button.runner.start(CheckOrder(), "ben")
    state = button.finish()
    assert state.problem is not None
    assert said in state.problem
    assert state.report is not None
    assert state.report.who == "anna"
    assert button.runner.picture("parallax-main.png") is not None


def test_one_at_a_time_it_can_be_cancelled_and_does_not_last_for_ever(tmp_path: Path) -> None:
    button = Button(tmp_path, waits)
    with pytest.raises(InputError, match="is not running"):
        button.runner.cancel()
    button.runner.start(CheckOrder(), "anna")
    with pytest.raises(InputError, match="is already running, for anna"):
        button.runner.start(CheckOrder(), "ben")
    button.runner.look()
    assert button.runner.running
    button.runner.cancel()
    assert (button.runner.running, button.told[-1].problem) == (False, "was cancelled")
    button.runner.start(CheckOrder(), "ben")
    button.clock.advance_ns(LONGEST_NS + 1)
    button.runner.look()
    assert "took longer than 900 s" in str(button.told[-1].problem)
    assert not button.runner.running


def test_the_program_gives_way_to_everything_and_starts_no_second_stage(tmp_path: Path) -> None:
    command = check_program(tmp_path / "stage.toml", CheckOrder("boxes", "crane", 3), tmp_path / "out")
    polite = command[: command.index(sys.executable)]
    assert command[command.index("--latency-seconds") + 1] == "0"
    assert command[command.index("--scene") + 1] == "boxes"
    button = Button(tmp_path, lambda *_: ("nice", "-n", "19", sys.executable, "-c", "import time; time.sleep(60)"))
    button.runner.start(CheckOrder(), "anna")
    button.runner.close()
    said = subprocess.run([*polite, "sh", "-c", "nice; echo $LP_NUM_THREADS"], stdout=subprocess.PIPE, text=True)
    assert said.stdout.split() == ["19", "1"]


def test_a_report_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="Run the check again"):
        report_of({"good": True}, ShowMeanwhile(), "anna", 1.0, 0)


class Served:
    """The button behind its routes."""

    def __init__(self, run_dir: Path, program: Callable[[Path, CheckOrder, Path], tuple[str, ...]]) -> None:
        self.state: Board[Plain] = Board()
        self.button = Button(run_dir, program)
        app = app_with(lambda app: add_check(app, self.button.runner, self.state), self.state)
        self.client = TestClient(app, base_url=HERE, client=("127.0.0.1", 5000))


def test_start_result_pictures_and_cancel_over_http(tmp_path: Path) -> None:
    served = Served(tmp_path, prints(json.dumps(DOCUMENT)))
    client = served.client
    assert client.get("/api/check/heat/main.png").status_code == 404
    assert client.post("/api/check", json={"frames": 3}, headers={"X-Operator": "anna"}).status_code == 202
    assert client.post("/api/check").status_code == 409
    assert served.button.finish().report is not None
    answer = client.get("/api/check").json()
    assert (answer["running"], answer["report"]["who"]) == (False, "anna@127.0.0.1")
    assert client.get("/api/check/heat/main.png").content == b"heat"
    assert client.get("/api/check/witness.png").content == b"seen"
    for other in ("heat/side.png", "heat/..%2Fresult.png", "heat/%2e%2e.png", "direct.png"):
        assert client.get(f"/api/check/{other}").status_code == 404, other
    assert client.get("/api/check/result.png").status_code == 422
    assert client.delete("/api/check").status_code == 409


def test_what_cannot_be_checked_is_refused(tmp_path: Path) -> None:
    served = Served(tmp_path, waits)
    assert served.client.post("/api/check", json={"frames": 0}).status_code == 422
    assert served.client.post("/api/check", json={"scene": "../x"}).status_code == 422
    served.state.put({"air/": {"slate": {"rolling": True}, "scene": "boxes"}})
    refused = served.client.post("/api/check")
    assert (refused.status_code, "a take is rolling" in refused.json()["text"]) == (409, True)
    served.state.put({"air/": {"slate": {"rolling": False}, "scene": "boxes"}})
    assert served.client.post("/api/check").status_code == 202
    assert served.client.delete("/api/check").json()["accepted"]
    stranger = TestClient(served.client.app, base_url=HERE, client=("192.168.1.9", 5000))
    assert stranger.post("/api/check").status_code == 401
