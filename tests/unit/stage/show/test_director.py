"""The look on air: recall, change, undo, redo; parts laid over a look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stage.errors import InputError
from stage.model.look import ChromaKey, Exposure, LightCard, Look, SunLook, WallTrim
from stage.model.preset import Transition
from stage.show.director import HISTORY, LookDirector
from stage.show.partial import difference, known_paths, laid_over, part_from_paths, paths_of
from stage.units import NS_PER_S

AT_ONCE = Transition()


def test_a_part_leaves_alone_what_it_does_not_say() -> None:
    look = Look(exposure=Exposure(ev=1.0, tint=0.2), sun=SunLook(gain=2.0))
    assert laid_over(look, {"exposure": {"ev": -1.0}}) == Look(exposure=Exposure(ev=-1.0, tint=0.2), sun=look.sun)


def test_named_things_are_laid_over_by_name() -> None:
    look = Look(walls=(WallTrim("main", 0.9), WallTrim("side", 0.8)))
    darker = laid_over(look, part_from_paths({"walls.side.brightness": 0.4, "walls.top.brightness": 0.5}))
    assert darker.walls == (WallTrim("main", 0.9), WallTrim("side", 0.4), WallTrim("top", 0.5))
    assert laid_over(darker, part_from_paths({"walls.side.removed": True})).walls == (
        WallTrim("main", 0.9),
        WallTrim("top", 0.5),
    )


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"exposure": {"evv": 1}}, "look.exposure.evv"),
        ({"exposure": {"ev": 99}}, "look.exposure.ev"),
        ({"exposur": {}}, "look.exposur"),
        ({"walls": {"main": {"brightness": 2}}}, r"look.walls\[0\].brightness"),
        ({"exposure": 3}, "look.exposure"),
    ],
)
def test_what_does_not_fit_is_bad_input_by_its_field(part: dict[str, object], field: str) -> None:
    with pytest.raises(InputError, match=f"dusk.*{field}"):
        laid_over(Look(), part, "dusk")


LOOKS = [
    Look(),
    Look(exposure=Exposure(ev=1.5), key=ChromaKey(on=True)),
    Look(walls=(WallTrim("a", 0.5),), light_cards=(LightCard("key", "main"), LightCard("rim", "side", nits=9.0))),
    Look(walls=(WallTrim("b"),), light_cards=(LightCard("rim", "side", nits=8.0),)),
]


def by_name(look: Look) -> Look:
    """The look with its named things in the order of their names: what is new comes last."""
    walls, cards = sorted(look.walls, key=lambda wall: wall.name), sorted(look.light_cards, key=lambda card: card.name)
    return replace(look, walls=tuple(walls), light_cards=tuple(cards))


@given(st.sampled_from(LOOKS), st.sampled_from(LOOKS))
def test_the_difference_of_two_looks_makes_one_of_the_other(a: Look, b: Look) -> None:
    assert by_name(laid_over(a, difference(a, b))) == by_name(b)


@given(st.sampled_from(LOOKS), st.sampled_from(LOOKS))
def test_paths_are_the_part(a: Look, b: Look) -> None:
    assert by_name(laid_over(a, part_from_paths(paths_of(difference(a, b))))) == by_name(b)


@pytest.mark.parametrize("name", ["left", "left.2", "a.b.brightness"])
def test_names_may_hold_dots(name: str) -> None:
    whole, trim = {"gain": [1.0, 2.0, 1.0]}, {"brightness": 0.25}
    assert part_from_paths({f"walls.{name}.brightness": 0.25}) == {"walls": {name: trim}}
    assert part_from_paths({f"walls.{name}.removed": True}) == {"walls": {name: {"removed": True}}}
    assert part_from_paths({f"fixtures.fixed.{name}.level": 0.5}) == {"fixtures": {"fixed": {name: {"level": 0.5}}}}
    assert part_from_paths({f"walls.{name}": whole}) == {"walls": {name: whole}}
    look = laid_over(LOOKS[0], {"walls": {name: whole | trim}})
    assert laid_over(LOOKS[0], part_from_paths(paths_of(difference(LOOKS[0], look)))) == look


def test_every_value_has_a_path() -> None:
    assert {"exposure.ev", "sun.time_h", "weather.rain", "light_cards.rim.nits"} <= set(known_paths(LOOKS[2]))


def test_a_path_and_what_holds_it_cannot_both_be_set() -> None:
    with pytest.raises(InputError, match=r"exposure\.ev"):
        part_from_paths({"exposure": 1, "exposure.ev": 2})


def test_a_plain_recall_is_on_air_at_once() -> None:
    director = LookDirector(Look())
    director.recall({"exposure": {"ev": -1.0}}, "dusk", AT_ONCE, 500)
    assert director.look_at(500).exposure.ev == -1.0
    assert director.preset == "dusk"


def test_a_recall_fades_from_what_is_on_air_even_in_the_middle_of_another() -> None:
    director = LookDirector(Look())
    linear = Transition(duration_s=2.0, curve="linear")
    director.recall({"exposure": {"ev": -2.0}}, "dusk", linear, 0)
    assert director.look_at(NS_PER_S).exposure.ev == -1.0
    director.recall({"exposure": {"ev": 3.0}}, "noon", linear, NS_PER_S)
    assert director.look_at(NS_PER_S).exposure.ev == -1.0, "no jump"
    assert director.look_at(2 * NS_PER_S).exposure.ev == 1.0
    assert director.look_at(9 * NS_PER_S).exposure.ev == 3.0


def test_a_smooth_curve_starts_and_ends_slowly() -> None:
    director = LookDirector(Look())
    director.recall({"exposure": {"ev": 1.0}}, "dusk", Transition(duration_s=1.0, curve="smooth"), 0)
    early, middle = director.look_at(NS_PER_S // 10).exposure.ev, director.look_at(NS_PER_S // 2).exposure.ev
    assert early == pytest.approx(0.028)
    assert middle == pytest.approx(0.5)


def test_undo_and_redo_walk_the_steps() -> None:
    director = LookDirector(Look(), "neutral")
    director.recall({"exposure": {"ev": -1.0}}, "dusk", AT_ONCE, 0)
    director.change({"sun": {"gain": 2.0}}, 1)
    assert (director.preset, director.steps) == (None, (2, 0))
    director.undo(2)
    assert (director.preset, director.target.sun.gain, director.steps) == ("dusk", 1.0, (1, 1))
    director.undo(3)
    assert (director.preset, director.target) == ("neutral", Look())
    director.redo(4)
    assert (director.preset, director.target.exposure.ev) == ("dusk", -1.0)
    director.change({"exposure": {"ev": 5.0}}, 5)
    with pytest.raises(InputError, match="nothing to redo"):
        director.redo(6)


def test_a_dragged_slider_is_one_step() -> None:
    director = LookDirector(Look())
    for number in range(50):
        director.change({"exposure": {"ev": number / 10.0 + 0.1}}, number * NS_PER_S // 30)
    director.change({"sun": {"gain": 2.0}}, 3 * NS_PER_S)
    assert director.steps == (2, 0)
    director.undo(4 * NS_PER_S)
    assert director.undo(4 * NS_PER_S) == Look()


def test_what_is_refused_changes_nothing() -> None:
    director = LookDirector(Look(), "neutral")
    with pytest.raises(InputError):
        director.recall({"exposure": {"ev": 99}}, "broken", AT_ONCE, 0)
    assert (director.target, director.preset, director.steps) == (Look(), "neutral", (0, 0))


def test_history_is_bounded() -> None:
    director = LookDirector(Look())
    for number in range(HISTORY + 50):
        director.change({"exposure": {"ev": number % 7 + 0.5}}, number * 10 * NS_PER_S)
    assert director.steps == (HISTORY, 0)


def test_what_the_last_recall_left_stays_known_while_values_are_turned() -> None:
    director = LookDirector(Look(), "neutral")
    director.recall({"exposure": {"ev": -1.0}}, "dusk", AT_ONCE, 0)
    dusk = director.target
    director.change({"exposure": {"ev": 0.5}}, 1)
    asked = director.asked
    assert (asked.preset, asked.recalled, asked.base, asked.look.exposure.ev) == (None, "dusk", dusk, 0.5)
    director.undo(2)
    director.undo(3)
    assert (director.asked.recalled, director.asked.base) == ("neutral", Look())
    director.redo(4)
    director.redo(5)
    assert (director.asked.recalled, director.asked.base) == ("dusk", dusk)
    director.recall({}, None, AT_ONCE, 6)
    assert director.asked.recalled == "dusk"


def test_the_steps_are_told_in_words() -> None:
    director = LookDirector(Look(), "neutral")

    def said() -> tuple[str | None, str | None]:
        return director.steps_said

    assert said() == (None, None)
    director.recall({"exposure": {"ev": -1.0}}, "dusk", AT_ONCE, 0)
    assert said() == ("recall of dusk", None)
    director.change({"sun": {"gain": 2.0}}, 1)
    assert said() == ("sun.gain", None)
    director.undo(2)
    assert said() == ("recall of dusk", "sun.gain")
    many = {"rain": 0.1, "snow": 0.1, "dust": 0.1, "wetness": 0.1, "snow_cover": 0.1, "wind_mps": 3.0}
    director.change({"weather": many}, 3)
    assert said()[0] == "weather.rain, weather.snow, weather.dust, weather.wind_mps and 2 more"


def test_a_director_that_is_started_again_knows_the_last_recall() -> None:
    director = LookDirector(Look(), None, base=(Look(), "dusk"))
    director.change({"exposure": {"ev": 1.0}}, 0)
    assert (director.asked.recalled, director.asked.base) == ("dusk", Look())
