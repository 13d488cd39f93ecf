"""What editorial lists need of a take: its name, its span of time code, its grade, and what happened when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stage.maths.timecode import Counting, counting_of, frame_of
from stage.messages.commands import CommandResult
from stage.messages.control import AlertState
from stage.messages.frames import Frame
from stage.model.look import Grade
from stage.takes.take import Take
from stage.takes.take_info import TakeInfo
from stage.units import NS_PER_S

Kind = Literal["alert", "change"]
MOST_GRADES = 32


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that happened `place` frames after the roll."""

    place: int
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A take for editorial. `grades`: (frames after the roll, the wall's grade from there on), the first at the roll;
    grades that only pass in a fade are left out. `media`: the camera's clip, where it is known, and its
    `reel`."""

    info: TakeInfo
    grades: tuple[tuple[int, Grade], ...] = ((0, Grade()),)
    markers: tuple[Marker, ...] = ()
    media: str | None = None
    reel: str | None = None

    @property
    def name(self) -> str:
        """`12A-3`."""
        return f"{self.info.slate or 'no slate'}-{self.info.take}"

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.info.rate)

    @property
    def counting(self) -> Counting:
        """How its frames are numbered."""
        return counting_of(self.rate)

    @property
    def start(self) -> int:
        """Time code of the roll, as frames since midnight."""
        return frame_of(self.info.start_timecode, self.counting)

    @property
    def length(self) -> int:
        """Frames from the roll to the cut."""
        return max(0, self.info.frames - self.info.pre_roll)

    def reel_name(self, longest: int) -> str:
        """The camera's reel; where it is not known, slate and take in letters that every list allows."""
        if self.reel:
            return re.sub(r"[^A-Za-z0-9_.-]", "_", self.reel)[:longest]
        letters = re.sub(r"[^A-Z0-9]", "", (self.info.slate or "").upper())
        return f"{letters}T{self.info.take}"[-longest:]


def shot_of(take: Take) -> Shot:
    """A take as editorial has it."""
    numbers = take.numbers
    roll = int(numbers[min(take.info.pre_roll, len(numbers) - 1)]) if len(numbers) else 0
    return Shot(take.info, _grades(take, roll), tuple(_markers(take, roll)))


def _grades(take: Take, roll: int) -> tuple[tuple[int, Grade], ...]:
    """Every grade that stood for two frames, and the one at the roll."""
    found: list[tuple[int, Grade]] = []
    before: Grade | None = None
    for each in take.records("conductor.frame"):
        frame = each.record
        if not isinstance(frame, Frame) or frame.number < roll or len(found) >= MOST_GRADES:
            continue
        grade = frame.look.grade
        stands = grade == before and grade != found[-1][1] if found else True
        if stands:
            found.append((frame.number - roll - bool(found), grade))
        before = grade
    return tuple(found) or ((0, Grade()),)


def _markers(take: Take, roll: int) -> list[Marker]:
    """Alerts that came up and orders that were obeyed, from the roll on."""
    numbers, present_ns = take.numbers, take.present_ns
    if not len(numbers):
        return []
    roll_ns = int(present_ns[min(take.info.pre_roll, len(numbers) - 1)])
    rate = Fraction(take.info.rate)
    found: list[Marker] = []
    for each in take.records("alert", "command.result"):
        place = int(Fraction(each.sent_ns - roll_ns, NS_PER_S) * rate)
        record = each.record
        if isinstance(record, AlertState) and record.active and place >= 0:
            found.append(Marker(place, "alert", f"{record.code}: {record.subject}"))
        elif isinstance(record, CommandResult) and record.accepted and (record.frame_number or 0) >= max(1, roll):
            place = (record.frame_number or 0) - roll
            found.append(Marker(place, "change", f"{record.text} ({record.who})"))
    return [marker for marker in found if marker.place <= int(numbers[-1]) - roll]
