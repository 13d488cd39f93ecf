"""Takes with faults through today's code: no difference; a code that differs is told, with frame and millimetres."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.errors import InputError
from stage.files.loading import load_stage
from stage.maths.motion_forecast import Course
from stage.maths.pose import Vector
from stage.messages.takes import Datagram
from stage.model.stagefile import Stage
from stage.takes.places import find_take, parts_of
from stage.takes.take import Take
from tools.cli import app
from tools.takes.replay.conductor import NO_MEMORY, OTHER_MEMORY, replay_conductor
from tools.takes.replay.differences import Differences
from tools.takes.replay.render import replay_render
from tools.takes.replay.tracking import replay_tracking
from tools.takes.restored import RestoredStage
from tracking.protocols import freed

TAKES = Path(__file__).parents[3] / "data" / "takes"
NAMES = ("silent-tracker_t001", "mangled-packets_t001", "power-cut_t001")
AGAIN = "a replay differs from the kept takes: if that is meant, `python -m tools.dev.make_takes`"


def opened(name: str) -> Take:
    return Take(find_take(TAKES, name))


def stage_of(take: Take) -> Stage:
    with RestoredStage(take) as restored:
        return load_stage(restored.path)


def through_conductor(name: str) -> Differences:
    with opened(name) as take:
        return replay_conductor(take, stage_of(take))


@pytest.mark.parametrize("name", NAMES)
def test_kept_takes_replay_without_a_difference(name: str) -> None:
    with opened(name) as take:
        stage = stage_of(take)
        for found, least in ((replay_conductor(take, stage), 60), (replay_tracking(take, stage), 150)):
            assert found.different == 0, f"{AGAIN}\n{found.said}"
            assert found.compared > least


def test_what_was_lost_and_never_decided_is_told_apart() -> None:
    with opened("power-cut_t001") as take:
        assert (take.info.status, take.info.lost, take.info.skipped) == ("recovered", 0, 3)


def test_a_predictor_that_differs_is_told_with_frame_and_millimetres(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Course.at

    def mutant(self: Course, t_s: float) -> tuple[Vector, Vector]:
        (x, y, z), turn = plain(self, t_s)
        return (x + 0.0005, y, z), turn

    monkeypatch.setattr(Course, "at", mutant)
    found = through_conductor("silent-tracker_t001")
    assert found.different > 30
    first = found.listed[0]
    assert first.subject == "camera a"
    assert first.mm == pytest.approx(0.5, abs=0.05)
    assert f"frame {first.frame}" in found.said
    assert "mm" in found.said


def test_a_tracking_that_differs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freed, "PER_MM", freed.PER_MM * 1.001)
    with opened("silent-tracker_t001") as take:
        found = replay_tracking(take, stage_of(take))
    assert found.different > 100
    assert found.worst is not None
    assert 1.0 < found.worst.mm < 4.0


def without_memory(tmp_path: Path) -> Take:
    """A take of a release that wrote no memories: its topic is of another name."""
    root = tmp_path / "takes"
    shutil.copytree(TAKES, root)
    folder = find_take(root, "silent-tracker_t001")
    part = parts_of(folder)[0]
    part.write_bytes(part.read_bytes().replace(b"camera.memory", b"camera.mem0ry"))
    return Take(folder)


def test_a_take_without_a_memory_begins_with_its_pre_roll_and_says_so(tmp_path: Path) -> None:
    with without_memory(tmp_path) as take:
        found = replay_conductor(take, stage_of(take))
    assert found.notes == [NO_MEMORY]
    assert found.compared > 60


def test_a_memory_of_another_release_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stage.show.camera_memory.MODULES", frozenset())
    found = through_conductor("silent-tracker_t001")
    assert found.notes == [OTHER_MEMORY]
    assert found.compared > 60


def test_render_needs_digests() -> None:
    with opened("silent-tracker_t001") as take, pytest.raises(InputError, match="does not say what the outputs"):
        replay_render(take, 1, lambda text: None)


def test_the_command_says_it_and_ends_with_one_where_something_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    order = ["take", "replay", "silent-tracker_t001", "--takes", str(TAKES), "--through", "tracking,conductor"]
    good = CliRunner().invoke(app, [*order, "--json"])
    assert good.exit_code == 0
    assert [each["different"] for each in json.loads(good.stdout)] == [0, 0]
    monkeypatch.setattr(freed, "PER_MM", freed.PER_MM * 1.001)
    bad = CliRunner().invoke(app, order)
    assert bad.exit_code == 1
    assert "worst: frame" in bad.stdout


def test_the_kept_takes_are_small() -> None:
    assert sum(path.stat().st_size for path in TAKES.rglob("*")) < 3_000_000
    with opened("mangled-packets_t001") as take:
        assert any(isinstance(each.record, Datagram) for each in take.records("tracking.datagram"))
