"""Editorial lists of takes: EDL (CMX 3600) and ALE (Avid Log Exchange). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from stage.maths.timecode import text_of
from stage.model.look import Grade
from tools.takes.post.shots import Shot

LONGEST_REEL = 8
LONGEST_TAPE = 32
CRLF = "\r\n"
ALE_COLUMNS = (
    "Name", "Tracks", "Start", "End", "Tape", "Scene", "Take", "Circled", "Rating", "Comments", "ASC_SOP", "ASC_SAT",
)  # fmt: skip
FPS_DIGITS = 5


def edl(title: str, shots: Sequence[Shot]) -> str:
    """An event for each take, one after the other on the record side; out points are exclusive. All have the rate of
    the first."""
    counting = shots[0].counting
    lines = [f"TITLE: {_plain(title)}", f"FCM: {'DROP FRAME' if counting.drop else 'NON-DROP FRAME'}"]
    record = 0
    for number, shot in enumerate(shots, start=1):
        first, length = shot.start, shot.length
        codes = " ".join(text_of(frame, counting) for frame in (first, first + length, record, record + length))
        grade = shot.grades[0][1]
        lines += [
            f"{number:03}  {shot.reel_name(LONGEST_REEL):<8} V     C        {codes}",
            f"* FROM CLIP NAME: {_plain(shot.name)}",
            f"* ASC_SOP {_sop(grade)}",
            f"* ASC_SAT {grade.saturation:.6f}",
        ]
        lines += [f"* COMMENT: {_plain(shot.info.note)}"] if shot.info.note else []
        record += length
    return CRLF.join(lines) + CRLF


def ale(shots: Sequence[Shot]) -> str:
    """A row for each take. All have the rate of the first."""
    rate = f"{float(shots[0].rate):.{FPS_DIGITS}g}"
    head = ["Heading", "FIELD_DELIM\tTABS", "VIDEO_FORMAT\t1080", f"FPS\t{rate}", "", "Column"]
    rows = ["\t".join(_plain(value) for value in _row(shot)) for shot in shots]
    return CRLF.join([*head, "\t".join(ALE_COLUMNS), "", "Data", *rows]) + CRLF


def _row(shot: Shot) -> tuple[str, ...]:
    info, grade = shot.info, shot.grades[0][1]
    return (
        shot.name,
        "V",
        text_of(shot.start, shot.counting),
        text_of(shot.start + shot.length, shot.counting),
        shot.reel_name(LONGEST_TAPE),
        info.slate or "",
        str(info.take),
        "yes" if info.circled else "",
        "" if info.rating is None else str(info.rating),
        info.note,
        _sop(grade),
        f"{grade.saturation:.6f}",
    )


def _sop(grade: Grade) -> str:
    """(slope)(offset)(power), as EDLs and ALEs have it."""
    triples = (grade.slope, grade.offset, grade.power)
    return "".join(f"({' '.join(f'{value:.6f}' for value in triple)})" for triple in triples)


def _plain(text: str) -> str:
    """On one line, without tabs."""
    return " ".join(text.split())
