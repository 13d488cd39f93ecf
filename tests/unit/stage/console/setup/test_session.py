"""Aligning and learning from the page: points are measured, answered, saved into the stage file, and undone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from stage.clock import ManualClock
from stage.console.link.board import Board
from stage.console.link.plain import Plain
from stage.console.setup.part import add_ends, add_points
from stage.console.setup.session import SetupSession, SetupState
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.maths.pose import Vector
from stage.messages.samples import LensState, TrackingSample
from stage.model.sources.base import Alignment
from stage.units import NS_PER_S
from tests.unit.stage.console.world import app_with
from tests.unit.stage.library.test_stage_edit import saved

HERE = "http://127.0.0.1:8140"
TRUE = Alignment(position_m=(0.5, -1.0, 0.2), pan_deg=20.0)
MARKS = ("-2 -3 0", "2 -3.5 0.2", "1.5 -0.5 2.0", "-1.8 -0.4 1.6", "0 -2 1", "0.5 -3.8 2.2")


def session(folder: Path) -> SetupSession:
    return SetupSession(load_stage(saved(folder)), {7: (1.0, 0.0, 2.0)})


def sample(place: Vector, zoom_raw: int = 0, camera: str = "a") -> TrackingSample:
    """The stage file has no rig and no pupil: the sample is where the tracked point is, by a tracker without align."""
    return TrackingSample(
        camera=camera, source="t", number=0, captured_ns=0, received_ns=0, position_m=place,
        orientation=(1.0, 0.0, 0.0, 0.0), lens=LensState(24.0, zoom_raw=zoom_raw), sender_counter=None,
    )  # fmt: skip


def touched(setup: SetupSession, mark: str, at_ns: int, place: Vector | None = None) -> SetupState:
    x, y, z = (float(part) for part in mark.split())
    tracker = TRUE.pose().inverse().transform((x, y, z)) if place is None else place
    setup.touch("a", mark, (0.0, 0.0, 0.0), at_ns)
    for _ in range(20):
        setup.hear(sample(tracker))
        setup.hear(sample((9.0, 9.0, 9.0), camera="other"))
    state = setup.turn(at_ns + NS_PER_S)
    assert state is not None
    return state


def test_points_give_errors_as_soon_as_there_are_enough(tmp_path: Path) -> None:
    setup = session(tmp_path)
    states = [touched(setup, mark, n * 2 * NS_PER_S) for n, mark in enumerate(MARKS)]
    assert [len(state.points) for state in states] == [1, 2, 3, 4, 5, 6]
    assert (states[0].spread_mm, states[0].points[0].error_mm) == (None, None)
    assert states[-1].spread_mm == pytest.approx(0.0, abs=1e-3)
    assert states[-1].moves_mm is not None
    assert states[-1].moves_mm > 100.0
    assert setup.turn(99 * NS_PER_S) is None, "nothing new, nothing sent"


def test_a_mistake_is_named_and_forgotten(tmp_path: Path) -> None:
    setup = session(tmp_path)
    for n, mark in enumerate(MARKS):
        x, y, z = (float(part) for part in mark.split())
        wrong = TRUE.pose().inverse().transform((x + 0.2, y, z)) if n == 2 else None
        state = touched(setup, mark, n * 2 * NS_PER_S, wrong)
    assert [point.believed for point in state.points] == [True, True, False, True, True, True]
    setup.forget(2)
    state_after = setup.turn(99 * NS_PER_S)
    assert state_after is not None
    assert [point.believed for point in state_after.points] == [True] * 5


def test_a_tracker_that_moves_or_is_silent_gives_no_point(tmp_path: Path) -> None:
    setup = session(tmp_path)
    setup.touch("a", "7", (0.0, 0.0, 0.0), 0)
    with pytest.raises(InputError, match="marker 7 is being measured"):
        setup.touch("a", "7", (0.0, 0.0, 0.0), 1)
    for n in range(10):
        setup.hear(sample((n * 0.01, 0.0, 0.0)))
    state = setup.turn(NS_PER_S)
    assert state is not None
    assert state.points == ()
    assert "moved" in state.problem
    setup.touch("a", "7", (0.0, 0.0, 0.0), 2 * NS_PER_S)
    silent = setup.turn(3 * NS_PER_S)
    assert silent is not None
    assert "sent 0 samples" in silent.problem


def test_rings_are_learnt_and_another_camera_begins_anew(tmp_path: Path) -> None:
    setup = session(tmp_path)
    setup.learn("a", on=True)
    for zoom in [100] * 5 + list(range(100, 3000, 50)) + [3000] * 5:
        setup.hear(sample((0.0, 0.0, 0.0), zoom_raw=zoom))
    source, found = setup.ranges()
    assert (source.name, found["zoom"].minimum, found["zoom"].maximum) == ("t", 100, 3000)
    assert "focus" not in found
    with pytest.raises(InputError, match="there is no camera 'z'"):
        setup.learn("z", on=True)


def test_over_http_it_is_saved_and_undone(tmp_path: Path) -> None:
    path = saved(tmp_path)
    before = path.read_text()
    setup = session(tmp_path)
    board: Board[Plain] = Board()

    def add(app: FastAPI) -> None:
        add_points(app, setup, path, ManualClock())
        add_ends(app, setup, path)

    client = TestClient(app_with(add, board), base_url=HERE, client=("127.0.0.1", 5000))
    assert client.put("/api/setup/align", json={}).status_code == 422, "there is nothing to save"
    assert client.post("/api/setup/points", json={"camera": "a", "mark": "nowhere"}).status_code == 422
    assert client.post("/api/setup/points", json={"camera": "a", "mark": "7"}).status_code == 202
    setup.turn(NS_PER_S)
    for n, mark in enumerate(MARKS):
        touched(setup, mark, n * 2 * NS_PER_S)
    told = client.put("/api/setup/align", json={})
    assert (told.status_code, told.json()["accepted"]) == (200, True)
    align = tomllib.loads(path.read_text())["sources"][0]["align"]
    assert align["position_m"] == pytest.approx([0.5, -1.0, 0.2], abs=1e-5)
    assert client.delete("/api/setup/align").status_code == 200
    assert path.read_text() == before
    assert client.delete("/api/setup/points/0").json()["accepted"]
    assert client.delete("/api/setup/points").json()["accepted"]
    assert client.post("/api/setup/ends", json={"camera": "a"}).status_code == 200
    assert client.put("/api/setup/ends", json={"camera": "a"}).status_code == 422
