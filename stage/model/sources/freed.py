"""FreeD senders, and what their makers do differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stage.model.sources.base import Port, TrackerSource

Vendor = Literal["generic", "panasonic", "sony", "mo-sys", "stype", "ncam", "z-cam", "birddog", "vizrt", "unreal"]
U24 = 0xFFFFFF

VENDORS: dict[str, Mapping[str, Any]] = {
    "generic": {},
    "unreal": {"zoom": {"maximum": 0x10000}, "focus": {"maximum": 0x10000}},
    "panasonic": {
        "port": 1111,
        "zoom": {"minimum": 0x555, "maximum": 0xFFF},
        "focus": {"minimum": 0x555, "maximum": 0xFFF},
        "user": "iris",
    },
    "sony": {
        "port": 52_380,
        "zoom": {"maximum": 0x7AC0},
        "focus": {"minimum": 0x1000, "maximum": 0xF000},
        "user": "f-stop",
        "counter": "sony-mod-16",
    },
    "mo-sys": {"port": 8001, "zoom": {"maximum": 0xFFFF}, "focus": {"maximum": 0xFFFF}, "user": "quality"},
    "stype": {"port": 6301},
    "ncam": {"port": 6301},
    "z-cam": {
        "port": 5001,
        "zoom_per_mm": 100.0,
        "focus_per_mm": 10.0,
        "user": "f-stop",
        "counter": "sony-mod-16",
        "lens": "sent",
    },
    "birddog": {"zoom": {"maximum": 16_384}},
    "vizrt": {"encoder_offset": 0x80000},
}
"""What a maker's devices do differently, by `vendor`: settings that hold where the file does not say otherwise. From
the makers' manuals (Panasonic, Sony, Z CAM, BirdDog) and from what receivers expect of the others."""


class FreedSource(TrackerSource):
    """A FreeD D1 sender over UDP (specs: 29 bytes, big endian).

    `vendor` sets what its devices do differently; every other key goes before it.
    `axes` apply to positions. Signs apply to the device's angles before FreeD's pan (positive right) becomes stage pan
    (positive left). `position_scale` is 10 or 0.1 for senders that mix up mm and cm.
    Sources may share a port where their `camera_id` or their senders differ.
    `body_offset`: bytes before the message. `encoder_offset` is subtracted from zoom and focus where they reach it.
    `zoom_per_mm`, `focus_per_mm`: the encoder tells focal length, or focus distance, in so many units per millimetre.
    `user`: what the user field holds: the iris encoder, F-stop times 100 in bits 0 to 11, or a quality (0 undefined,
    1 good, 2 caution, 3 bad: refused) in the lower byte.
    """

    protocol: Literal["freed"] = "freed"
    vendor: Vendor = "generic"
    port: Port = 40_000
    camera_id: Annotated[int, Field(ge=0, le=255)] | None = None
    checksum: Literal["freed", "negative", "plain", "xor", "tail"] = "freed"
    accept_bad_checksum: bool = False
    allow_padding: bool = False
    body_offset: Annotated[int, Field(ge=0, le=64)] = 0
    encoder_offset: Annotated[int, Field(ge=0, le=U24)] = 0
    zoom_per_mm: Annotated[float, Field(gt=0, le=100_000)] | None = None
    focus_per_mm: Annotated[float, Field(gt=0, le=100_000)] | None = None
    user: Literal["unused", "iris", "f-stop", "quality"] = "unused"
    counter: Literal["none", "user-16", "sony-mod-16"] = "none"

    @model_validator(mode="before")
    @classmethod
    def _as_the_vendor_does(cls, given: Any) -> Any:
        """What the file leaves out, as the vendor's devices have it; an encoder's range is completed key by key."""
        if not isinstance(given, Mapping):
            return given
        filled: dict[Any, Any] = dict(given)
        for key, usual in VENDORS.get(str(given.get("vendor", "generic")), {}).items():
            own = given.get(key)
            if own is None:
                filled[key] = usual
            elif isinstance(usual, Mapping) and isinstance(own, Mapping):
                filled[key] = {**usual, **own}
        return filled

    @property
    def subject(self) -> str | None:
        """The camera id."""
        return None if self.camera_id is None else str(self.camera_id)
