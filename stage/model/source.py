"""Tracker streams."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from stage.model.base import Degrees, Model, Name

Axis = Literal["+x", "-x", "+y", "-y", "+z", "-z"]
Sign = Literal[1, -1]


def _is_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an IP address; write it as 192.168.0.20") from None


IpAddress = Annotated[str, AfterValidator(_is_address)]


class EncoderRange(Model):
    """Raw encoder limits; values outside are clamped. `invert` where the device counts backwards.

    The lens table is keyed on `table_raw`: clamped, and counted from the other end where inverted.
    """

    minimum: Annotated[int, Field(ge=0, le=0xFFFFFF)] = 0
    maximum: Annotated[int, Field(ge=1, le=0xFFFFFF)] = 0xFFFFFF
    invert: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.minimum >= self.maximum:
            raise ValueError("minimum must be below maximum; use `invert` where the device counts backwards")
        return self

    def table_raw(self, device_raw: int) -> int:
        """The lens table's key for a device value, and the reverse: the function is its own inverse."""
        raw = min(max(device_raw, self.minimum), self.maximum)
        return self.minimum + self.maximum - raw if self.invert else raw

    def at_share(self, share: float) -> int:
        """The lens table's key at a share (0 to 1) of the way from one end to the other."""
        return round(self.minimum + share * (self.maximum - self.minimum))


class FreedSource(Model):
    """A FreeD D1 sender over UDP (specs: 29 bytes, big endian).

    `axes` names the device axis (with sign) for stage x, y, z. Signs apply to the device's angles before
    FreeD's pan (positive right) becomes stage pan (positive left). `zero_*` is subtracted from the stage value.
    `position_scale` is 10 or 0.1 for senders that mix up mm and cm. `delay_ms` is the device's constant age at
    receipt: captured = received - delay. `allow` lists senders' addresses; empty = any sender.
    Sources may share a port where their `camera_id` or their senders differ.
    """

    protocol: Literal["freed"] = "freed"
    name: Name
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 40_000
    allow: tuple[IpAddress, ...] = ()
    camera_id: Annotated[int, Field(ge=0, le=255)] | None = None
    accept_bad_checksum: bool = False
    allow_padding: bool = False
    rate_hz: Annotated[float, Field(gt=0, le=1000)] = 60.0
    delay_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0
    axes: tuple[Axis, Axis, Axis] = ("+x", "+y", "+z")
    pan_sign: Sign = 1
    tilt_sign: Sign = 1
    roll_sign: Sign = 1
    position_scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    zero_position_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    zero_pan_deg: Degrees = 0.0
    zero_tilt_deg: Degrees = 0.0
    zero_roll_deg: Degrees = 0.0
    zoom: EncoderRange = EncoderRange()
    focus: EncoderRange = EncoderRange()
    counter: Literal["none", "user-16", "sony-mod-16"] = "none"

    @model_validator(mode="after")
    def _every_axis_once(self) -> Self:
        if sorted(axis[1] for axis in self.axes) != ["x", "y", "z"]:
            raise ValueError(f"axes must name x, y and z once each, not {', '.join(self.axes)}")
        return self


Source = FreedSource
"""Every kind of source; other protocols join here as a union on `protocol`."""
