"""Which cameras have inner views and which comes first: changed by orders, on one frame, kept over a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.conductor.kept_show import Kept, ShowKeeper
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.lint.lint import lint_file
from stage.messages.codec import decode, encode
from stage.messages.commands import CommandResult
from stage.messages.frames import CameraChoice, Frame
from stage.model.camera import MOST_CAMERAS
from stage.show.camera_choice import by_priority, first_choice, gone_on, on_air, ordered, switched, tallied
from stage.show.decide import Conductor
from stage.show.first_frame import first_frame
from stage.show.show_control import ShowControl
from tests.looks import a_look
from tests.places import ROOT
from tests.unit.stage.show.test_decide import sample, stage_with
from tests.unit.stage.show.test_show_control import STAGE, control, told

TWELVE = ROOT / "tests/data/stagefiles/twelve_cameras.toml"
NAMES = tuple(f"c{number}" for number in range(12))
MS = 1_000_000


def show_of(*cameras: str) -> ShowControl:
    show = control()
    show.choice = CameraChoice(cameras)
    return show


def frame_of(show: ShowControl, conductor: Conductor, number: int = 7) -> Frame:
    conductor.air = show.air_at(number * 40 * MS)
    return conductor.decide(number, number * 40 * MS, number * 40 * MS)


def shown(frame: Frame) -> list[str]:
    return [camera.name for camera in frame.shown_cameras]


def test_a_show_begins_in_the_order_of_the_file() -> None:
    stage = stage_with("A", "B", "C")
    frame = frame_of(show_of("A", "B", "C"), Conductor(stage, a_look()))
    assert shown(frame) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("orders", "in_front", "off"),
    [
        ([("camera.order", {"cameras": ["C"]})], ["C", "A", "B"], []),
        ([("camera.order", {"cameras": ["C", "B"]})], ["C", "B", "A"], []),
        ([("camera.switch", {"camera": "A", "on": False})], ["B", "C"], ["A"]),
        ([("camera.switch", {"camera": "A"})], ["B", "C"], ["A"]),
        ([("camera.switch", {"camera": "A"}), ("camera.switch", {"camera": "A"})], ["A", "B", "C"], []),
        ([("camera.switch", {"camera": "A", "on": True})], ["A", "B", "C"], []),
        ([("camera.tally", {"camera": "C", "on": True})], ["C", "A", "B"], []),
        ([("camera.on_air", {"cameras": ["B"]})], ["B", "A", "C"], []),
        ([("camera.on_air", {"cameras": ["B"]}), ("camera.on_air", {})], ["A", "B", "C"], []),
        ([("camera.on_air", {"cameras": ["B"]}), ("camera.order", {"cameras": ["C"]})], ["B", "C", "A"], []),
        ([("camera.on_air", {"cameras": ["B"]}), ("camera.switch", {"camera": "B"})], ["A", "C"], ["B"]),
    ],
)
def test_orders_change_who_comes_first(
    orders: list[tuple[str, dict[str, Any]]], in_front: list[str], off: list[str]
) -> None:
    show, conductor = show_of("A", "B", "C"), Conductor(stage_with("A", "B", "C"), a_look())
    for name, arguments in orders:
        assert told(show, name, **arguments).accepted
    frame = frame_of(show, conductor)
    assert shown(frame) == in_front
    assert [camera.name for camera in frame.cameras] == [*in_front, *off]


def test_a_mix_of_the_switcher_changes_priority_only_at_its_end() -> None:
    """A switcher tallies both cameras during a mix: the one that goes stays in front until it has gone."""
    show = show_of("A", "B")
    ranks = []
    for camera, on in (("A", True), ("B", True), ("A", False)):
        assert told(show, "camera.tally", camera=camera, on=on).accepted
        ranks.append(by_priority(show.choice, ("A", "B")))
    assert ranks == [("A", "B"), ("A", "B"), ("B", "A")]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("camera.switch", {"camera": "D"}),
        ("camera.tally", {"camera": "D", "on": True}),
        ("camera.order", {"cameras": ["A", "D"]}),
        ("camera.order", {"cameras": []}),
        ("camera.on_air", {"cameras": ["D"]}),
    ],
)
def test_an_unknown_camera_is_refused_and_nothing_changes(name: str, arguments: dict[str, Any]) -> None:
    show = show_of("A", "B", "C")
    before = show.choice
    answer = told(show, name, **arguments)
    assert not answer.accepted
    assert "'D'" in answer.text or "cameras" in answer.text
    assert show.choice == before


def test_a_camera_that_is_off_is_tracked_and_right_on_its_first_frame() -> None:
    show, stage = show_of("A", "B"), stage_with("A", "B")
    switched_on, always_on = Conductor(stage, a_look()), Conductor(stage, a_look())
    assert told(show, "camera.switch", camera="B", on=False).accepted
    assert shown(frame_of(show, switched_on, 1)) == ["A"]
    for number in range(40):
        moving = sample(number, number * 10 * MS, (0.01 * number, -3.0, 1.6), camera="B")
        switched_on.observe(moving)
        always_on.observe(moving)
    assert told(show, "camera.switch", camera="B", on=True).accepted
    moment_ns = 400 * MS
    switched_on.air = show.air_at(moment_ns)
    frame = switched_on.decide(10, moment_ns, moment_ns)
    assert shown(frame) == ["A", "B"]
    assert frame.cameras[1] == always_on.decide(10, moment_ns, moment_ns).cameras[1]


def test_the_choice_is_in_the_record_so_every_node_draws_it_on_one_frame() -> None:
    show, conductor = show_of("A", "B"), Conductor(stage_with("A", "B"), a_look())
    frame_of(show, conductor, 1)
    assert told(show, "camera.order", cameras=["B"], frame=2).frame_number == 2
    frame = frame_of(show, conductor, 2)
    assert decode("conductor.frame", encode(frame)) == frame
    assert shown(frame) == ["B", "A"]


def test_the_choice_is_kept_over_a_restart(tmp_path: Path) -> None:
    show = show_of("A", "B", "C")
    answers: list[CommandResult] = [
        told(show, "camera.order", cameras=["C"]),
        told(show, "camera.switch", camera="A", on=False),
        told(show, "camera.on_air", cameras=["B"]),
    ]
    assert all(answer.accepted for answer in answers)
    keeper = ShowKeeper(tmp_path, STAGE)
    assert keeper.keep(Kept(show.memory()), 0)
    kept = ShowKeeper(tmp_path, STAGE).kept(1)
    assert kept is not None
    after = show_of("A", "B", "C")
    after.restore(kept.memory)
    assert after.choice == show.choice == CameraChoice(("C", "A", "B"), ("A",), ("B",))


def test_a_restart_with_other_cameras_in_the_file_keeps_what_is_left() -> None:
    kept = CameraChoice(("C", "gone", "A"), ("gone", "A"), ("gone", "C"))
    fresh = CameraChoice(("A", "new", "C", "spare"), ("spare",))
    assert gone_on(kept, fresh) == CameraChoice(("C", "A", "new", "spare"), ("A", "spare"), ("C",))


def test_twelve_cameras_begin_with_as_many_as_the_walls_show_and_lint_says_so() -> None:
    stage = load_stage(TWELVE)
    frame = first_frame(stage)
    assert [camera.name for camera in frame.cameras] == list(NAMES)
    assert shown(frame) == list(NAMES[:MOST_CAMERAS])
    (found,) = [each for each in lint_file(TWELVE) if each.field == "cameras"]
    assert "c8, c9, c10, c11 will be off" in found.problem


def test_more_than_the_walls_can_show_is_refused_in_words() -> None:
    choice = first_choice(load_stage(TWELVE).cameras)
    with pytest.raises(InputError, match=r"8 cameras are on \(c0, .*\): the walls show no more at once. Switch one"):
        switched(choice, "c9", True)
    assert "c9" not in switched(switched(choice, "c3", False), "c9", True).off


def changed(choice: CameraChoice, what: str, camera: str, on: bool) -> CameraChoice:
    if what == "switch":
        return switched(choice, camera, on)
    if what == "tally":
        return tallied(choice, camera, on)
    return ordered(choice, [camera]) if what == "order" else on_air(choice, [camera])


Step = tuple[str, str, bool]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("switch", "order", "tally", "air")), st.sampled_from(NAMES), st.booleans())))
def test_whatever_is_ordered_every_camera_has_one_place_and_the_limit_holds(steps: list[Step]) -> None:
    choice = first_choice(load_stage(TWELVE).cameras)
    for what, camera, on in steps:
        try:
            choice = changed(choice, what, camera, on)
        except InputError:
            assert what == "switch"
            assert on
        ranked = by_priority(choice, NAMES)
        assert sorted(ranked) == sorted(NAMES) == sorted(choice.order)
        on_walls = [name for name in ranked if name not in choice.off]
        assert 0 <= len(on_walls) <= MOST_CAMERAS
        assert list(ranked[: len(on_walls)]) == on_walls
        live = [name for name in choice.on_air if name not in choice.off]
        assert on_walls[: len(live)] == live
        after = gone_on(choice, first_choice(load_stage(TWELVE).cameras))
        assert (after.order, set(after.off), after.on_air) == (choice.order, set(choice.off), choice.on_air)
