"""Which clip of a camera's card shows which take: by time code. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stage.maths.timecode import Counting, counting_of
from stage.takes.index import Listed
from stage.takes.take_info import TakeInfo
from tools.takes.post.card import Clip

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Match:
    """A clip that overlaps a take. `offset_s`: the take's roll after the clip's first frame; `overlap_s` of the take's
    `take_s` are in the clip."""

    take: str
    clip: Clip
    offset_s: Fraction
    overlap_s: Fraction
    take_s: Fraction

    @property
    def whole(self) -> bool:
        """Whether the clip holds the take from roll to cut."""
        return self.overlap_s >= self.take_s


@dataclass(frozen=True, slots=True)
class Matched:
    """A card against a day: `matches` (the best clip of a take first), takes and clips that have none."""

    matches: tuple[Match, ...]
    takes_without: tuple[str, ...]
    clips_without: tuple[Clip, ...]

    def best(self) -> dict[str, Match]:
        """The clip that holds most of each take."""
        found: dict[str, Match] = {}
        for match in self.matches:
            found.setdefault(match.take, match)
        return found

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "matches": [
                {
                    "take": match.take,
                    "clip": str(match.clip.path),
                    "reel": match.clip.reel,
                    "offset_frames": round(match.offset_s * match.clip.counting.whole),
                    "overlap_s": float(match.overlap_s),
                    "whole": match.whole,
                }
                for match in self.matches
            ],
            "takes_without_clip": list(self.takes_without),
            "clips_without_take": [{"clip": str(clip.path), "problem": clip.problem} for clip in self.clips_without],
        }


def matched(takes: Sequence[Listed], clips: Sequence[Clip]) -> Matched:
    """Match clips to takes. What time codes read is compared, so clip and take may count differently (23.976 and 24,
    drop-frame or not); both may go over midnight."""
    found = [match for take in takes if take.info is not None for clip in clips if (match := _match(take, clip))]
    found.sort(key=lambda match: (match.take, -match.overlap_s, match.clip.path))
    with_clip, with_take = {match.take for match in found}, {match.clip.path for match in found}
    return Matched(
        tuple(found),
        tuple(take.name for take in takes if take.name not in with_clip),
        tuple(clip for clip in clips if clip.path not in with_take),
    )


def _match(take: Listed, clip: Clip) -> Match | None:
    assert take.info is not None
    if clip.start is None or clip.frames <= 0:
        return None
    begin, length = _span(take.info)
    clip_begin, clip_length = (
        _time_of_day(clip.timecode or "", clip.counting),
        _length(clip.frames, clip.rate, clip.counting),
    )
    offset = (begin - clip_begin + DAY_S // 2) % DAY_S - DAY_S // 2  # the nearest, over midnight too
    overlap = min(offset + length, clip_length) - max(offset, Fraction(0))
    return Match(take.name, clip, offset, overlap, length) if overlap > 0 else None


def _span(info: TakeInfo) -> tuple[Fraction, Fraction]:
    """Time of the roll, and seconds from it to the cut, by time code."""
    rate = Fraction(info.rate)
    counting = counting_of(rate)
    return _time_of_day(info.start_timecode, counting), _length(info.frames - info.pre_roll, rate, counting)


def _time_of_day(text: str, counting: Counting) -> Fraction:
    """What a time code reads, in its own seconds: counted the same on every machine that was jam-synced."""
    hours, minutes, seconds, frames = (int(part) for part in re.split("[:;.]", text))
    return hours * 3600 + minutes * 60 + seconds + Fraction(frames, counting.whole)


def _length(frames: int, rate: Fraction, counting: Counting) -> Fraction:
    return max(0, frames) / (rate if counting.drop else Fraction(counting.whole))
