"""Orders about the lamps that follow the set. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stage.errors import InputError
from stage.files.problems import nearest
from stage.model.base import Model, Name
from stage.show.orders.order import Order, When
from stage.show.show_control import ShowControl


class ReleaseLights(Model):
    """Release the fixtures to the lighting desk, or take them back; without `on`, the other way."""

    on: bool | None = None


class IdentifyFixture(Model):
    """Turn a fixture to full white for two seconds. The lights process hears this command and carries it out."""

    fixture: Name


def _release(show: ShowControl, order: ReleaseLights, when: When) -> str:
    released = not show.show.lights_released if order.on is None else order.on
    show.show = replace(show.show, lights_released=released)
    return "released to the lighting desk" if released else "following the look"


def _identify(show: ShowControl, order: IdentifyFixture, when: When) -> str:
    if order.fixture not in show.fixtures:
        problem = f"there is no fixture {order.fixture!r}"
        raise InputError(IDENTIFY.words, "fixture", problem, nearest(order.fixture, show.fixtures))
    return f"{order.fixture} at full white for two seconds"


IDENTIFY = Order(
    "lights.identify",
    "Identify lamp",
    IdentifyFixture,
    _identify,
    no_address="a lamp is identified from its row on the page",
)
ROWS: tuple[Order[Any], ...] = (Order("lights.release", "Lamps", ReleaseLights, _release), IDENTIFY)
