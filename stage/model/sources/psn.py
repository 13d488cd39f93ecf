"""PosiStageNet servers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.sources.base import Axes, Group, Port, TrackerSource


class PsnSource(TrackerSource):
    """A tracker of a PosiStageNet server, by its number. It tells no lens.

    `frame`: which of the server's axes, with sign, are right, forward and up; servers differ in the sense of z.
    `least_status`: packets of a lower status (0 to 1) are refused; many servers leave it at 0.
    `counter`: "frame-id" where the server counts its frames, so that repeated ones are known.
    """

    protocol: Literal["psn"]
    port: Port = 56_565
    group: Group = "236.10.10.10"
    tracker: Annotated[int, Field(ge=0, le=0xFFFF)]
    frame: Axes = ("+x", "+z", "+y")
    least_status: Annotated[float, Field(ge=0, le=1)] = 0.0
    counter: Literal["none", "frame-id"] = "none"

    @property
    def subject(self) -> str | None:
        """The tracker's number."""
        return str(self.tracker)
