"""Writes one part of a take: an MCAP file that is readable up to its last whole message, whatever ends the writer.

Unchunked and flushed at every turn, a message is in the system's hands a moment after it came: a killed process loses
none. `sync` brings it to the disk, so a power cut costs what came since the last one. MCAP's own checksums do not cover
single messages of such a file, so each message begins with a CRC-32 of its record.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path
from threading import get_ident
from typing import NamedTuple

import msgpack
import numpy as np
from mcap.writer import CompressionType, Writer

from stage.bus.bus import Letter
from stage.messages.codec import VERSION
from stage.messages.fields import fields_of
from stage.messages.topics import TOPICS

PROFILE = "openstage"
FRAME_TOPIC = "conductor.frame"
CRC_BYTES = 4
INDEX_ROW = np.dtype([("number", "<i8"), ("present_ns", "<i8"), ("sent_ns", "<i8"), ("offset", "<i8")])
"""A row of the index of frames: where each frame's message begins in its part."""

RECORDED = tuple(topic for topic in TOPICS if topic.recorded)


class FrameHead(NamedTuple):
    """The beginning of an encoded frame."""

    number: int
    present_ns: int


def frame_head(payload: bytes) -> FrameHead:
    """Number and present time of an encoded frame, without decoding the rest."""
    unpacker = msgpack.Unpacker()
    unpacker.feed(payload)
    unpacker.read_array_header()
    unpacker.unpack()  # the codec's version
    return FrameHead(unpacker.unpack(), unpacker.unpack())


class PartWriter:
    """An open part. `calendar_ns` is calendar time less the machine's clock, so that every message has its time of day.

    Its methods raise OSError where the disk refuses; what was written before is then still readable.
    """

    def __init__(self, path: Path, about: dict[str, str], calendar_ns: int) -> None:
        self.path = path
        self._file = path.open("xb")
        self._writer = Writer(self._file, compression=CompressionType.NONE, use_chunking=False)
        self._writer.start(profile=PROFILE, library=f"openstage {about.get('software', '')}".strip())
        self._writer.add_metadata("take", about)
        self._channels = {topic.name: self._channel(topic.name, topic.record) for topic in RECORDED}
        self._calendar_ns = calendar_ns
        self._rows: list[tuple[int, int, int, int]] = []
        self._unsynced = False
        self._length = 0
        self.count = 0

    @property
    def bytes_written(self) -> int:
        """The file's length so far."""
        return self._length if self._file.closed else self._file.tell()

    @property
    def frames(self) -> list[tuple[int, int, int, int]]:
        """Rows of the index (`INDEX_ROW`)."""
        return self._rows

    def write(self, letter: Letter) -> None:
        """Append a message; one of a topic that takes do not record is ignored."""
        channel = self._channels.get(letter.topic)
        if channel is None:
            return
        if letter.topic == FRAME_TOPIC:
            self._rows.append((*frame_head(letter.payload), letter.sent_ns, self._file.tell()))
        data = zlib.crc32(letter.payload).to_bytes(CRC_BYTES, "little") + letter.payload
        self._writer.add_message(channel, letter.sent_ns + self._calendar_ns, data, letter.sent_ns, self.count)
        self.count += 1

    def flush(self) -> None:
        """Hand what was written to the system: from here on it survives this process."""
        self._file.flush()
        self._unsynced = True

    def sync(self) -> None:
        """Bring what was flushed to the disk: from here on it survives a power cut. May take milliseconds."""
        if self._unsynced and not self._file.closed:
            self._unsynced = False
            os.fdatasync(self._file.fileno())

    def finish(self) -> None:
        """Close the part with its summary, and its index of frames beside it."""
        self._writer.finish()  # type: ignore[no-untyped-call]  # mcap leaves it untyped
        self.flush()
        self.sync()
        self._file.close()
        save_index(self.path, np.array(self._rows, INDEX_ROW))

    def abandon(self) -> None:
        """Close the file as it is, because the disk refused; what was flushed is readable."""
        if self._file.closed:
            return
        with suppress(OSError):
            self._length = self._file.tell()
            self._file.close()

    def _channel(self, name: str, record: type) -> int:
        """The channel of a topic. Its schema names the fields of its records in their order: a take explains itself,
        also to a later release whose records have other fields."""
        schema = json.dumps({"version": VERSION, "record": record.__name__, "records": fields_of(record)})
        number = self._writer.register_schema(record.__name__, "openstage", schema.encode())
        return self._writer.register_channel(name, "msgpack", number)


def index_path(part: Path) -> Path:
    """Where the index of a part's frames is kept."""
    return part.with_suffix(".frames.npy")


def save_index(part: Path, rows: np.ndarray) -> None:
    """Keep a part's index of frames, whole or not at all. Raises OSError."""
    path = index_path(part)
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.new")
    with fresh.open("wb") as file:
        np.save(file, rows, allow_pickle=False)
    os.replace(fresh, path)
