"""Orders about alerts. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from stage.errors import InputError
from stage.files.problems import nearest
from stage.model.alerts import ALERTS
from stage.model.base import Model
from stage.show.orders.order import Order, When
from stage.show.show_control import ShowControl


class AcknowledgeAlert(Model):
    """Note that an alert was seen: it stays in the list as long as its cause does, behind those that nobody has seen.
    The console hears this command and carries it out. Without `code`: all alerts there are now; without `subject`:
    every one of that code."""

    code: Annotated[str, Field(max_length=64)] | None = None
    subject: Annotated[str, Field(max_length=200)] | None = None


def _acknowledge(show: ShowControl, order: AcknowledgeAlert, when: When) -> str:
    if order.code is None:
        return "all seen"
    if order.code not in ALERTS:
        problem = f"there is no alert {order.code!r}"
        raise InputError(ACKNOWLEDGE.words, "code", problem, nearest(order.code, ALERTS))
    return f"seen: {order.code} {order.subject or ''}".rstrip()


ACKNOWLEDGE = Order("alert.acknowledge", "Alerts", AcknowledgeAlert, _acknowledge)
ROWS: tuple[Order[Any], ...] = (ACKNOWLEDGE,)
