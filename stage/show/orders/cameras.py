"""Orders about cameras: which have inner views, which comes first, which is on air. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from stage.model.base import Model, Name
from stage.show import camera_choice
from stage.show.orders.order import Order, When
from stage.show.show_control import ShowControl

MOST_NAMED = 256
Cameras = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMED)]


class SwitchCamera(Model):
    """A camera's inner view on or off; without `on`, the other way. It is tracked and predicted all the same."""

    camera: Name
    on: bool | None = None


class OrderCameras(Model):
    """The cameras that come first where inner views overlap, in this order; the others follow as they were."""

    cameras: Annotated[Cameras, Field(min_length=1)]


class TallyCamera(Model):
    """The switcher's tally of one camera: it comes on air, beside those that are, or goes. A camera on air comes
    before all others."""

    camera: Name
    on: bool


class CamerasOnAir(Model):
    """The cameras that are on air, and no others; an empty list: none."""

    cameras: Cameras = ()


class SnapCameras(Model):
    """Show every camera where its tracker says, at once, instead of easing over to it."""


def _switch(show: ShowControl, order: SwitchCamera, when: When) -> str:
    show.choice = camera_choice.switched(show.choice, order.camera, order.on)
    return camera_choice.said(show.choice, order.camera)


def _order(show: ShowControl, order: OrderCameras, when: When) -> str:
    show.choice = camera_choice.ordered(show.choice, order.cameras)
    return camera_choice.said(show.choice, order.cameras[0])


def _tally(show: ShowControl, order: TallyCamera, when: When) -> str:
    show.choice = camera_choice.tallied(show.choice, order.camera, order.on)
    return camera_choice.said(show.choice, order.camera)


def _on_air(show: ShowControl, order: CamerasOnAir, when: When) -> str:
    show.choice = camera_choice.on_air(show.choice, order.cameras)
    return ", ".join(show.choice.on_air) or "none"


def _snap(show: ShowControl, order: SnapCameras, when: When) -> str:
    show.choice = replace(show.choice, snaps=show.choice.snaps + 1)
    return "every camera is shown where its tracker says"


ROWS: tuple[Order[Any], ...] = (
    Order("camera.switch", "Camera", SwitchCamera, _switch),
    Order("camera.order", "Camera order", OrderCameras, _order),
    Order("camera.tally", "Tally", TallyCamera, _tally),
    Order("camera.on_air", "On air", CamerasOnAir, _on_air),
    Order("camera.snap", "Snap", SnapCameras, _snap),
)
