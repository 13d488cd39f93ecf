"""The bench rows of splats and weather: as many bare quads as there are splats and drops."""

from __future__ import annotations

import numpy as np
import pytest

from render.layers.splats.splat_pass import bytes_on_card, geometry_floats, harmonic_words
from tools.bench.layers.layers import CASES, ahead
from tools.bench.layers.particles import WEATHER_ROWS, bare_weather, splat_hall, weather_moment


def test_a_hall_of_splats_stands_before_the_eye_and_says_what_it_takes() -> None:
    view = ahead()
    hall = splat_hall(view, count=3000)
    (splats,) = hall.scene.layers
    assert hall.counts["splats"] == len(splats.centre_m) == len(hall.bare[1].places)  # type: ignore[attr-defined, arg-type]
    place = hall.bare[1].places[:, :3, 3] - np.array(view.eye_m)  # type: ignore[index]
    assert (place @ np.array(view.planes()).T >= 0.0).all(axis=1).mean() > 0.3
    held = geometry_floats(splats).nbytes + harmonic_words(splats).nbytes  # type: ignore[arg-type]
    assert bytes_on_card(splats) == held + 3000 * (48 + 4)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(WEATHER_ROWS))
def test_a_weather_row_has_a_bare_quad_for_each_drop(name: str) -> None:
    assert name in CASES
    bare, drops = bare_weather(name, ahead())
    places = np.concatenate([draw.places for draw in bare if draw.places is not None])
    assert len(places) == drops > 1000
    sizes = np.linalg.norm(places[:, :3, 2], axis=1)
    assert (sizes > 0.0).mean() > 0.2
    assert np.isfinite(places).all()
    assert max(getattr(weather_moment(name, 1.0).look.weather, kind) for kind in ("rain", "snow", "dust")) == 1.0
