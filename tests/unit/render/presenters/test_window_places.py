"""Where the windows of outputs stand."""

from __future__ import annotations

from typing import Any

import pytest

from render.presenters.placement import Screen, WindowPlace, window_places
from stage.errors import InputError
from stage.model.stagefile import Stage
from tests.shaders.small_stage import small_stage

SCREENS = (Screen(0, 0, 1000, 800), Screen(1000, 0, 640, 480))


def stage_of(*outputs: dict[str, Any]) -> Stage:
    tile = [{"tile": "flat/all"}]
    return small_stage(outputs=[{"name": f"o{n}", "tiles": tile, **output} for n, output in enumerate(outputs)])


def test_an_output_fills_its_screen() -> None:
    stage = stage_of({"size_px": [640, 480], "screen": 1}, {"size_px": [640, 480]})
    assert window_places(stage, SCREENS, "s.toml") == (
        WindowPlace(output="o0", screen=1, full_screen=True, x=1000, y=0, width=640, height=480),
    )


def test_windows_stand_side_by_side_and_then_below() -> None:
    windowed = {"screen": 0, "windowed": True}
    sizes = ([600, 300], [300, 350], [200, 100], [900, 50])
    places = window_places(stage_of(*({"size_px": size, **windowed} for size in sizes)), SCREENS, "s.toml")
    assert [(p.x, p.y) for p in places] == [(0, 0), (600, 0), (0, 350), (0, 450)]
    assert [(p.width, p.height) for p in places] == [(600, 300), (300, 350), (200, 100), (900, 50)]


def test_each_screen_has_its_own_row() -> None:
    outputs = [{"size_px": [200, 100], "screen": screen, "windowed": True} for screen in (0, 1, 1)]
    places = window_places(stage_of(*outputs), SCREENS, "s.toml")
    assert [(p.x, p.y) for p in places] == [(0, 0), (1000, 0), (1200, 0)]


def test_a_screen_that_is_not_there_is_bad_input() -> None:
    with pytest.raises(InputError) as raised:
        window_places(stage_of({"size_px": [64, 64]}, {"size_px": [64, 64], "screen": 2}), SCREENS, "s.toml")
    assert (raised.value.where, raised.value.field) == ("s.toml", "outputs[1].screen")
    assert "this machine has 2" in str(raised.value)
