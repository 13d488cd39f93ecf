"""One take being written: its parts, its files, its `take.json`. IO; time is an argument."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from stage.bus.bus import Letter
from stage.maths.timecode import counting_of, frame_at, text_of
from stage.messages.commands import Slate
from stage.takes.marks import Marks
from stage.takes.part_writer import PartWriter
from stage.takes.places import name_of, new_folder, next_part
from stage.takes.take_info import TakeInfo, write_info
from stage.units import NS_PER_S

log = logging.getLogger("openstage.takes")


@dataclass(frozen=True, slots=True)
class Setting:
    """What all takes of a run share. `local`: calendar time in the place's own zone, for names and time code."""

    root: Path
    stage: str
    stage_file: str
    rate_hz: Fraction
    rate: str
    software: str
    calendar_ns: Callable[[], int]
    """Calendar time less the machine's clock, in nanoseconds."""


class Recording:
    """A take from roll to cut, in `folder`; `part` is what is being written. Raises OSError where the disk refuses;
    `again` then goes on in a new part."""

    def __init__(self, setting: Setting, slate: Slate, by: str | None, content: dict[str, str]) -> None:
        offset_ns = setting.calendar_ns()
        rolled = local(slate.since_ns + offset_ns)
        self._setting = setting
        self._slate = slate
        self.folder = new_folder(setting.root, f"{rolled:%Y-%m-%d}", slate.name, slate.take)
        self._info = TakeInfo(
            schema="take/1",
            slate=slate.name,
            take=slate.take,
            stage=setting.stage,
            stage_file=setting.stage_file,
            rate=setting.rate,
            rolled_at=rolled.isoformat(timespec="milliseconds"),
            start_timecode=start_timecode(rolled, setting.rate_hz),
            rolled_by=by,
            software=setting.software,
            content=content,
        )
        write_info(self.folder, self._info)
        self.part = self._opened(offset_ns)
        self.resumed = False
        self._marks = Marks(slate.since_ns)
        self._earlier_bytes = 0

    @classmethod
    def going_on(cls, setting: Setting, folder: Path, info: TakeInfo, slate: Slate) -> Recording:
        """Go on with a take whose recorder ended while it rolled, in a new part. What its
        earlier parts hold is counted once it is cut (`resumed`: see `stage.takes.recovery`)."""
        made = cls.__new__(cls)
        made._setting, made._slate, made.folder, made._info = setting, slate, folder, info
        made.resumed, made._marks, made._earlier_bytes = True, Marks(slate.since_ns), 0
        made.part = made._opened(setting.calendar_ns())
        return made

    @property
    def name(self) -> str:
        """`2026-11-30/12A_t003`."""
        return name_of(self.folder)

    @property
    def slate(self) -> Slate:
        """What is being shot."""
        return self._slate

    @property
    def bytes_written(self) -> int:
        """All parts of this recorder."""
        return self._earlier_bytes + self.part.bytes_written

    @property
    def lost(self) -> int:
        """Frames that were decided and never came."""
        return self._marks.lost

    def write(self, letters: list[Letter]) -> None:
        """Append letters, and hand them to the system."""
        for letter in letters:
            self.part.write(letter)
            self._marks.hear(letter)
        self.part.flush()

    def sync(self) -> None:
        """Bring what was written to the disk."""
        self.part.sync()

    def needs(self, content: dict[str, str]) -> None:
        """Frames name more files now."""
        if not content.items() <= self._info.content.items():
            self._info = self._info.model_copy(update={"content": {**self._info.content, **content}})
            write_info(self.folder, self._info)

    def again(self, letters: list[Letter]) -> None:
        """Go on in a new part with these letters, after the disk refused; where it refuses again, no part is left."""
        before = self.part
        before.abandon()
        self.part = self._opened(self._setting.calendar_ns())
        try:
            self.write(letters)
        except OSError:
            self.part.abandon()
            self.part.path.unlink(missing_ok=True)
            self.part = before
            raise
        self._earlier_bytes += before.bytes_written

    def cut(self, now_ns: int) -> TakeInfo:
        """End the take."""
        self.part.finish()
        self._info = self._info.model_copy(
            update={
                "status": "complete",
                "cut_at": local(now_ns + self._setting.calendar_ns()).isoformat(timespec="milliseconds"),
                **self._marks.info(),
            }
        )
        write_info(self.folder, self._info)
        log.info("take kept: %s, %d frames", self.name, self._info.frames)
        return self._info

    def _opened(self, offset_ns: int) -> PartWriter:
        about = {
            "slate": self._info.slate or "",
            "take": str(self._info.take),
            "stage": self._info.stage,
            "stage_file": self._info.stage_file,
            "rate": self._info.rate,
            "rolled_at": self._info.rolled_at,
            "rolled_ns": str(self._slate.since_ns),
            "start_timecode": self._info.start_timecode,
            "software": self._info.software,
        }
        return PartWriter(next_part(self.folder), about, offset_ns)


def local(calendar_ns: int) -> datetime:
    """Calendar time in the machine's own zone."""
    return datetime.fromtimestamp(calendar_ns / NS_PER_S, UTC).astimezone()


def start_timecode(moment: datetime, rate_hz: Fraction) -> str:
    """The time of day as time code."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = Fraction((moment - midnight).total_seconds())
    counting = counting_of(rate_hz)
    return text_of(frame_at(seconds, rate_hz, counting), counting)
