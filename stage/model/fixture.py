"""Lamps that follow the light of the virtual set, and how they are reached: `[[fixtures]]` and `[lights]`."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from stage.model.base import Metres3, Model, Name
from stage.model.sources.base import IpAddress

Kind = Literal["rgb", "rgbw", "cct", "dimmer"]
Channel = Literal["dimmer", "red", "green", "blue", "white", "cct", "cct_falling", "tint", "full", "half", "zero"]
Chromaticity = tuple[Annotated[float, Field(gt=0, lt=1)], Annotated[float, Field(gt=0, lt=1)]]
Kelvin = Annotated[float, Field(ge=1000, le=20_000)]

CHANNELS: dict[Kind, tuple[Channel, ...]] = {
    "rgb": ("red", "green", "blue"),
    "rgbw": ("red", "green", "blue", "white"),
    "cct": ("dimmer", "cct"),
    "dimmer": ("dimmer",),
}
"""Default channels of each kind of fixture, in the order of its slots."""
COLOUR_CHANNELS: dict[Kind, frozenset[Channel]] = {
    "rgb": frozenset({"red", "green", "blue"}),
    "rgbw": frozenset({"red", "green", "blue", "white"}),
    "cct": frozenset({"cct", "cct_falling", "tint"}),
    "dimmer": frozenset(),
}
"""The colour channels of each kind of fixture; the others mean the same on every kind."""
EVERY_KIND: frozenset[Channel] = frozenset({"dimmer", "full", "half", "zero"})
UNIVERSE_SLOTS = 512
SACN_PORT, ARTNET_PORT = 5568, 6454
LONGEST_SOURCE_NAME_BYTES = 63


def _address_and_port(text: str) -> str:
    host, colon, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    try:
        ip_address(host)
        good = not colon or 0 < int(port) < 65_536
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{text!r} is not an address; write it as 192.168.0.20, or 192.168.0.20:6454 for another port")
    return text


def _fits_source_name(text: str) -> str:
    if len(text.encode()) > LONGEST_SOURCE_NAME_BYTES or "\0" in text:
        raise ValueError(f"must be at most {LONGEST_SOURCE_NAME_BYTES} bytes")
    return text


Destination = Annotated[str, AfterValidator(_address_and_port)]
SourceName = Annotated[str, Field(min_length=1), AfterValidator(_fits_source_name)]


class Fixture(Model):
    """One lamp. It represents the light that reaches the mark from its direction: from `position_m` toward `aim_m`
    (unset: the mark), weighted by a lobe of `spread_deg` (half the weight at half that angle; 120 = all light that a
    surface facing the lamp would gain).

    `peak_lux` is its light at the mark, all colours at full; `gain` multiplies its target, `max_level` limits it.
    Colours: CIE xy of `primaries` (red, green, blue), of the `white_xy` they make together at full, and of the
    white emitter, which at full gives `white_share` of the peak. `channels` in the order of the slots; each takes
    one slot, or two (coarse, then fine) with `bits = 16`; `cct` rises from `cct_min_k` at 0, `cct_falling` falls from
    `cct_max_k`. `curve`: how its light follows its slots.
    """

    name: Name
    kind: Kind = "rgb"
    position_m: Metres3
    aim_m: Metres3 | None = None
    spread_deg: Annotated[float, Field(ge=5, le=160)] = 90.0
    universe: Annotated[int, Field(ge=0, le=63_999)] = 1
    address: Annotated[int, Field(ge=1, le=UNIVERSE_SLOTS)]
    bits: Literal[8, 16] = 8
    channels: Annotated[tuple[Channel, ...], Field(max_length=UNIVERSE_SLOTS)] = ()
    peak_lux: Annotated[float, Field(gt=0, le=1e6)] = 2000.0
    gain: Annotated[float, Field(ge=0, le=100)] = 1.0
    max_level: Annotated[float, Field(ge=0, le=1)] = 1.0
    primaries: tuple[Chromaticity, Chromaticity, Chromaticity] = ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
    white_xy: Chromaticity = (0.3127, 0.329)
    white_emitter_xy: Chromaticity = (0.3127, 0.329)
    white_share: Annotated[float, Field(gt=0, le=10)] = 1.0
    cct_min_k: Kelvin = 2700.0
    cct_max_k: Kelvin = 6500.0
    tint_duv: Annotated[float, Field(gt=0, le=0.1)] = 0.02
    curve: Literal["linear", "square"] = "linear"
    smoothing_ms: Annotated[float, Field(ge=0, le=5000)] = 0.0

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.cct_min_k >= self.cct_max_k:
            raise ValueError("cct_min_k must be below cct_max_k")
        (rx, ry), (gx, gy), (bx, by) = self.primaries
        if abs((gx - rx) * (by - ry) - (gy - ry) * (bx - rx)) < 1e-4:
            raise ValueError("primaries must be three different colours, not on one line")
        return self

    @property
    def slots(self) -> tuple[Channel, ...]:
        """Its channels in order."""
        return self.channels or CHANNELS[self.kind]

    @property
    def last_slot(self) -> int:
        """The last slot it uses; above 512 it does not fit its universe."""
        return self.address + len(self.slots) * (self.bits // 8) - 1


class Lights(Model):
    """How fixtures are reached. sACN goes to each universe's `multicast` group and to `destinations`; Art-Net to
    `destinations` alone. `interface`: the address of the network card to send from ("0.0.0.0" = the system's
    choice). A desk at priority 100 takes over from `priority` 90. `listen`: detect a desk that controls a universe."""

    protocol: Literal["sacn", "artnet"] = "sacn"
    on: bool = True
    interface: IpAddress = "0.0.0.0"
    multicast: bool = True
    destinations: tuple[Destination, ...] = ()
    priority: Annotated[int, Field(ge=0, le=200)] = 90
    rate_hz: Annotated[float, Field(ge=1, le=44)] = 44.0
    sync: bool = False
    sync_universe: Annotated[int, Field(ge=1, le=63_999)] = 63_999
    source_name: SourceName = "OpenStage"
    listen: bool = True
    delay_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0

    @property
    def port(self) -> int:
        """The protocol's UDP port."""
        return SACN_PORT if self.protocol == "sacn" else ARTNET_PORT

    @property
    def universes(self) -> tuple[int, int]:
        """The lowest and the highest universe of the protocol."""
        return (1, 63_999) if self.protocol == "sacn" else (0, 32_767)
