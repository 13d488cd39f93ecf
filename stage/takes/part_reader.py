"""Reads one part of a take, also one that ends in the middle of a message."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from mcap.exceptions import McapError
from mcap.records import Channel, McapRecord, Message, Metadata, Schema
from mcap.stream_reader import StreamReader
from numpy.typing import NDArray

from stage.bus.bus import Letter
from stage.errors import InputError
from stage.messages.topics import TOPIC_BY_NAME
from stage.takes.part_writer import CRC_BYTES, FRAME_TOPIC, INDEX_ROW, frame_head, index_path, save_index

LARGEST_RECORD = 64 << 20
"""Bytes: far more than any message has, so a damaged length does not fill the memory."""
REMEDY = "`openstage take recover` keeps what can be read"


@dataclass(frozen=True, slots=True)
class Described:
    """How a topic's records were written: the codec's version, and the fields of every kind of record in them."""

    version: int
    records: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A message of a part: where it begins, and the calendar time of its sending, in nanoseconds since 1970."""

    letter: Letter
    calendar_ns: int
    offset: int


class PartReader:
    """A part, open for reading. `damaged` counts messages whose checksum was wrong: they are left out; `whole` says,
    after all were read, whether the part was finished. Raises InputError where the file is no part of a take."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = 0
        self.whole = False
        self.about: dict[str, str] = {}
        self.described: dict[str, Described] = {}
        self._topics: dict[int, str] = {}
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise InputError(str(path), "", f"cannot be read: {error.strerror}", REMEDY) from error
        try:
            self._begin = self._head()
        except (InputError, ValueError, KeyError, TypeError, struct.error) as error:
            self._file.close()
            raise InputError(str(path), "", "is no part of a take", REMEDY) from error

    def messages(self, from_offset: int | None = None) -> Iterator[Found]:
        """Every whole message from an offset on (none given: the first)."""
        offset = self._begin if from_offset is None else from_offset
        for record, begins in self._records(offset):
            if isinstance(record, Message) and (found := self._found(record, begins)) is not None:
                yield found

    def message_at(self, offset: int) -> Found | None:
        """The message that begins there; None where it is damaged."""
        return next(self.messages(offset), None)

    def frames(self) -> NDArray[Any]:
        """(N,) `INDEX_ROW`: the frames, from the index beside the part; where that is missing or older than the part,
        it is made again."""
        path = index_path(self.path)
        try:
            if path.stat().st_mtime_ns >= self.path.stat().st_mtime_ns:
                rows: NDArray[Any] = np.load(path, allow_pickle=False)
                if rows.dtype == INDEX_ROW:
                    return rows
        except (OSError, ValueError, EOFError):
            pass
        rows = np.array(
            [
                (*frame_head(found.letter.payload), found.letter.sent_ns, found.offset)
                for found in self.messages()
                if found.letter.topic == FRAME_TOPIC
            ],
            INDEX_ROW,
        )
        if self.whole:
            with suppress(OSError):  # a take on a read-only disk: it is made again the next time
                save_index(self.path, rows)
        return rows

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> PartReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _head(self) -> int:
        """Read schemas, channels and what the part says of itself; returns where its messages begin."""
        schemas: dict[int, Schema] = {}
        channels: list[Channel] = []
        begin = 0
        for record, offset in self._records(None):
            begin = offset
            if isinstance(record, Message):
                break
            if isinstance(record, Metadata):
                self.about = dict(record.metadata)
            elif isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, Channel) and record.id not in self._topics:
                self._topics[record.id] = record.topic
                channels.append(record)
        if not self.about:
            raise InputError(str(self.path), "", "is no part of a take", REMEDY)
        self.described = {each.topic: _described(schemas[each.schema_id]) for each in channels}
        return begin

    def _records(self, offset: int | None) -> Iterator[tuple[McapRecord, int]]:
        """Records with where they begin, from an offset (None: the file's head) to the end or the first that is not
        whole."""
        self._file.seek(offset or 0)
        reader = StreamReader(self._file, skip_magic=offset is not None, record_size_limit=LARGEST_RECORD)
        records = iter(reader.records)
        begins = self._file.tell() if offset is not None else len(MAGIC)
        self.whole = False
        while True:
            try:
                record = next(records)
            except StopIteration:
                self.whole = True
                return
            except (McapError, EOFError, ValueError, KeyError, AttributeError, struct.error):
                return
            yield record, begins
            begins = self._file.tell()

    def _found(self, message: Message, offset: int) -> Found | None:
        topic = TOPIC_BY_NAME.get(self._topics.get(message.channel_id, ""))
        payload = message.data[CRC_BYTES:]
        if topic is None:
            return None
        if zlib.crc32(payload).to_bytes(CRC_BYTES, "little") != message.data[:CRC_BYTES]:
            self.damaged += 1
            return None
        return Found(Letter(topic.name, "", message.publish_time, payload), message.log_time, offset)


MAGIC = b"\x89MCAP0\r\n"


def _described(schema: Schema) -> Described:
    """What a channel's schema says."""
    said = json.loads(schema.data)
    return Described(int(said["version"]), said["records"])
