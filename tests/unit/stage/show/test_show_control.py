"""What is on air, and the commands that change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgpack
import pytest

from stage.bus.slot import remove_slots
from stage.conductor.kept_show import NAME, Kept, ShowKeeper
from stage.conductor.reserve import Reserve
from stage.errors import InputError
from stage.messages.commands import Command, CommandResult
from stage.messages.frames import Readiness, SetState
from stage.model.layers import SkyLayer
from stage.model.look import Exposure, Look, SunLook
from stage.model.place import Place
from stage.model.preset import Preset
from stage.model.scene import Scene, Sun
from stage.model.stagefile import TakeLock
from stage.process.keeping import Keeping
from stage.show.decide import Conductor
from stage.show.orders.given import obey
from stage.show.orders.order import When
from stage.show.show_control import ShowControl
from tests.shaders.small_stage import small_stage

S = 1_000_000_000
STAGE = Path("/stages/volume.toml")
HERE = Place(latitude_deg=52.0, longitude_deg=13.0)


def scene(pan_deg: float, place: Place | None = None) -> Scene:
    return Scene(schema="scene/1", name="set", layers=(SkyLayer(kind="sky"),), sun=Sun(pan_deg=pan_deg), place=place)


SCENES = {"desert": scene(10.0), "snow": scene(50.0), "berlin": scene(0.0, HERE)}


def find(name: str) -> Scene:
    if name not in SCENES:
        raise InputError(name, "", "no such scene", "Known: desert, snow")
    return SCENES[name]


def control(look: Look = Look()) -> ShowControl:  # noqa: B008
    preset = Preset(schema="look/1", name="neutral", look=look)
    return ShowControl(
        preset=preset,
        scene=SCENES["desert"],
        scene_name="desert",
        place=None,
        find=find,
        walls=("main", "side"),
        fixtures=("key",),
    )


def told(show: ShowControl, command: str, /, *, at_ns: int = 0, frame: int = 7, **arguments: Any) -> CommandResult:
    return obey(show, Command("1", command, arguments, "ann@tablet", 0), frame, When(at_ns, at_ns + 5))


def restarted(show: ShowControl, folder: Path, now_ns: int = 0) -> ShowControl:
    """The show as the next conductor has it."""
    ShowKeeper(folder, STAGE).keep(Kept(show.memory()), now_ns)
    again, before = control(), ShowKeeper(folder, STAGE).kept(now_ns)
    assert before is not None
    again.restore(before.memory, now_ns)
    return again


def test_a_plain_recall_is_on_air_in_the_frame_that_is_named() -> None:
    show = control()
    result = told(show, "look.recall", at_ns=100, preset="dusk", part={"exposure": {"ev": -1.0}})
    assert (result.accepted, result.frame_number, result.who) == (True, 7, "ann@tablet")
    assert show.air_at(100).look.exposure.ev == -1.0


def test_as_long_as_nothing_changes_the_air_is_the_same_object() -> None:
    show = control()
    assert show.air_at(1) is show.air_at(2)
    told(show, "look.set", at_ns=3, values={"exposure.ev": 1.0}, fade_s=1.0)
    assert show.air_at(S // 2) is not show.air_at(S // 2 + 1)
    assert show.air_at(3 * S) is show.air_at(4 * S)


def test_in_a_fade_the_sun_moves_from_one_place_to_the_other() -> None:
    show = control()
    transition = {"duration_s": 2.0, "curve": "linear"}
    part = {"sun": {"source": "hand", "pan_deg": 30.0, "elevation_deg": 5.0}}
    told(show, "look.recall", preset="evening", part=part, transition=transition)
    half = show.air_at(S).heavens
    assert half.sun_pan_deg == pytest.approx(20.0)
    assert half.sun_elevation_deg == pytest.approx((45.0 + 5.0) / 2)


def test_undo_takes_a_step_back_and_redo_goes_forward_again() -> None:
    show = control()
    told(show, "look.recall", preset="dusk", part={"exposure": {"ev": -1.0}})
    assert told(show, "look.undo").accepted
    assert show.air_at(10**12).look.exposure.ev == 0.0
    assert told(show, "look.redo").accepted
    assert show.air_at(10**12).look.exposure.ev == -1.0
    assert not told(show, "look.redo").accepted


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("look.recal", {}, "no such command.*look.recall"),
        ("look.set", {"values": {"exposure.evv": 1}}, r"look\.exposure\.evv.*unknown key"),
        ("look.set", {"values": {}}, "values.*at least 1"),
        ("look.set", {"value": {}}, "value"),
        ("look.set", {"values": {"walls.mian.brightness": 0.5}}, r"walls\[0\]\.name.*no wall 'mian'.*'main'"),
        ("look.set", {"values": {"walls": [{"name": "roof"}]}}, "no wall 'roof'.*main, side"),
        ("look.set", {"values": {"light_cards.fill.wall": "top"}}, r"light_cards\[0\]\.wall.*no wall 'top'"),
        ("look.set", {"values": {"fixtures.fixed.kee.level": 1.0}}, r"fixtures\.fixed\[0\].*'kee'.*'key'"),
        ("look.undo", {}, "nothing to undo"),
        ("scene.switch", {"scene": "moon"}, "no such scene"),
        ("show.black", {"on": "perhaps"}, "on"),
        ("look.set", {"values": {"sun.source": "place"}}, "place.*missing"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(name: str, arguments: dict[str, Any], reason: str) -> None:
    show = control()
    before = show.on_air()
    result = told(show, name, **arguments)
    assert not result.accepted
    assert result.frame_number is None
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(result.text)
    assert show.on_air() == before


def test_a_preset_of_another_stage_may_be_recalled_and_changed_by_hand() -> None:
    """What it says of walls and fixtures that are not here counts for nothing; it is no reason to refuse anything."""
    show = control()
    part = {"walls": {"roof": {"brightness": 0.5}}, "fixtures": {"fixed": {"far": {"level": 1.0}}}}
    assert told(show, "look.recall", preset="theirs", part=part).accepted
    values = {"walls.main.brightness": 0.5, "walls.roof.brightness": 0.2, "fixtures.fixed.far.removed": True}
    assert told(show, "look.set", values=values).accepted
    assert {trim.name: trim.brightness for trim in show.look.walls} == {"roof": 0.2, "main": 0.5}
    assert not told(show, "look.set", values={"fixtures.fixed.far.level": 1.0}).accepted


def test_a_set_changes_with_its_sun() -> None:
    show = control()
    told(show, "scene.switch", scene="snow")
    air = show.air_at(0)
    assert (air.scene, air.heavens.sun_pan_deg) == ("snow", 50.0)


def test_a_set_without_a_place_is_refused_while_the_sun_comes_from_one() -> None:
    show = control()
    told(show, "scene.switch", scene="berlin")
    told(show, "look.set", values={"sun.source": "place"})
    result = told(show, "scene.switch", scene="snow")
    assert not result.accepted
    assert show.air_at(0).scene == "berlin"
    assert show.air_at(0).heavens.sun_elevation_deg > 40.0, "a June noon in Berlin"


def test_a_set_that_the_fade_began_without_a_place_for_ends_the_fade() -> None:
    show = control()
    told(show, "scene.switch", scene="berlin")
    told(show, "look.set", values={"sun.source": "place"})
    told(show, "look.set", at_ns=S, values={"sun.source": "hand"}, fade_s=10.0)
    assert told(show, "scene.switch", at_ns=2 * S, scene="snow").accepted
    assert show.air_at(3 * S).look.sun.source == "hand"


def test_black_pattern_and_bypass_are_in_the_show_of_the_frame() -> None:
    show = control()
    told(show, "show.black", on=True)
    told(show, "show.pattern", name="ramps", after_calibration=True)
    told(show, "show.bypass", steps=["grade"])
    state = show.air_at(0).show
    assert (state.black, state.pattern, state.pattern_after_calibration, state.bypass) == (
        True,
        "ramps",
        True,
        ("grade",),
    )


def test_held_frames_repeat_the_first_held_one_with_their_own_numbers() -> None:
    show, conductor = control(), Conductor(small_stage(), Look())
    told(show, "show.hold", on=True)
    conductor.air = show.air_at(0)
    first = conductor.decide(10, 100, 90)
    told(show, "look.set", values={"exposure.ev": 3.0})
    told(show, "show.black", on=True)
    conductor.air = show.air_at(0)
    later = conductor.decide(99, 1000, 990)
    assert (later.number, later.present_ns, later.decided_ns) == (99, 1000, 990)
    assert (later.scene_time_s, later.look, later.cameras) == (first.scene_time_s, first.look, first.cameras)
    assert later.show.black, "black comes through a hold"
    told(show, "show.hold", on=False)
    conductor.air = show.air_at(0)
    assert conductor.decide(100, 1100, 1090).look.exposure.ev == 3.0


def test_what_is_on_air_outlives_the_process(tmp_path: Path) -> None:
    show = control()
    told(show, "scene.switch", scene="snow")
    told(show, "look.set", values={"exposure.ev": 2.0, "walls.main.brightness": 0.5})
    told(show, "show.hold", on=True)
    again = restarted(show, tmp_path)
    assert again.air_at(0) == show.air_at(0)


def test_undo_redo_and_the_running_fade_outlive_the_process(tmp_path: Path) -> None:
    show = control()
    for ev in (1.0, 2.0, 3.0):
        told(show, "look.set", at_ns=int(ev) * 10 * S, values={"exposure.ev": ev})
    told(show, "look.undo", at_ns=40 * S)
    told(show, "look.set", at_ns=50 * S, values={"exposure.contrast": 1.1})
    told(show, "look.undo", at_ns=60 * S, fade_s=30.0)
    again = restarted(show, tmp_path, 61 * S)
    assert again.on_air() == show.on_air()
    assert [again.air_at(at * S).look for at in (60, 67, 75, 95)] == [
        show.air_at(at * S).look for at in (60, 67, 75, 95)
    ]
    for order in ("look.undo", "look.undo", "look.redo"):
        assert told(again, order, at_ns=99 * S) == told(show, order, at_ns=99 * S)
        assert again.look == show.look


def test_a_drag_of_a_slider_stays_one_step_over_a_restart(tmp_path: Path) -> None:
    show = control()
    told(show, "look.set", at_ns=10 * S, values={"exposure.ev": 1.0})
    again = restarted(show, tmp_path, 10 * S)
    told(again, "look.set", at_ns=11 * S, values={"exposure.ev": 1.5})
    assert again.on_air().undo_steps == 1


def test_two_hundred_steps_are_kept_and_their_looks_once_each(tmp_path: Path) -> None:
    show = control()
    for number in range(205):
        told(show, "look.set", at_ns=number * 10 * S, values={"exposure.ev": number / 50})
    again = restarted(show, tmp_path, 9000 * S)
    assert again.on_air().undo_steps == 200
    assert again.director.history == show.director.history
    assert (tmp_path / NAME).stat().st_size < 210 * 2500


def test_after_a_restart_of_the_machine_a_fade_is_over(tmp_path: Path) -> None:
    show = control()
    told(show, "look.set", at_ns=9000 * S, values={"exposure.ev": 2.0}, fade_s=60.0)
    ShowKeeper(tmp_path, STAGE).keep(Kept(show.memory()), 9001 * S)
    again, before = control(), ShowKeeper(tmp_path, STAGE).kept(20 * S)
    assert before is not None
    again.restore(before.memory, 20 * S)
    assert again.air_at(20 * S).look.exposure.ev == 2.0


def test_another_stage_does_not_go_on_with_this_show(tmp_path: Path) -> None:
    ShowKeeper(tmp_path, STAGE).keep(Kept(control().memory()), 0)
    assert ShowKeeper(tmp_path, Path("/stages/other.toml")).kept(0) is None


def test_an_order_that_waits_for_its_set_waits_on_after_a_restart(tmp_path: Path) -> None:
    show = control()
    show.admission.hear(SetState("render", "desert", "ready", ""), 0)
    assert "waiting" in told(show, "scene.switch", scene="snow", when_ready=True).text
    again = restarted(show, tmp_path, 1 * S)
    assert again.on_air().pending == "snow"
    assert again.ready_order(1 * S) is None, "no node has said yet that the set is ready"
    again.admission.hear(SetState("render", "snow", "loading", ""), 2 * S)
    assert again.ready_order(2 * S) is None
    again.admission.hear(SetState("render", "snow", "ready", ""), 3 * S)
    waited = again.ready_order(3 * S)
    assert waited is not None
    assert waited.name == "scene.switch"


def test_an_order_that_waits_does_not_wait_for_nodes_that_never_speak(tmp_path: Path) -> None:
    show = control()
    show.admission.hear(SetState("render", "desert", "ready", ""), 0)
    told(show, "scene.switch", scene="snow", when_ready=True)
    again = restarted(show, tmp_path, 1 * S)
    assert again.ready_order(3 * S) is None
    assert again.ready_order(4 * S) is not None


def test_a_show_that_no_disk_takes_goes_on_from_the_reserve(tmp_path: Path) -> None:
    """And from the file again once the disk takes it; the newer of the two counts."""
    show, keeping, reserve = control(), Keeping(), Reserve(tmp_path)
    keeper = ShowKeeper(tmp_path / "gone", STAGE, keeping, reserve)
    told(show, "look.set", values={"exposure.ev": 0.5}, fade_s=0.0)
    assert keeper.keep(Kept(show.memory()), 1 * S)
    assert [alert.subject for alert in keeping.alerts(1 * S)] == ["the show"]
    nobody = ShowKeeper(tmp_path / "gone", STAGE, keeping)
    assert not nobody.keep(Kept(show.memory()), 1 * S)
    for ev, folder in ((0.5, False), (0.25, True)):
        if folder:
            (tmp_path / "gone").mkdir()
            told(show, "look.set", values={"exposure.ev": ev}, fade_s=0.0)
            assert keeper.keep(Kept(show.memory()), 2 * S)
        kept = ShowKeeper(tmp_path / "gone", STAGE, Keeping(), Reserve(tmp_path)).kept(3 * S)
        assert kept is not None
        assert kept.memory.air.look.exposure.ev == ev
    remove_slots(tmp_path)


def test_a_spare_that_follows_takes_over_what_it_has_not_decoded_yet_as_well(tmp_path: Path) -> None:
    show, spare = control(), ShowKeeper(tmp_path, STAGE)
    keeper = ShowKeeper(tmp_path, STAGE)
    spare.follow()
    for number in range(1, 4):
        told(show, "look.set", values={"exposure.ev": number / 8}, fade_s=0.0)
        keeper.keep(Kept(show.memory()), number * S)
        if number < 3:
            spare.follow()
    kept = spare.kept(4 * S)
    assert kept is not None
    assert kept.memory == show.memory()


def test_what_was_kept_and_is_broken_is_left(tmp_path: Path) -> None:
    keeper = ShowKeeper(tmp_path, STAGE)
    assert keeper.kept(0) is None
    (tmp_path / NAME).write_bytes(b"half")
    assert keeper.kept(0) is None


def test_what_another_release_kept_is_left_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keeper = ShowKeeper(tmp_path, STAGE)
    keeper.keep(Kept(control().memory()), 0)
    version, *fields = msgpack.unpackb((tmp_path / NAME).read_bytes())
    (tmp_path / NAME).write_bytes(msgpack.packb([version - 1, *fields]))
    assert keeper.kept(0) is None
    assert f"version {version - 1}" in caplog.text


def test_a_stage_whose_look_wants_a_place_that_nobody_names_is_bad_input() -> None:
    with pytest.raises(InputError, match="place"):
        control(Look(sun=SunLook(source="place"), exposure=Exposure(ev=1.0)))


def said(show: ShowControl, scene: str, state: Readiness, now_ns: int, detail: str = "") -> None:
    show.admission.hear(SetState("render", "desert", "ready", ""), now_ns)
    show.admission.hear(SetState("render", scene, state, detail), now_ns)


def test_a_set_that_is_not_ready_is_refused_and_asked_for() -> None:
    show = control()
    said(show, "snow", "loading", 0)
    refused = told(show, "scene.switch", scene="snow")
    assert not refused.accepted
    assert "not ready" in refused.text
    assert (show.scene, show.on_air().prepared) == ("desert", ("snow",))
    said(show, "snow", "ready", 10)
    assert told(show, "scene.switch", at_ns=20, scene="snow").accepted
    assert show.scene == "snow"


def test_an_order_can_wait_for_its_set() -> None:
    show = control()
    said(show, "snow", "loading", 0)
    waiting = told(show, "scene.switch", scene="snow", when_ready=True)
    assert (waiting.accepted, waiting.frame_number, show.scene, show.on_air().pending) == (True, None, "desert", "snow")
    assert show.ready_order(1) is None
    said(show, "snow", "ready", 2)
    order = show.ready_order(3)
    assert order is not None
    assert obey(show, order, 9, When(4, 5)).frame_number == 9
    assert (show.scene, show.on_air().pending, show.ready_order(6)) == ("snow", None, None)


def test_an_order_that_waits_for_a_set_which_cannot_be_read_is_refused_in_the_end() -> None:
    show = control()
    said(show, "snow", "loading", 0)
    told(show, "scene.switch", scene="snow", when_ready=True)
    said(show, "snow", "failed", 1, "set.toml: no TOML")
    order = show.ready_order(2)
    assert order is not None
    result = obey(show, order, 9, When(4, 5))
    assert not result.accepted
    assert "set.toml: no TOML" in result.text


def test_a_later_switch_takes_the_place_of_the_one_that_waits() -> None:
    show = control()
    said(show, "snow", "loading", 0)
    told(show, "scene.switch", scene="snow", when_ready=True)
    assert told(show, "scene.switch", scene="desert").accepted
    said(show, "snow", "ready", 2)
    assert show.ready_order(3) is None


def test_what_a_node_said_long_ago_counts_no_more() -> None:
    show = control()
    said(show, "snow", "ready", 0)
    show.admission.hear(SetState("render", "desert", "ready", ""), 4 * S)
    assert not told(show, "scene.switch", at_ns=4 * S, scene="snow").accepted


def cue(show: ShowControl, name: str, /, **more: Any) -> CommandResult:
    return told(show, "cue.fire", cue_list="day", cue=name, **more)


def test_a_cue_changes_set_look_and_slate_at_once() -> None:
    show = control()
    result = cue(
        show, "2", scene="snow", preset="dusk", part={"exposure": {"ev": -1.0}}, slate="12A", prepare=["berlin"]
    )
    assert (result.accepted, result.frame_number) == (True, 7)
    air = show.on_air()
    assert (air.scene, air.preset, air.look.exposure.ev, air.cue_list, air.cue) == ("snow", "dusk", -1.0, "day", "2")
    assert (air.slate.name, air.slate.take, air.prepared) == ("12A", 0, ("berlin",))


def test_the_second_of_two_operators_who_step_at_once_is_told() -> None:
    show = control()
    assert cue(show, "1", expected="").accepted
    assert cue(show, "2", expected="1").accepted
    second = cue(show, "2", expected="1")
    assert not second.accepted
    assert "is now" in second.text
    assert cue(show, "3", expected="2").accepted


def test_a_cue_whose_sun_has_no_place_changes_nothing() -> None:
    show = control()
    result = cue(show, "1", scene="snow", part={"sun": {"source": "place"}})
    assert not result.accepted
    assert (show.scene, show.cue, show.look.sun.source) == ("desert", None, "scene")


def test_takes_count_by_slate() -> None:
    show = control()
    assert told(show, "shot.roll", slate="12A").text == "rolling 12A take 1"
    assert not told(show, "shot.roll").accepted
    assert told(show, "shot.cut").accepted
    assert not told(show, "shot.cut").accepted
    assert told(show, "shot.roll").text == "rolling 12A take 2"
    assert cue(show, "9", slate="13").accepted
    assert show.on_air().slate.name == "12A", "what rolls keeps its slate"
    told(show, "shot.cut")
    assert told(show, "shot.roll", slate="13", take=5).text == "rolling 13 take 5"


def test_cues_slate_and_prepared_sets_outlive_a_restart(tmp_path: Path) -> None:
    show = control()
    cue(show, "4", scene="snow", slate="7", prepare=["berlin"])
    told(show, "shot.roll")
    again = restarted(show, tmp_path)
    assert again.on_air() == show.on_air()


def test_the_lights_can_be_left_to_the_desk() -> None:
    show = control()
    told(show, "lights.release", on=True)
    assert show.air_at(0).show.lights_released


LOCKABLE: dict[TakeLock, tuple[str, dict[str, Any]]] = {
    "sets": ("scene.switch", {"scene": "snow"}),
    "go": ("cue.fire", {"cue": "2", "scene": None}),
    "presets": ("look.recall", {"preset": "dusk", "part": {}}),
    "black": ("show.black", {"on": True}),
    "pattern": ("show.pattern", {"name": "bars"}),
}


@pytest.mark.parametrize("lock", LOCKABLE)
def test_a_take_locks_what_the_stage_file_says_and_nothing_else(lock: TakeLock) -> None:
    show = control()
    show.take_locks = (lock,)
    name, arguments = LOCKABLE[lock]
    assert "is locked" not in told(show, name, **arguments).text
    told(show, "show.black", on=False)
    assert told(show, "shot.roll", slate="12A").accepted
    refused = told(show, name, **arguments)
    assert not refused.accepted
    assert "12A take 1 is rolling" in refused.text
    for other, (order, given) in LOCKABLE.items():
        assert other == lock or "is locked" not in told(show, order, **given).text, other
    assert told(show, "shot.cut").accepted
    assert "is locked" not in told(show, name, **arguments).text


def test_a_set_that_is_waited_for_comes_after_the_cut() -> None:
    show = control()
    show.take_locks = ("sets",)
    said(show, "snow", "loading", 0)
    assert "waiting" in told(show, "scene.switch", scene="snow", when_ready=True).text
    told(show, "shot.roll", slate="12A")
    said(show, "snow", "ready", 1)
    assert show.ready_order(2) is None
    told(show, "shot.cut")
    assert show.ready_order(3) is not None
