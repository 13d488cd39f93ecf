"""Between two looks: light linear, exposure in stops, angles the short way, colours not through grey."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from stage.messages.frames import Heavens
from stage.model.look import (
    ChromaKey,
    Exposure,
    FixtureLevel,
    Fixtures,
    Grade,
    LightCard,
    Look,
    SunLook,
    WallTrim,
    Weather,
)
from stage.show.blend import angle, blend, blend_heavens, colour, mired

DEGREES = st.floats(-360, 360)
SHARES = st.floats(0, 1)
PARTS = st.floats(0, 1)
RGB = st.tuples(PARTS, PARTS, PARTS)
CHECKED = TypeAdapter(Look)
"""Made once: it takes longer than a hundred looks on the way."""


def test_the_ends_are_the_looks_themselves() -> None:
    a, b = Look(), Look(exposure=Exposure(ev=2.0), key=ChromaKey(on=True))
    assert blend(a, b, 0.0) is a
    assert blend(a, b, 1.0) is b


def test_light_fades_linearly_and_exposure_in_stops() -> None:
    a = Look(sun=SunLook(gain=1.0), exposure=Exposure(ev=-2.0), grade=Grade(slope=(1.0, 1.0, 1.0)))
    b = Look(sun=SunLook(gain=3.0), exposure=Exposure(ev=2.0), grade=Grade(slope=(2.0, 1.0, 0.0)))
    half = blend(a, b, 0.5)
    assert half.sun.gain == 2.0
    assert half.exposure.ev == 0.0
    assert half.grade.slope == (1.5, 1.0, 0.5)


@given(DEGREES, DEGREES, SHARES)
def test_angles_go_the_short_way_and_stay_in_range(a: float, b: float, share: float) -> None:
    turned = angle(a, b, share)
    way = abs((b - a + 180.0) % 360.0 - 180.0)
    gone = abs((turned - a + 180.0) % 360.0 - 180.0)
    assert gone == pytest.approx(way * share, abs=1e-6)
    assert -360.0 <= turned <= 360.0


def test_a_wind_from_170_to_minus_170_passes_180() -> None:
    half = blend(Look(weather=Weather(wind_pan_deg=170.0)), Look(weather=Weather(wind_pan_deg=-170.0)), 0.5)
    assert abs(half.weather.wind_pan_deg) == pytest.approx(180.0)


def test_colour_temperature_fades_in_mired() -> None:
    assert mired(2000.0, 10_000.0, 0.5) == pytest.approx(1e6 / 300.0)


@given(RGB, RGB, SHARES)
def test_colours_stay_between_in_saturation(
    a: tuple[float, float, float], b: tuple[float, float, float], share: float
) -> None:
    least = min(colorsys.rgb_to_hsv(*a)[1], colorsys.rgb_to_hsv(*b)[1])
    mixed = colour(a, b, share)
    assert all(0.0 <= part <= 1.0 for part in mixed)
    if max(mixed) > 1e-6:
        assert colorsys.rgb_to_hsv(*mixed)[1] >= least - 1e-6


def test_red_to_cyan_does_not_pass_grey() -> None:
    assert colorsys.rgb_to_hsv(*colour((1.0, 0.0, 0.0), (0.0, 1.0, 1.0), 0.5))[1] == pytest.approx(1.0)


def test_a_new_card_fades_in_from_nothing_and_one_that_goes_fades_out() -> None:
    key, rim = LightCard("key", "main", nits=800.0), LightCard("rim", "main", nits=400.0)
    half = blend(Look(light_cards=(key,)), Look(light_cards=(rim,)), 0.25)
    assert {card.name: card.nits for card in half.light_cards} == {"key": 600.0, "rim": 100.0}
    off = replace(key, on=False)
    half = blend(Look(light_cards=(key,)), Look(light_cards=(off,)), 0.5)
    assert (half.light_cards[0].on, half.light_cards[0].nits) == (True, 400.0)


def test_walls_and_fixtures_that_one_side_does_not_name_fade_to_neutral_and_to_dark() -> None:
    a = Look(walls=(WallTrim("main", brightness=0.5),), fixtures=Fixtures(fixed=(FixtureLevel("key", level=1.0),)))
    half = blend(a, Look(), 0.5)
    assert half.walls[0].brightness == 0.75
    assert half.fixtures.fixed[0].level == 0.5


def test_what_has_no_half_way_changes_in_the_middle() -> None:
    a, b = Look(), Look(key=ChromaKey(on=True), sun=SunLook(source="hand"))
    assert (blend(a, b, 0.49).key.on, blend(a, b, 0.5).key.on) == (False, True)
    assert blend(a, b, 0.6).sun.source == "hand"


@given(SHARES)
def test_every_look_on_the_way_is_a_lawful_look(share: float) -> None:
    a = Look(light_cards=(LightCard("key", "main", turn_deg=350.0),), key=ChromaKey(hue_deg=350.0))
    b = Look(light_cards=(LightCard("key", "main", turn_deg=-350.0, on=False),), key=ChromaKey(hue_deg=20.0))
    mixed = blend(a, b, share)
    assert CHECKED.validate_python(CHECKED.dump_python(mixed)) == mixed


def test_heavens_blend_the_short_way_and_stars_stay_a_turn() -> None:
    a = Heavens(sun_pan_deg=170.0, sun_elevation_deg=40.0, stars=(1.0, 0.0, 0.0, 0.0))
    b = Heavens(sun_pan_deg=-170.0, sun_elevation_deg=0.0, stars=(-0.6, 0.0, 0.0, -0.8))
    half = blend_heavens(a, b, 0.5)
    assert abs(half.sun_pan_deg) == pytest.approx(180.0)
    assert half.sun_elevation_deg == 20.0
    assert sum(part * part for part in half.stars) == pytest.approx(1.0)
    assert half.stars[3] > 0.4, "the nearer of the two signs"
