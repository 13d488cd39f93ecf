"""Blending two looks in a cross-fade. Pure.

Light and gains fade linearly (half way is half the light of each), exposure in stops, colour temperature in mired
(even steps to the eye), angles the short way, colours round the hue circle and not through grey. A light card that
only one side has fades from or to nothing. Values without intermediates (switches, names, dates) change half way.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol, TypeVar, cast

from stage.messages.frames import Heavens
from stage.model.look import CameraTrim, FixtureLevel, InnerView, LightCard, Look, WallTrim

Record = TypeVar("Record")
Colour = tuple[float, float, float]
MIDDLE = 0.5
MIRED = 1_000_000.0


def blend(before: Look, after: Look, share: float) -> Look:
    """The look at `share` (0..1) of the fade; exactly `before` at 0 and `after` at 1."""
    if share <= 0.0:
        return before
    if share >= 1.0:
        return after
    mixed = _record(before, after, share)
    return replace(
        mixed,
        inner=replace(mixed.inner, cameras=_trims(before.inner, after.inner, share)),
        walls=_named(before.walls, after.walls, share, _absent_wall),
        light_cards=_cards(before.light_cards, after.light_cards, share),
        fixtures=replace(
            mixed.fixtures, fixed=_named(before.fixtures.fixed, after.fixtures.fixed, share, _absent_fixture)
        ),
    )


def blend_heavens(before: Heavens, after: Heavens, share: float) -> Heavens:
    """Sun, moon and stars at `share` of the fade, azimuths the short way round."""
    if share <= 0.0 or before == after:
        return before
    if share >= 1.0:
        return after
    pairs = zip(before.stars, _same_side(before.stars, after.stars), strict=True)
    turned = [mix(a, b, share) for a, b in pairs]
    length = sum(part * part for part in turned) ** 0.5
    w, x, y, z = (part / length for part in turned)
    return Heavens(
        angle(before.sun_pan_deg, after.sun_pan_deg, share),
        mix(before.sun_elevation_deg, after.sun_elevation_deg, share),
        angle(before.moon_pan_deg, after.moon_pan_deg, share),
        mix(before.moon_elevation_deg, after.moon_elevation_deg, share),
        mix(before.moon_phase, after.moon_phase, share),
        (w, x, y, z),
    )


def mix(a: float, b: float, share: float) -> float:
    """Linear."""
    return a + (b - a) * share


def angle(a_deg: float, b_deg: float, share: float) -> float:
    """The short way round, in -180..180 where it passes the end; `b` itself at the end."""
    way = (b_deg - a_deg + 180.0) % 360.0 - 180.0
    turned = a_deg + way * share
    return turned if -360.0 <= turned <= 360.0 else (turned + 180.0) % 360.0 - 180.0


def hue(a_deg: float, b_deg: float, share: float) -> float:
    """An angle in 0..360."""
    return angle(a_deg, b_deg, share) % 360.0


def mired(a_k: float, b_k: float, share: float) -> float:
    """Colour temperature in even steps of 1/K."""
    return MIRED / mix(MIRED / a_k, MIRED / b_k, share)


def colour(a: Colour, b: Colour, share: float) -> Colour:
    """Round the hue circle: hue the short way, saturation and brightness linear. A grey has the other's hue."""
    (hue_a, full_a, light_a), (hue_b, full_b, light_b) = colorsys.rgb_to_hsv(*a), colorsys.rgb_to_hsv(*b)
    if full_a == 0.0:
        hue_a = hue_b
    if full_b == 0.0:
        hue_b = hue_a
    turn = hue(360.0 * hue_a, 360.0 * hue_b, share) / 360.0
    return colorsys.hsv_to_rgb(turn, mix(full_a, full_b, share), mix(light_a, light_b, share))


SPECIAL: dict[str, Callable[[Any, Any, float], Any]] = {
    "pan_deg": angle,
    "wind_pan_deg": angle,
    "turn_deg": angle,
    "hue_deg": hue,
    "white_balance_k": mired,
    "colour": colour,
}
"""Keys that do not fade linearly."""


def _record(before: Record, after: Record, share: float) -> Record:
    """Field by field. Lists of named things stay unchanged: `blend` fades them by name."""
    values: dict[str, Any] = {}
    for field in fields(cast(Any, before)):
        a, b = getattr(before, field.name), getattr(after, field.name)
        values[field.name] = a if a == b else _value(field.name, a, b, share)
    return type(before)(**values)


def _value(key: str, a: Any, b: Any, share: float) -> Any:
    if key in SPECIAL:
        return SPECIAL[key](a, b, share)
    if is_dataclass(a):
        return _record(a, b, share)
    if type(a) is float:
        return mix(a, b, share)
    if isinstance(a, tuple) and a and type(a[0]) is float:
        return tuple([mix(x, y, share) for x, y in zip(a, b, strict=True)])
    return a if share < MIDDLE else b


class HasName(Protocol):
    """One of a list of named things."""

    @property
    def name(self) -> str:
        """Its name in the list."""
        ...


Named = TypeVar("Named", bound=HasName)


def _named(
    before: Sequence[Named], after: Sequence[Named], share: float, absent: Callable[[Named], Named]
) -> tuple[Named, ...]:
    """By name; one that only one side has fades from or to its value where it is not named (`absent`)."""
    old, new = {item.name: item for item in before}, {item.name: item for item in after}
    mixed: list[Named] = []
    for item in (*before, *(item for item in after if item.name not in old)):
        nothing = absent(item)
        mixed.append(_record(old.get(item.name, nothing), new.get(item.name, nothing), share))
    return tuple(mixed)


def _absent_wall(trim: WallTrim) -> WallTrim:
    return WallTrim(trim.name)


def _absent_fixture(level: FixtureLevel) -> FixtureLevel:
    return replace(level, level=0.0)


def _trims(before: InnerView, after: InnerView, share: float) -> tuple[CameraTrim, ...]:
    """A camera that only one side names fades from or to the margin of all."""
    names = dict.fromkeys(trim.name for trim in (*before.cameras, *after.cameras))
    pairs = [(name, before.trim_of(name), after.trim_of(name)) for name in names]
    return tuple(CameraTrim(name, mix(a[0], b[0], share), mix(a[1], b[1], share)) for name, a, b in pairs)


def _cards(before: Sequence[LightCard], after: Sequence[LightCard], share: float) -> tuple[LightCard, ...]:
    """Cards fade by their light: one that is off or missing has none."""
    lit = [[replace(card, on=True, nits=card.nits if card.on else 0.0) for card in side] for side in (before, after)]
    return _named(lit[0], lit[1], share, lambda card: replace(card, nits=0.0))


def _same_side(a: Sequence[float], b: Sequence[float]) -> Sequence[float]:
    """The nearer of `b` and its negative, which are the same rotation."""
    return b if sum(x * y for x, y in zip(a, b, strict=True)) >= 0.0 else [-part for part in b]
