"""How far the wind has blown: its way is summed while it changes, so a fade moves nothing faster than the wind.

While the wind stays the same, its way is computed from the moment it last changed, so no rounding adds up over days and
a restarted conductor continues with the same way. Pure: time is an argument.
"""

from __future__ import annotations

import math

from stage.messages.frames import Plane, Wind
from stage.model.look import Weather

GUSTS = ((0.25, 0.7, 0.0), (0.15, 1.9, 1.3))
"""Share of the wind, radians a second, phase."""


def velocity_of(weather: Weather) -> Plane:
    """The look's wind as a velocity along x and y of the stage, m/s."""
    pan = math.radians(weather.wind_pan_deg)
    return (-math.sin(pan) * weather.wind_mps, math.cos(pan) * weather.wind_mps)


def steady(weather: Weather) -> Wind:
    """A wind that has blown as it does in this look since scene time 0, gusts and all."""
    east, north = velocity_of(weather)
    start_s = _gusty_s(0.0)
    return Wind(0.0, (east, north), (0.0, 0.0), (east * start_s, north * start_s))


def gust(time_s: float) -> float:
    """How strong the wind is with its gusts, relative to the wind of the look, at a scene time in seconds."""
    return 1.0 + sum(share * math.cos(rate * time_s + phase) for share, rate, phase in GUSTS)


def way_m(wind: Wind, time_s: float) -> Plane:
    """How far the wind without its gusts has blown by a scene time in seconds; metres along x and y of the stage."""
    return _onward(wind.way_m, wind.velocity_mps, time_s - wind.since_s)


def gusty_way_m(wind: Wind, time_s: float) -> Plane:
    """The same with its gusts: the integral of velocity times `gust`."""
    return _onward(wind.gusty_way_m, wind.velocity_mps, _gusty_s(time_s) - _gusty_s(wind.since_s))


class WindTrack:
    """Follows the wind of the looks on air; `wind` is the same object as long as the wind does not change."""

    def __init__(self, wind: Wind) -> None:
        self.wind = wind
        self._seen_s = wind.since_s

    def follow(self, weather: Weather, time_s: float) -> Wind:
        """The wind of the frame at a scene time in seconds, which is asked for in every frame. From the frame before it
        went over evenly, so in between it blew with the mean of both."""
        velocity = velocity_of(weather)
        if velocity != self.wind.velocity_mps:
            before, seen_s = self.wind, self._seen_s
            mean = _onward(before.velocity_mps, velocity, 1.0)
            mean = (mean[0] / 2.0, mean[1] / 2.0)
            self.wind = Wind(
                time_s,
                velocity,
                _onward(way_m(before, seen_s), mean, time_s - seen_s),
                _onward(gusty_way_m(before, seen_s), mean, _gusty_s(time_s) - _gusty_s(seen_s)),
            )
        self._seen_s = time_s
        return self.wind


def _gusty_s(time_s: float) -> float:
    """The integral of `gust`: the time in which a wind without gusts blows as far."""
    return time_s + sum(share * math.sin(rate * time_s + phase) / rate for share, rate, phase in GUSTS)


def _onward(place: Plane, velocity: Plane, duration_s: float) -> Plane:
    return (place[0] + velocity[0] * duration_s, place[1] + velocity[1] * duration_s)
