"""FreeD senders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.sources.base import Port, TrackerSource


class FreedSource(TrackerSource):
    """A FreeD D1 sender over UDP (specs: 29 bytes, big endian).

    `axes` apply to positions. Signs apply to the device's angles before FreeD's pan (positive right) becomes stage pan
    (positive left). `position_scale` is 10 or 0.1 for senders that mix up mm and cm.
    Sources may share a port where their `camera_id` or their senders differ.
    """

    protocol: Literal["freed"] = "freed"
    port: Port = 40_000
    camera_id: Annotated[int, Field(ge=0, le=255)] | None = None
    accept_bad_checksum: bool = False
    allow_padding: bool = False
    counter: Literal["none", "user-16", "sony-mod-16"] = "none"

    @property
    def subject(self) -> str | None:
        """The camera id."""
        return None if self.camera_id is None else str(self.camera_id)
