"""What a look does to light is said once: walls, lamps and stills say the same, and it is what the standards say."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from render.stills.drawing import in_look
from render.wall.steps import HEAD_FLOATS, SteppedWall, steps_of
from stage.lights.illumination import shown_light
from stage.maths.colour_matrix import white_balance
from stage.model.look import ChromaKey, Exposure, Grade, Look, OuterView
from stage.show.shown_light import ShownLight, key_colour

WALL = SteppedWall("main", (64, 32), (0.01, 0.01), 1000.0)
LIGHT = np.concatenate([np.random.default_rng(3).uniform(0.0, 5.0, (40, 3)), 5.0 * np.eye(3)])
"""The last are pure colours: a white balance would make light of less than nothing of one."""
LOOK = Look(
    exposure=Exposure(1.3, 4100.0, 0.2),
    grade=Grade((1.2, 0.8, 1.0), (0.02, -0.01, 0.03), (1.1, 0.9, 1.3), 0.7),
    outer=OuterView(-1.5, 1.6),
)
BYPASSES: tuple[tuple[str, ...], ...] = ((), ("white-balance",), ("grade",), ("outer",), ("grade", "outer"))


def by_hand(light: NDArray[np.float64], look: Look, bypass: tuple[str, ...], outside: bool) -> list[float]:
    """One colour, step by step in plain numbers: Bradford white balance, ASC CDL v1.2, the outer view."""
    r, g, b = (float(part) * 2.0**look.exposure.ev for part in light)
    if "white-balance" not in bypass:
        rows = white_balance(look.exposure.white_balance_k, look.exposure.tint).tolist()
        r, g, b = (max(row[0] * r + row[1] * g + row[2] * b, 0.0) for row in rows)
    if "grade" not in bypass:
        cdl = zip((r, g, b), look.grade.slope, look.grade.offset, look.grade.power, strict=True)
        r, g, b = saturated([max(c * slope + offset, 0.0) ** power for c, slope, offset, power in cdl], look.grade)
    if outside and "outer" not in bypass:
        r, g, b = saturated([part * 2.0**look.outer.ev for part in (r, g, b)], look.outer)
    return [r, g, b]


def saturated(rgb: list[float], step: Grade | OuterView) -> list[float]:
    luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    return [max(luma + step.saturation * (part - luma), 0.0) for part in rgb]


@pytest.mark.parametrize("bypass", BYPASSES)
def test_lamps_are_told_the_light_of_the_outer_view(bypass: tuple[str, ...]) -> None:
    meant = [by_hand(light, LOOK, bypass, outside=True) for light in LIGHT]
    assert shown_light(LIGHT, LOOK, bypass) == pytest.approx(np.array(meant), rel=1e-9, abs=1e-12)


def test_stills_show_the_light_of_the_inner_view() -> None:
    """Their light has the exposure in it already."""
    meant = [by_hand(light, LOOK, (), outside=False) for light in LIGHT]
    exposed = np.asarray(LIGHT[None] * LOOK.exposure.gain, np.float32)
    assert in_look(exposed, LOOK)[0] == pytest.approx(np.array(meant), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("bypass", BYPASSES)
def test_walls_are_told_the_same_numbers(bypass: tuple[str, ...]) -> None:
    block = steps_of(LOOK, WALL, bypass)
    assert block is not None
    head = np.array(struct.unpack_from(f"<{HEAD_FLOATS}f", block)).reshape(12, 4)
    shown = ShownLight.of(LOOK, bypass)
    assert pytest.approx(shown.balance()) == head[:3, :3].T
    assert head[3] == pytest.approx([*shown.grade.slope, shown.grade.saturation])
    assert head[4, :3] == pytest.approx(shown.grade.offset)
    assert head[5, :3] == pytest.approx(shown.grade.power)
    assert head[6, :2] == pytest.approx([2.0**shown.outer.ev, shown.outer.saturation])


def test_a_neutral_look_changes_no_light_and_costs_no_wall_anything() -> None:
    exposed = Look(exposure=Exposure(ev=2.0))
    assert ShownLight.of(exposed).neutral
    assert steps_of(exposed, WALL) is None
    assert shown_light(LIGHT, exposed) == pytest.approx(LIGHT * 4.0)


@pytest.mark.parametrize(
    "look",
    [
        Look(exposure=Exposure(white_balance_k=5000.0)),
        Look(exposure=Exposure(tint=0.1)),
        Look(grade=Grade(saturation=0.5)),
        Look(outer=OuterView(ev=0.5)),
    ],
)
def test_one_step_is_enough_not_to_be_neutral(look: Look) -> None:
    assert not ShownLight.of(look).neutral
    assert steps_of(look, WALL) is not None


@pytest.mark.parametrize(
    ("hue_deg", "rgb"), [(120.0, (0.0, 3.0, 0.0)), (240.0, (0.0, 0.0, 3.0)), (60.0, (3.0, 3.0, 0.0))]
)
def test_a_key_is_a_pure_colour_as_bright_as_asked(hue_deg: float, rgb: tuple[float, float, float]) -> None:
    assert key_colour(ChromaKey(hue_deg=hue_deg), 3.0) == pytest.approx(rgb)
