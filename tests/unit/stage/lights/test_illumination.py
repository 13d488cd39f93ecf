"""From the light round the mark to what fixtures are told: held to integrals, colours and curves that are known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.lights.emitters import Emitters
from stage.lights.illumination import Illumination, shown_light
from stage.lights.patch import slot_bytes, universes_of
from stage.maths.colour_matrix import D65, xyz_from_rgb
from stage.maths.colour_temperature import temperature_of
from stage.maths.light_cube import lobe_weights, texel_at, texel_directions, texel_solid_angles
from stage.messages.lights import LightField
from stage.model.fixture import Fixture
from stage.model.look import Exposure, Grade, Look, OuterView

PX = 8
MARK_M = (0.0, 0.0, 1.5)
ALL_LIGHT_DEG = 120.0


def field(radiance: NDArray[np.float64], sun: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> LightField:
    faces = np.broadcast_to(radiance, (6 * PX * PX, 3)).astype(np.float32).tobytes()
    return LightField(
        node="render",
        scene="boxes",
        mark_m=MARK_M,
        face_px=PX,
        faces=faces,
        sun_toward=(0.0, 0.0, 1.0),
        sun=sun,
        oldest_number=1,
        newest_number=1,
    )


def lamp(**values: object) -> Fixture:
    return Fixture.model_validate({"name": "key", "position_m": (0.0, 3.0, 1.5), "address": 1, **values})


def test_texels_fill_the_sphere_and_look_where_they_are() -> None:
    assert texel_solid_angles(PX).sum() == pytest.approx(4.0 * math.pi, rel=1e-12)
    for number, direction in enumerate(texel_directions(PX)):
        face, row, column = texel_at((float(direction[0]), float(direction[1]), float(direction[2])), PX)
        assert (face * PX + row) * PX + column == number


def test_light_from_all_sides_alike_gives_pi_times_its_luminance() -> None:
    """Lambert: E = pi L on a flat surface under a uniform sky."""
    lux = Illumination([lamp(spread_deg=ALL_LIGHT_DEG)], MARK_M).lux(field(np.array([1.0, 0.5, 0.25])), Look())
    assert lux[0] == pytest.approx(math.pi * 100.0 * np.array([1.0, 0.5, 0.25]), rel=0.01)


@pytest.mark.parametrize("spread_deg", [30.0, 60.0, 90.0, 140.0])
def test_a_lobe_holds_half_its_weight_at_half_its_angle_and_its_integral_is_known(spread_deg: float) -> None:
    power = math.log(0.5) / math.log(math.cos(math.radians(spread_deg / 2)))
    weights = lobe_weights((0.0, 1.0, 0.0), spread_deg, 64)
    assert weights.sum() == pytest.approx(2.0 * math.pi / (power + 1.0), rel=0.01)


def test_each_lamp_takes_the_light_of_its_own_side() -> None:
    """Red ahead, blue behind: the lamp ahead is red, the one behind is blue, the one above gives both alike."""
    directions = texel_directions(PX)
    radiance = np.where(directions[:, 1:2] > 0.0, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    places = [(0.0, 3.0, 1.5), (0.0, -3.0, 1.5), (0.0, 0.0, 4.0)]
    lamps = [lamp(name=f"l{i}", position_m=place) for i, place in enumerate(places)]
    ahead, behind, above = Illumination(lamps, MARK_M).relative(field(radiance), Look())
    assert ahead[0] > 0.0
    assert ahead[2] == 0.0
    assert behind[0] == 0.0
    assert behind[2] == pytest.approx(ahead[0])
    assert above[0] == pytest.approx(above[2])


def test_the_aim_says_where_light_comes_from_not_the_place() -> None:
    directions = texel_directions(PX)
    radiance = np.where(directions[:, 2:3] > 0.0, [1.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    down = lamp(position_m=(5.0, 5.0, 3.0), aim_m=(5.0, 5.0, 0.0), spread_deg=ALL_LIGHT_DEG)
    lux = Illumination([down], MARK_M).lux(field(radiance), Look())
    assert lux[0, 0] == pytest.approx(math.pi * 100.0, rel=0.02)


def test_the_sun_lights_the_lamps_on_its_side() -> None:
    """A white surface that faces the sun gains `sun`: pi times that many hundred lux fall on it."""
    lamps = [lamp(position_m=(0.0, 0.0, 4.0)), lamp(name="low", position_m=(0.0, 3.0, 1.5))]
    lux = Illumination(lamps, MARK_M).lux(field(np.zeros(3), sun=(2.0, 1.0, 0.5)), Look())
    assert lux[0] == pytest.approx(math.pi * 100.0 * np.array([2.0, 1.0, 0.5]))
    assert lux[1] == pytest.approx(np.zeros(3))


def test_exposure_outer_view_and_grade_of_the_look_are_put_on() -> None:
    plain = field(np.array([0.4, 0.4, 0.4]))
    illumination = Illumination([lamp()], MARK_M)
    base = illumination.relative(plain, Look())
    brighter = Look(exposure=Exposure(ev=1.0), outer=OuterView(ev=-3.0))
    assert illumination.relative(plain, brighter) == pytest.approx(base / 4.0)
    slope = Look(grade=Grade(slope=(2.0, 1.0, 0.5)))
    assert illumination.relative(plain, slope) == pytest.approx(base * [2.0, 1.0, 0.5])
    assert illumination.relative(plain, slope, ("grade",)) == pytest.approx(base)
    warm = Look(exposure=Exposure(white_balance_k=3200.0))
    red, _, blue = shown_light(np.array([1.0, 1.0, 1.0]), warm)
    assert blue > 1.5 * red, "light of 3200 K is shown white, so daylight is blue"


def test_a_lamp_of_rec709_emitters_is_told_the_light_itself() -> None:
    assert Emitters(lamp()).shares(np.array([0.5, 0.25, 0.125])) == pytest.approx((0.5, 0.25, 0.125))


def test_colours_of_other_primaries_are_the_same_light() -> None:
    """What the emitters give together is the light that was asked for: CIE XYZ of both are equal."""
    wide = lamp(primaries=((0.69, 0.30), (0.19, 0.72), (0.14, 0.05)), white_xy=(0.32, 0.33))
    asked = np.array([0.3, 0.4, 0.2])
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in wide.primaries]).T
    white = np.array([0.32 / 0.33, 1.0, 0.35 / 0.33])
    given = columns * np.linalg.solve(columns, white) @ np.array(Emitters(wide).shares(asked))
    assert given == pytest.approx(xyz_from_rgb("rec709") @ asked)


def test_white_goes_to_the_white_emitter() -> None:
    shares = Emitters(lamp(kind="rgbw")).shares(np.array([0.8, 0.5, 0.3]))
    assert shares == pytest.approx((0.5, 0.2, 0.0, 0.3))
    half = Emitters(lamp(kind="rgbw", white_share=0.5)).shares(np.array([0.8, 0.5, 0.3]))
    assert half == pytest.approx((0.5, 0.2, 0.0, 0.6)), "a weak emitter is driven harder"


def test_too_much_light_is_taken_back_without_a_change_of_colour() -> None:
    assert Emitters(lamp()).shares(np.array([4.0, 2.0, 1.0])) == pytest.approx((1.0, 0.5, 0.25))
    assert Emitters(lamp(max_level=0.5)).shares(np.array([4.0, 2.0, 1.0])) == pytest.approx((0.5, 0.25, 0.125))


def test_a_dimmer_channel_carries_the_level_and_colours_the_rest() -> None:
    channels = ("dimmer", "full", "red", "green", "blue", "zero")
    shares = Emitters(lamp(channels=channels)).shares(np.array([0.4, 0.2, 0.1]))
    assert shares == pytest.approx((0.4, 1.0, 1.0, 0.5, 0.25, 0.0))
    dark = Emitters(lamp(channels=channels)).shares(np.zeros(3))
    assert dark == pytest.approx((0.0, 1.0, 0.0, 0.0, 0.0, 0.0))


def test_a_square_fixture_is_told_the_root() -> None:
    assert Emitters(lamp(kind="dimmer", curve="square")).shares(np.full(3, 0.25)) == pytest.approx((0.5,))


def _xyz(x: float, y: float) -> NDArray[np.float64]:
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


@pytest.mark.parametrize(
    ("xy", "kelvin", "duv"),
    [((0.44758, 0.40745), 2856.0, 0.0), (D65, 6504.0, 0.0032), ((0.34567, 0.35850), 5003.0, 0.0032)],
    ids=["CIE A", "D65", "D50"],
)
def test_colour_temperatures_of_standard_illuminants(xy: tuple[float, float], kelvin: float, duv: float) -> None:
    found, away = temperature_of(_xyz(*xy))
    assert found == pytest.approx(kelvin, rel=0.004)
    assert away == pytest.approx(duv, abs=3e-4)


def test_a_white_lamp_takes_the_colour_temperature_and_the_luminance() -> None:
    warm = np.asarray(np.linalg.solve(xyz_from_rgb("rec709"), 0.5 * _xyz(0.44758, 0.40745)), np.float64)
    dimmer, cct, tint = Emitters(lamp(kind="cct", channels=("dimmer", "cct", "tint"))).shares(warm)
    assert dimmer == pytest.approx(0.5, rel=1e-4)
    assert 2700.0 + cct * 3800.0 == pytest.approx(2856.0, abs=12.0)
    assert tint == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("share", "coarse_fine"), [(0.0, (0, 0)), (1.0 / 3.0, (85, 85)), (1.0, (255, 255))])
def test_16_bit_is_coarse_then_fine(share: float, coarse_fine: tuple[int, int]) -> None:
    assert tuple(slot_bytes(share, 16)) == coarse_fine
    assert slot_bytes(0.5, 16) == b"\x80\x00"
    assert slot_bytes(1.0 / 512, 16) == b"\x00\x80"


def test_8_bit_is_rounded_and_limited() -> None:
    assert [slot_bytes(share, 8)[0] for share in (-1.0, 0.0, 0.5, 0.999, 1.0, 7.0)] == [0, 0, 128, 255, 255, 255]


def test_fixtures_fill_their_own_slots_of_their_universes() -> None:
    first = lamp(address=2, bits=16)
    last = lamp(name="last", universe=7, address=510)
    filled = universes_of([first, last], [(1.0, 0.0, 0.5), (0.0, 0.5, 1.0)])
    assert set(filled) == {1, 7}
    assert filled[1] == b"\0\xff\xff\0\0\x80\0" + bytes(505)
    assert filled[7] == bytes(510) + b"\x80\xff"


def test_a_lamp_of_no_gain_gives_nothing() -> None:
    silent = replace(field(np.ones(3)), sun=(1.0, 1.0, 1.0))
    assert Illumination([lamp(gain=0.0)], MARK_M).relative(silent, Look())[0] == pytest.approx(np.zeros(3))
