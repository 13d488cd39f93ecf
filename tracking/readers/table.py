"""The table of protocols: which reader turns a source's datagrams into readings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stage.model.source import Source
from tracking.readers.freed import FreedReader
from tracking.reading import SourceReader

READERS: dict[str, Callable[[Any], SourceReader]] = {
    "freed": FreedReader,
}
"""By the source's `protocol`."""


def reader_of(source: Source) -> SourceReader:
    """The reader of a source, by its protocol."""
    return READERS[source.protocol](source)
