"""Editorial lists of takes: EDL (CMX 3600) and ALE (Avid Log Exchange). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from stage.maths.timecode import counting_of, frame_of, text_of
from stage.takes.take_info import TakeInfo

LONGEST_REEL = 8
CRLF = "\r\n"
ALE_COLUMNS = ("Name", "Start", "End", "Scene", "Take", "Circled", "Rating", "Comments")


def edl(title: str, takes: Sequence[TakeInfo]) -> str:
    """An event for each take, one after the other on the record side; out points are exclusive."""
    counting = counting_of(Fraction(takes[0].rate)) if takes else counting_of(Fraction(24))
    lines = [f"TITLE: {_plain(title)}", f"FCM: {'DROP FRAME' if counting.drop else 'NON-DROP FRAME'}"]
    record = 0
    for number, take in enumerate(takes, start=1):
        first, last = span_of(take)
        length = last - first
        codes = " ".join(text_of(frame, counting) for frame in (first, last, record, record + length))
        lines += [
            f"{number:03}  {_reel(take):<8} V     C        {codes}",
            f"* FROM CLIP NAME: {_plain(take.slate or 'no slate')}-{take.take}",
        ]
        lines += [f"* COMMENT: {_plain(take.note)}"] if take.note else []
        record += length
    return CRLF.join(lines) + CRLF


def ale(takes: Sequence[TakeInfo]) -> str:
    """A row for each take."""
    rate = Fraction(takes[0].rate) if takes else Fraction(24)
    counting = counting_of(rate)
    head = ["Heading", "FIELD_DELIM\tTABS", "VIDEO_FORMAT\t1080", f"FPS\t{float(rate):.5g}", "", "Column"]
    rows = []
    for take in takes:
        first, last = span_of(take)
        values = [
            f"{take.slate or 'no slate'}-{take.take}",
            text_of(first, counting),
            text_of(last, counting),
            take.slate or "",
            str(take.take),
            "yes" if take.circled else "",
            "" if take.rating is None else str(take.rating),
            take.note,
        ]
        rows.append("\t".join(_plain(value) for value in values))
    return CRLF.join([*head, "\t".join(ALE_COLUMNS), "", "Data", *rows]) + CRLF


def span_of(take: TakeInfo) -> tuple[int, int]:
    """Time code frames from the roll to the first one after the take."""
    first = frame_of(take.start_timecode, counting_of(Fraction(take.rate)))
    return first, first + max(0, take.frames - take.pre_roll)


def _reel(take: TakeInfo) -> str:
    letters = re.sub(r"[^A-Z0-9]", "", (take.slate or "").upper())
    return f"{letters}T{take.take}"[-LONGEST_REEL:]


def _plain(text: str) -> str:
    """On one line, without tabs."""
    return " ".join(text.split())
