"""Orders about what the walls show instead of the set: black, a held picture, test patterns. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from stage.model.base import Model, none_of_nothing
from stage.model.wall_steps import PATTERNS, STEPS
from stage.show.orders.order import Order, When
from stage.show.show_control import ShowControl


def _known_pattern(name: str) -> str:
    if name not in PATTERNS:
        raise ValueError(f"must be one of {', '.join(PATTERNS)}, or none")
    return name


def _known_step(name: str) -> str:
    if name not in STEPS:
        raise ValueError(f"must be one of {', '.join(STEPS)}")
    return name


class Black(Model):
    """All walls black, or back to the picture; without `on`, the other way."""

    on: bool | None = None


class Hold(Model):
    """The walls hold their picture, or continue; without `on`, the other way."""

    on: bool | None = None


class Pattern(Model):
    """A test pattern on all walls; none removes it."""

    name: Annotated[Annotated[str, AfterValidator(_known_pattern)] | None, BeforeValidator(none_of_nothing)] = None
    after_calibration: bool = False


class Bypass(Model):
    """Steps of the walls' colour to bypass, for comparison."""

    steps: tuple[Annotated[str, AfterValidator(_known_step)], ...] = ()


def _black(show: ShowControl, order: Black, when: When) -> str:
    black = not show.show.black if order.on is None else order.on
    show.show = replace(show.show, black=black)
    return "on all walls" if black else "off, the walls show the picture"


def _hold(show: ShowControl, order: Hold, when: When) -> str:
    show.held = not show.held if order.on is None else order.on
    return "the walls keep their picture" if show.held else "the picture continues"


def _pattern(show: ShowControl, order: Pattern, when: When) -> str:
    show.show = replace(show.show, pattern=order.name, pattern_after_calibration=order.after_calibration)
    return order.name or "none"


def _bypass(show: ShowControl, order: Bypass, when: When) -> str:
    show.show = replace(show.show, bypass=order.steps)
    return ", ".join(order.steps) or "nothing"


ROWS: tuple[Order[Any], ...] = (
    Order("show.black", "Black", Black, _black, lock="black"),
    Order("show.hold", "Hold", Hold, _hold),
    Order("show.pattern", "Test pattern", Pattern, _pattern, lock="pattern"),
    Order("show.bypass", "Bypassed", Bypass, _bypass, no_address="with and without are compared on the page"),
)
