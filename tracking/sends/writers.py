"""The table of what is written, by protocol: from cameras at a moment to datagrams. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from stage.model.sends import AnySend
from stage.model.stagefile import Stage
from tracking.sends.freed import FreedWriter
from tracking.sends.opentrackio import OpenTrackIoWriter
from tracking.sends.osc import OscWriter
from tracking.sends.outgoing import Outgoing
from tracking.sends.psn import PsnWriter


class Writer(Protocol):
    """Writes one send."""

    def datagrams(self, told: Sequence[Outgoing]) -> list[bytes]:
        """The datagrams for cameras of one moment."""
        ...


WRITERS: dict[str, Callable[[Any, Stage], Writer]] = {
    "freed": FreedWriter,
    "opentrackio": OpenTrackIoWriter,
    "psn": PsnWriter,
    "osc": OscWriter,
}
"""By the send's `protocol`."""


def writer_of(send: AnySend, stage: Stage) -> Writer:
    """The writer of a send."""
    return WRITERS[send.protocol](send, stage)
