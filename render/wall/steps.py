"""What a look does to one wall's picture, packed as `composite/steps.glsl` reads it. Pure.

White balance and grade for the whole picture, then exposure and saturation of the outer view, the wall's trim, light
cards (in real nits, so no trim dims them), the calibration, and the chroma key in the wall's own light.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from stage.model.look import ChromaKey, Grade, LightCard, Look
from stage.show.shown_light import ShownLight, key_colour
from stage.units import NITS_PER_UNIT

MOST_CARDS = 32
"""As many as a look has."""
BINDING = 2
HEAD_FLOATS = 4 * 12
CARD_FLOATS = 4 * 3

_FLOATS = HEAD_FLOATS + CARD_FLOATS * MOST_CARDS
STEPS_BYTES = 4 * _FLOATS
_pack = struct.Struct(f"<{_FLOATS}f").pack


@dataclass(frozen=True, slots=True)
class SteppedWall:
    """What the steps need to know of a wall: `pixel_m` is the mean size of its pixels across and down."""

    name: str
    size_px: tuple[int, int]
    pixel_m: tuple[float, float]
    peak_nits: float


def steps_of(look: Look, wall: SteppedWall, bypass: Collection[str] = ()) -> bytes | None:
    """The uniform block of a wall under a look; None where the look does nothing to its colours."""
    shown = ShownLight.of(look, bypass)
    grade, outer = shown.grade, shown.outer
    trim = _trim(look, wall.name, bypass)
    key = ChromaKey() if "key" in bypass else look.key
    cards = [] if "cards" in bypass else [c for c in look.light_cards if c.on and c.wall == wall.name]
    if shown.neutral and trim == (1.0, 1.0, 1.0) and not (key.on or cards):
        return None
    cards.sort(key=lambda card: card.over_inner)
    outside = sum(not card.over_inner for card in cards)
    values = [
        *_balance(shown),
        *grade.slope, grade.saturation, *grade.offset, float(grade.power != Grade().power), *grade.power, 0.0,
        2.0**outer.ev, outer.saturation, 0.0, 0.0, *trim, 0.0,
        *_key(key, wall), float(outside), float(len(cards)), float(key.markers), 0.0,
    ]  # fmt: skip
    for card in cards:
        values += _card(card, wall.size_px)
    return _pack(*values, *(0.0,) * (_FLOATS - len(values)))


def _trim(look: Look, name: str, bypass: Collection[str]) -> tuple[float, float, float]:
    found = next((trim for trim in look.walls if trim.name == name), None)
    if found is None or "trim" in bypass:
        return (1.0, 1.0, 1.0)
    return _scaled(found.gain, found.brightness)


def _balance(shown: ShownLight) -> Iterator[float]:
    for column in shown.balance().T.tolist():
        yield from (*column, 0.0)


def _key(key: ChromaKey, wall: SteppedWall) -> list[float]:
    """Ground, cross, and the grid's measures."""
    ground = key_colour(key, key.level * wall.peak_nits / NITS_PER_UNIT)
    cross = _scaled(ground, key.marker_level)
    return [*ground, float(key.on), *cross, 0.0, *wall.pixel_m, key.spacing_m, key.marker_m]


def _card(card: LightCard, size_px: tuple[int, int]) -> list[float]:
    width, height = size_px
    half = (max(card.size[0] * width / 2.0, 0.5), max(card.size[1] * height / 2.0, 0.5))
    turn = math.radians(card.turn_deg)
    light = _scaled(card.colour, card.nits / NITS_PER_UNIT / max(*card.colour, 1e-6))
    return [
        card.centre[0] * width, card.centre[1] * height, *half,
        math.cos(turn), math.sin(turn), card.softness, float(card.shape == "ellipse"),
        *light, 0.0,
    ]  # fmt: skip


def _scaled(rgb: tuple[float, float, float], by: float) -> tuple[float, float, float]:
    return (rgb[0] * by, rgb[1] * by, rgb[2] * by)
