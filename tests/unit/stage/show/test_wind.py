"""The way of the wind: the integral of what blew, without a jump, whatever fades, fails or starts again."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from render.layers.weather.weather import DUST, RAIN, SNOW, DropLayer, falling
from stage.conductor.kept_show import Kept, ShowKeeper
from stage.messages.commands import Command
from stage.messages.frames import Wind
from stage.model.layers import SkyLayer
from stage.model.look import Look, Weather
from stage.model.preset import Preset
from stage.model.scene import Scene
from stage.show.orders.given import obey
from stage.show.orders.order import When
from stage.show.show_control import ShowControl
from stage.show.wind import WindTrack, gust, gusty_way_m, steady, way_m
from stage.units import NS_PER_S

FRAME_NS = NS_PER_S // 24
HOURS_36_NS = 36 * 3600 * NS_PER_S
SCENE = Scene(schema="scene/1", name="set", layers=(SkyLayer(kind="sky"),))
CALM = Weather(rain=1.0, wind_mps=2.0, wind_pan_deg=90.0)


def show_with(weather: Weather) -> ShowControl:
    preset = Preset(schema="look/1", name="calm", look=Look(weather=weather))
    return ShowControl(preset=preset, scene=SCENE, scene_name="set", place=None, find=lambda name: SCENE)


def fade_to(show: ShowControl, mps: float, pan_deg: float, fade_s: float, at_ns: int) -> None:
    values = {"weather.wind_mps": mps, "weather.wind_pan_deg": pan_deg}
    command = Command("1", "look.set", {"values": values, "fade_s": fade_s}, "ann", 0)
    assert obey(show, command, 7, When(at_ns, at_ns)).accepted


def wind_of(show: ShowControl, at_ns: int) -> Wind:
    wind = show.air_at(at_ns).wind
    assert wind is not None
    return wind


@pytest.mark.parametrize("start_ns", [0, 600 * NS_PER_S, HOURS_36_NS])
@pytest.mark.parametrize("layer", [RAIN[0], SNOW[0], DUST[-1]])
@pytest.mark.parametrize("fade_s", [0.0, 2.0])
def test_in_a_fade_of_wind_no_drop_is_faster_than_the_wind(start_ns: int, layer: DropLayer, fade_s: float) -> None:
    show = show_with(CALM)
    frames = [start_ns + number * FRAME_NS for number in range(72)]
    ways, speeds = [], []
    for number, at_ns in enumerate(frames):
        if number == 12:
            fade_to(show, 6.0, 200.0, fade_s, at_ns)
        air = show.air_at(at_ns)
        assert air.wind is not None
        ways.append(falling(layer, air.wind, at_ns / NS_PER_S).way_m)
        speeds.append(air.look.weather.wind_mps * layer.wind)
    assert speeds[-1] == pytest.approx(6.0 * layer.wind)
    steps = np.linalg.norm(np.diff(np.array(ways), axis=0)[:, :2], axis=1)
    fastest = np.maximum(speeds[:-1], speeds[1:]) * max(gust(t) for t in np.linspace(0.0, 60.0, 6001))
    assert (steps <= fastest * (FRAME_NS / NS_PER_S) + 1e-6).all()
    assert steps.max() > 0.0


def test_the_way_is_the_integral_of_the_wind() -> None:
    """Against a sum of thousandths of a second of the velocities themselves."""
    start_s, end_s = 100.0, 108.0
    weathers = {
        t: Weather(wind_mps=2.0 + t - start_s, wind_pan_deg=10.0 * (t - start_s))
        for t in np.arange(start_s, end_s, 1 / 24).tolist()
    }
    track = WindTrack(steady(weathers[start_s]))
    for t, weather in weathers.items():
        last, wind = t, track.follow(weather, t)
    fine = np.arange(start_s, last, 1e-3)
    speed, pan = 2.0 + fine - start_s, np.radians(10.0 * (fine - start_s))
    velocity = np.stack([-np.sin(pan), np.cos(pan)], axis=-1) * speed[:, None]
    gusts = np.array([gust(t) for t in fine])[:, None]
    before = steady(weathers[start_s])
    plain = np.array(way_m(before, start_s)) + velocity.sum(axis=0) * 1e-3
    gusty = np.array(gusty_way_m(before, start_s)) + (velocity * gusts).sum(axis=0) * 1e-3
    assert np.abs(np.array(way_m(wind, last)) - plain).max() < 0.02
    assert np.abs(np.array(gusty_way_m(wind, last)) - gusty).max() < 0.02


def test_a_wind_that_stays_is_one_record_and_blows_as_if_it_always_had() -> None:
    show = show_with(CALM)
    first = wind_of(show, 5 * NS_PER_S)
    for at_ns in range(6 * NS_PER_S, 9 * NS_PER_S, FRAME_NS):
        assert wind_of(show, at_ns) is first
    assert way_m(first, 36 * 3600.0) == pytest.approx((-2.0 * 36 * 3600.0, 0.0), abs=1e-6)


def test_a_change_after_hours_of_the_same_wind_and_after_missed_frames_does_not_jump() -> None:
    show = show_with(CALM)
    wind_of(show, HOURS_36_NS)
    before = gusty_way_m(wind_of(show, HOURS_36_NS + FRAME_NS), (HOURS_36_NS + FRAME_NS) / NS_PER_S)
    later_ns = HOURS_36_NS + FRAME_NS + NS_PER_S  # a second of frames was missed
    fade_to(show, 10.0, 90.0, 0.0, later_ns)
    after = gusty_way_m(wind_of(show, later_ns), later_ns / NS_PER_S)
    assert 1.0 < math.dist(before, after) < 10.0 * 1.4


def test_a_restarted_conductor_goes_on_with_the_same_way(tmp_path: Path) -> None:
    show = show_with(CALM)
    wind_of(show, HOURS_36_NS)
    fade_to(show, 12.0, 30.0, 60.0, HOURS_36_NS)
    for number in range(61 * 24):
        wind_of(show, HOURS_36_NS + number * FRAME_NS)
    keeper = ShowKeeper(tmp_path, tmp_path / "stage.toml")
    keeper.keep(Kept(show.memory()), HOURS_36_NS)
    again, before = show_with(CALM), keeper.kept(HOURS_36_NS)
    assert before is not None
    again.restore(before.memory)
    later_ns = HOURS_36_NS + 3700 * NS_PER_S
    assert wind_of(again, later_ns) == wind_of(show, later_ns)
    assert math.dist(way_m(wind_of(again, later_ns), 1e5), way_m(steady(again.look.weather), 1e5)) > 100.0
