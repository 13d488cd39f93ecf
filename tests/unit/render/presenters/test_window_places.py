"""Where the windows of outputs stand."""

from __future__ import annotations

from typing import Any

import pytest

from render.presenters.placement import Screen, WindowKind, WindowPlace, fitted, window_places
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
        WindowPlace(output="o0", screen=1, kind=WindowKind.FULL_SCREEN, x=1000, y=0, width=640, height=480),
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


def test_windowed_without_a_screen_is_an_ordinary_window_as_large_as_its_output() -> None:
    (place,) = window_places(stage_of({"size_px": [768, 512], "windowed": True}), SCREENS, "s.toml")
    assert (place.kind, place.width, place.height) == (WindowKind.ORDINARY, 768, 512)


def test_an_ordinary_window_fits_on_the_screen_and_keeps_its_shape() -> None:
    (place,) = window_places(stage_of({"size_px": [3840, 1920], "windowed": True}), SCREENS, "s.toml")
    assert (place.width, place.height) == (850, 425)


def test_the_flag_makes_ordinary_windows_of_all_outputs_whatever_their_screen() -> None:
    """A stage for three screens can be looked at on a desk that has one."""
    seen: list[dict[str, Any]] = [{"screen": 0}, {"screen": 7}, {"screen": 0, "windowed": True}, {"windowed": True}, {}]
    stage = stage_of(*({"size_px": [64, 64], **output} for output in seen))
    places = window_places(stage, SCREENS, "s.toml", windowed=True)
    assert [place.output for place in places] == ["o0", "o1", "o2", "o3", "o4"]
    assert {place.kind for place in places} == {WindowKind.ORDINARY}


@pytest.mark.parametrize(
    ("window_px", "edges"),
    [
        ((200, 100), (0, 0, 200, 100)),
        ((400, 200), (0, 0, 400, 200)),
        ((200, 300), (0, 100, 200, 200)),
        ((50, 100), (0, 37, 50, 62)),
    ],
)
def test_a_picture_fills_its_window_as_far_as_its_shape_allows(
    window_px: tuple[int, int], edges: tuple[int, int, int, int]
) -> None:
    assert fitted((200, 100), window_px) == edges
