"""A take, open for reading: its frames at random, everything else in the order in which it was sent. IO."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError, MessageError
from stage.messages.codec import decode
from stage.messages.fields import decode_written, fields_of
from stage.messages.frames import Frame
from stage.messages.topics import TOPIC_BY_NAME, Record
from stage.takes.part_reader import Found, PartReader
from stage.takes.part_writer import FRAME_TOPIC
from stage.takes.places import name_of, parts_of
from stage.takes.take_info import TakeInfo, read_info
from stage.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record of a take. `sent_ns` is on the clock of the machine that ran, `calendar_ns` since 1970."""

    topic: str
    record: Record
    sent_ns: int
    calendar_ns: int


class Take:
    """A take's parts. Raises InputError where the folder holds none, or a part cannot be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.info: TakeInfo = read_info(folder)
        self._parts = [PartReader(path) for path in parts_of(folder)]
        if not self._parts:
            raise InputError(str(folder), "", "has no recording", "`openstage take list` names all takes")
        rows = [part.frames() for part in self._parts]
        written: NDArray[Any] = np.concatenate(rows)
        _, first = np.unique(written["number"], return_index=True)  # a disk that refused may have a frame in two parts
        self._rows: NDArray[Any] = written[first]
        self._part_of_row = np.repeat(np.arange(len(rows)), [len(each) for each in rows])[first]
        self._same: dict[tuple[int, str], bool] = {}

    @property
    def name(self) -> str:
        """`2026-11-30/12A_t003`."""
        return name_of(self.folder)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """(N,) numbers of the frames that were recorded, ascending."""
        return self._rows["number"]

    @property
    def present_ns(self) -> NDArray[np.int64]:
        """(N,) when each was on the wall, on the clock of the machine that ran."""
        return self._rows["present_ns"]

    @property
    def seconds(self) -> float:
        """From its first frame to its last."""
        return float(self.present_ns[-1] - self.present_ns[0]) / NS_PER_S if len(self._rows) else 0.0

    @property
    def damaged(self) -> int:
        """Messages left out so far, because their checksum was wrong."""
        return sum(part.damaged for part in self._parts)

    def frame(self, place: int) -> Frame:
        """The frame in a place of `numbers`. Raises InputError where it is damaged."""
        part = int(self._part_of_row[place])
        found = self._parts[part].message_at(int(self._rows["offset"][place]))
        if found is None or found.letter.topic != FRAME_TOPIC:
            number = int(self.numbers[place])
            raise InputError(self.name, f"frame {number}", "is damaged", "Frames around it can be read")
        record = self._decoded(part, found)
        assert isinstance(record, Frame)
        return record

    def place_of(self, number: int) -> int:
        """The place of the frame with a number, or of the last one before it (a lost frame showed that one)."""
        return max(0, int(np.searchsorted(self.numbers, number, side="right")) - 1)

    def records(self, *topics: str) -> Iterator[Recorded]:
        """Every record of the topics (none named: of all) in the order of recording. Those that no release can read any
        more are left out."""
        for number, part in enumerate(self._parts):
            for found in part.messages():
                if topics and found.letter.topic not in topics:
                    continue
                try:
                    record = self._decoded(number, found)
                except MessageError:
                    continue
                yield Recorded(found.letter.topic, record, found.letter.sent_ns, found.calendar_ns)

    def close(self) -> None:
        """Close its files."""
        for part in self._parts:
            part.close()

    def __enter__(self) -> Take:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _decoded(self, part: int, found: Found) -> Record:
        topic = TOPIC_BY_NAME[found.letter.topic]
        described = self._parts[part].described[topic.name]
        key = (part, topic.name)
        if key not in self._same:
            self._same[key] = described.records == fields_of(topic.record)
        if self._same[key]:
            try:
                return decode(topic.name, found.letter.payload)
            except MessageError:
                pass  # the same fields under another version of the codec
        record: Record = decode_written(
            topic.record, topic.name, found.letter.payload, described.version, described.records
        )
        return record
