"""The table of protocols: which reader turns a source's datagrams into readings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stage.model.source import AnySource
from tracking.readers.freed import FreedReader
from tracking.readers.opentrackio import OpenTrackIoReader
from tracking.readers.osc import OscReader
from tracking.readers.psn import PsnReader
from tracking.reading import SourceReader

READERS: dict[str, Callable[[Any], SourceReader]] = {
    "freed": FreedReader,
    "opentrackio": OpenTrackIoReader,
    "osc": OscReader,
    "psn": PsnReader,
}
"""By the source's `protocol`."""


def reader_of(source: AnySource) -> SourceReader:
    """The reader of a source, by its protocol."""
    return READERS[source.protocol](source)
