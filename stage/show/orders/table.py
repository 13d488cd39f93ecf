"""The table of orders: the only one, read by the console, the command line, Open Sound Control, the conductor and
the generator of the browser's types. Pure."""

from __future__ import annotations

from typing import Any

from stage.errors import InputError
from stage.files.problems import nearest
from stage.show.orders import alerts, cameras, cues, lights, looks, sets, shot, takes, walls
from stage.show.orders.order import Order

ORDERS: dict[str, Order[Any]] = {
    row.name: row for noun in (looks, sets, cues, shot, takes, cameras, lights, walls, alerts) for row in noun.ROWS
}
"""Name to row."""


def order_of(name: str) -> Order[Any]:
    """The row of a name. Raises InputError where there is no such order."""
    if name not in ORDERS:
        raise InputError(name, "", "no such command", nearest(name, ORDERS))
    return ORDERS[name]
