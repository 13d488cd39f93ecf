"""Orders about the shot: start and end a take. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from stage.errors import InputError
from stage.model.base import Model, SlateOrNone
from stage.show import clapper
from stage.show.orders.order import Order, When
from stage.show.show_control import ShowControl


class RollShot(Model):
    """Start a take. `slate` is scene and shot as on the clapper ("12A"; none = unchanged); `take` counts by itself,
    from 1 with every new slate."""

    slate: SlateOrNone = None
    take: Annotated[int, Field(ge=1, le=9999)] | None = None


class CutShot(Model):
    """End the take."""


def _roll(show: ShowControl, order: RollShot, when: When) -> str:
    if show.playing is not None:
        raise InputError(clapper.SLATE, "", f"{show.playing.take} is on the walls", "Go back to live first")
    show.slate = clapper.rolled(show.slate, order.slate, order.take, when.now_ns)
    return f"rolling {clapper.said(show.slate)}"


def _cut(show: ShowControl, order: CutShot, when: When) -> str:
    show.slate = clapper.cut(show.slate)
    return f"cut {clapper.said(show.slate)}"


ROWS: tuple[Order[Any], ...] = (
    Order("shot.roll", clapper.SLATE, RollShot, _roll),
    Order("shot.cut", clapper.SLATE, CutShot, _cut),
)
