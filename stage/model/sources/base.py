"""What every tracker stream has, whatever its protocol."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from stage.model.base import Degrees, Model, Name, PoseModel, none_of_nothing

Axis = Literal["+x", "-x", "+y", "-y", "+z", "-z"]
Sign = Literal[1, -1]
OnLoss = Literal["hold", "coast", "freeze_view", "widen"]
OnReturn = Literal["ease", "snap"]


def _every_axis_once(axes: tuple[Axis, Axis, Axis]) -> tuple[Axis, Axis, Axis]:
    if sorted(axis[1] for axis in axes) != ["x", "y", "z"]:
        raise ValueError(f"axes must name x, y and z once each, not {', '.join(axes)}")
    return axes


Axes = Annotated[tuple[Axis, Axis, Axis], AfterValidator(_every_axis_once)]
Port = Annotated[int, Field(ge=0, le=65_535)]


def _is_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an IP address; write it as 192.168.0.20") from None


def _is_group(text: str) -> str:
    address = ip_address(_is_address(text))
    if address.version != 4 or not address.is_multicast:
        raise ValueError(f"{text!r} is not a multicast group; groups are 224.0.0.0 to 239.255.255.255")
    return str(address)


IpAddress = Annotated[str, AfterValidator(_is_address)]
Group = Annotated[Annotated[str, AfterValidator(_is_group)] | None, BeforeValidator(none_of_nothing)]


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

    def device_raw(self, share: float) -> int:
        """The device value of an encoder told as a share, 0 (`minimum`) to 1 (`maximum`)."""
        return round(self.minimum + min(max(share, 0.0), 1.0) * (self.maximum - self.minimum))


class Alignment(PoseModel):
    """Where the tracker's own space lies on the stage: its origin, how it is turned, and how many stage metres one of
    its metres is."""

    scale: Annotated[float, Field(ge=0.1, le=10)] = 1.0


class TrackerSource(Model):
    """A tracker's stream over UDP.

    `host` is this machine's address to listen on; with a multicast `group` ("" = none) it names the network card that
    joins. `allow` lists senders' addresses; empty = any sender.
    `axes` names the device axis (with sign) for stage x, y, z. Signs apply to pan, tilt and roll in the protocol's own
    sense. `zero_*` is subtracted from the stage value. `position_scale` multiplies positions, for senders that mix up
    units. `align` puts what has come of all that where the tracker's space lies on the stage. `delay_ms` is the
    device's constant age at receipt: captured = received - delay.
    `lens`: "table" looks the lens up by its encoders, in the camera's lens; "sent" takes focal length, entrance pupil
    and distortion as sent, and from the table what is not sent.
    `on_loss`: what a camera does without packets: "hold" where prediction ends, "coast" to rest, "freeze_view" as it
    was shown last, "widen" its margin while it holds. `on_return`: the picture eases over to where the camera is, over
    `return_s` (unset: as slowly as nobody sees), or snaps there.
    """

    name: Name
    host: str = "127.0.0.1"
    port: Port
    group: Group = None
    allow: tuple[IpAddress, ...] = ()
    rate_hz: Annotated[float, Field(gt=0, le=1000)] = 60.0
    delay_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0
    axes: Axes = ("+x", "+y", "+z")
    pan_sign: Sign = 1
    tilt_sign: Sign = 1
    roll_sign: Sign = 1
    position_scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    zero_position_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    zero_pan_deg: Degrees = 0.0
    zero_tilt_deg: Degrees = 0.0
    zero_roll_deg: Degrees = 0.0
    align: Alignment | None = None
    zoom: EncoderRange = EncoderRange()
    focus: EncoderRange = EncoderRange()
    lens: Literal["table", "sent"] = "table"
    on_loss: OnLoss = "hold"
    on_return: OnReturn = "ease"
    return_s: Annotated[float, Field(ge=0, le=60)] | None = None

    @property
    def subject(self) -> str | None:
        """The id that this source takes, in the sender's words; None = any."""
        return None
