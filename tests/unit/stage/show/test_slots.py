"""A and B: two looks kept aside, and gone to and fro between."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.conductor.kept_show import Kept, ShowKeeper
from stage.model.look import Exposure, Look
from stage.show.show_control import ShowControl
from tests.unit.stage.show.test_show_control import S, control, told


def two_kept() -> ShowControl:
    """A at -1 EV by hand, B a preset at +2 EV with a light card."""
    show = control()
    told(show, "look.set", values={"exposure.ev": -1.0})
    assert told(show, "look.keep", slot="a").accepted
    part = {"exposure": {"ev": 2.0}, "light_cards": [{"name": "key", "wall": "main"}]}
    told(show, "look.recall", at_ns=10 * S, preset="noon", part=part, transition={"duration_s": 0.0})
    assert told(show, "look.keep", slot="b").accepted
    return show


def test_keeping_a_look_changes_no_picture_and_is_no_step() -> None:
    show = control()
    before = show.on_air()
    result = told(show, "look.keep", slot="b")
    after = show.on_air()
    assert (result.accepted, result.text) == (True, "kept in B")
    assert (after.look, after.undo_steps, after.slot_on) == (before.look, 0, "b")
    assert [(one.slot, one.look, one.preset) for one in after.slots] == [("b", before.look, "neutral")]


def test_a_and_b_are_gone_to_whole_light_cards_and_all() -> None:
    show = two_kept()
    b = show.look
    told(show, "look.ab", at_ns=20 * S, slot="a")
    assert (show.look, show.on_air().slot_on, show.on_air().preset) == (Look(exposure=Exposure(ev=-1.0)), "a", None)
    told(show, "look.ab", at_ns=21 * S, slot="b")
    assert (show.look, show.on_air().slot_on, show.on_air().preset) == (b, "b", "noon")


def test_without_a_name_it_goes_to_the_other_one() -> None:
    show = two_kept()
    texts = [told(show, "look.ab", at_ns=(20 + step) * S).text for step in range(3)]
    assert texts == ["A", "B: noon", "A"]


def test_a_look_changed_since_is_neither_and_goes_back_to_a() -> None:
    show = two_kept()
    told(show, "look.set", at_ns=20 * S, values={"exposure.ev": 4.0})
    assert show.on_air().slot_on is None
    told(show, "look.ab", at_ns=30 * S)
    assert (show.look.exposure.ev, show.on_air().slot_on) == (-1.0, "a")


def test_going_to_a_slot_is_one_step_that_undo_takes_back() -> None:
    show = two_kept()
    told(show, "look.set", at_ns=20 * S, values={"exposure.ev": 4.0})
    told(show, "look.ab", at_ns=30 * S, slot="a")
    assert told(show, "look.undo", at_ns=31 * S).accepted
    assert show.look.exposure.ev == 4.0


def test_going_where_the_look_is_already_is_no_step() -> None:
    show = two_kept()
    steps = show.on_air().undo_steps
    told(show, "look.ab", at_ns=20 * S, slot="b")
    assert show.on_air().undo_steps == steps


def test_it_fades_over_the_time_given() -> None:
    show = two_kept()
    told(show, "look.ab", at_ns=20 * S, slot="a", fade_s=2.0)
    evs = [show.air_at(20 * S + part * S).look.exposure.ev for part in (0, 1, 2)]
    assert evs[0] == 2.0
    assert -1.0 < evs[1] < 2.0
    assert evs[2] == -1.0


def test_an_empty_slot_is_refused_and_a_third_there_is_none() -> None:
    show = control()
    told(show, "look.keep", slot="a")
    empty, third = told(show, "look.ab", slot="b"), told(show, "look.keep", slot="c")
    assert not empty.accepted
    assert "slot B is empty" in empty.text
    assert not third.accepted
    assert "slot" in third.text


def test_keeping_again_is_over_what_was_kept() -> None:
    show = two_kept()
    told(show, "look.keep", slot="a")
    slots = {one.slot: one.look for one in show.on_air().slots}
    assert slots["a"] == slots["b"] == show.look
    assert show.on_air().slot_on == "a"


def test_a_slot_whose_sun_cannot_stand_in_this_set_is_refused() -> None:
    show = control()
    told(show, "scene.switch", scene="berlin")
    told(show, "look.set", values={"sun.source": "place"})
    told(show, "look.keep", slot="a")
    told(show, "look.set", at_ns=9 * S, values={"sun.source": "scene"})
    told(show, "scene.switch", at_ns=10 * S, scene="desert")
    result = told(show, "look.ab", at_ns=20 * S, slot="a")
    assert not result.accepted
    assert "place" in result.text
    assert show.look.sun.source == "scene"


def test_the_slots_are_kept_over_a_restart(tmp_path: Path) -> None:
    show = two_kept()
    keeper = ShowKeeper(tmp_path, Path("/stage.toml"))
    keeper.keep(Kept(show.memory()), 0)
    again, before = control(), keeper.kept(0)
    assert before is not None
    again.restore(before.memory)
    assert again.on_air() == show.on_air()
    assert told(again, "look.ab", at_ns=40 * S).text == "A"


@pytest.mark.parametrize("slot", ["", "A", 1])
def test_a_slot_has_one_of_two_names(slot: object) -> None:
    assert not told(control(), "look.ab", slot=slot).accepted
