"""`[[sends]]` in the stage file: the cameras' poses, as the walls use them, sent on to other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stage.model.base import Model, Name
from stage.model.sources.base import IpAddress
from stage.model.sources.opentrackio import GROUP_OF_SOURCE
from stage.model.sources.osc import OscRule

Port = Annotated[int, Field(ge=1, le=65_535)]
SourceNumber = Annotated[int, Field(ge=1, le=200)]

OSC_LAYOUTS: dict[str, list[dict[str, Any]]] = {
    "stage": [
        {"address": "/stage/camera/{id}/pose", "arguments": ["x", "y", "z", "pan", "tilt", "roll"]},
        {"address": "/stage/camera/{id}/lens", "arguments": ["focal_length_mm", "focus_distance_m", "f_stop"]},
    ],
    "unreal": [
        {"address": "/camera/{id}/location", "arguments": ["y", "x", "z"]},
        {"address": "/camera/{id}/rotation", "arguments": ["tilt", "-pan", "roll"]},
        {"address": "/camera/{id}/lens", "arguments": ["focal_length_mm", "focus_distance_m", "f_stop"]},
    ],
}
"""Messages by `layout`. "stage" is what a source with the preset "openstage" reads. Unreal's world has x forward, y
right, z up, in centimetres; its rotator is pitch, yaw, roll, with yaw to the right."""


class SendBase(Model):
    """Where poses go, and whose.

    `host` may be a multicast group; `interface` is then the address of the network card that sends ("" = the system's
    choice), `ttl` how many routers a packet may pass. `cameras` in the order of their numbers (unset: all, as the file
    lists them); the first is `first_number`. `on`: a pose a frame, predicted to the moment the frame is on the walls;
    or a pose a tracker's sample, at the moment it was captured. `point`: the entrance pupil, where the camera sees
    from, or the sensor.
    """

    name: Name
    host: Annotated[str, Field(min_length=1, max_length=100)]
    port: Port
    interface: IpAddress | Literal[""] = ""
    ttl: Annotated[int, Field(ge=0, le=255)] = 1
    cameras: tuple[Name, ...] = ()
    on: Literal["frame", "sample"] = "frame"
    point: Literal["pupil", "sensor"] = "pupil"


class FreedSend(SendBase):
    """FreeD D1, one datagram a camera: its number is the camera id; the user field counts packets.

    Zoom and focus are the raw encoder values of the camera's tracker, or, where `zoom_per_mm` or `focus_per_mm` is
    given, so many units a millimetre of focal length and of focus distance.
    """

    protocol: Literal["freed"]
    port: Port = 40_000
    first_number: Annotated[int, Field(ge=0, le=254)] = 1
    zoom_per_mm: Annotated[float, Field(gt=0, le=100_000)] | None = None
    focus_per_mm: Annotated[float, Field(gt=0, le=100_000)] | None = None


class OpenTrackIoSend(SendBase):
    """OpenTrackIO 1.0.1, one datagram a camera, whose number is its source number. Without a `host` each goes to the
    multicast group of its number, 239.135.1.N. The transform is the sensor's, and the entrance pupil's offset goes with
    the lens."""

    protocol: Literal["opentrackio"]
    host: Annotated[str, Field(max_length=100)] = ""
    port: Port = 55_555
    first_number: SourceNumber = 1
    encoding: Literal["json", "cbor"] = "json"
    point: Literal["pupil", "sensor"] = "sensor"


class PsnSend(SendBase):
    """PosiStageNet 2.03: every camera is a tracker of one server. It carries no lens."""

    protocol: Literal["psn"]
    host: Annotated[str, Field(min_length=1, max_length=100)] = "236.10.10.10"
    port: Port = 56_565
    first_number: Annotated[int, Field(ge=0, le=65_000)] = 1


class OscSend(SendBase):
    """OSC, one bundle a camera. `{id}` in an address is the camera's name.

    `layout` gives the rules where the file has none. Pan is positive to the left; angles in degrees. A value that is
    not known is sent as 0, a focus at infinity as a million metres.
    """

    protocol: Literal["osc"]
    port: Port = 8000
    first_number: Annotated[int, Field(ge=0, le=65_000)] = 1
    layout: Literal["stage", "unreal"] = "stage"
    position_unit: Literal["m", "cm", "mm"] = "m"
    rules: Annotated[tuple[OscRule, ...], Field(min_length=1, max_length=32)]

    @model_validator(mode="before")
    @classmethod
    def _as_the_layout_has_it(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        layout = str(given.get("layout", "stage"))
        filled: dict[Any, Any] = {"rules": OSC_LAYOUTS.get(layout, OSC_LAYOUTS["stage"])}
        if layout == "unreal":
            filled["position_unit"] = "cm"
        return {**filled, **given}


AnySend = FreedSend | OpenTrackIoSend | PsnSend | OscSend


def host_of(send: AnySend, number: int) -> str:
    """Where a camera of this number is sent to: OpenTrackIO has a multicast group for each."""
    return send.host or GROUP_OF_SOURCE.format(number)


Send = Annotated[AnySend, Field(discriminator="protocol")]
"""Every kind of send."""
