"""The text of a file whose encoding nobody says. Pure.

UTF-8 and UTF-16 are certain. In anything else, bytes above 127 that come in rows are letters of two bytes (Chinese,
Japanese, Korean) or Cyrillic; single ones among ASCII are Western. Which of the former, the most frequent letters say.
"""

from __future__ import annotations

from itertools import pairwise

from stage.errors import InputError
from stage.files.toml_text import BYTE_ORDER_MARKS

NAMES = {
    "gb18030": "GB18030 (simplified Chinese)",
    "big5": "Big5 (traditional Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "cp949": "EUC-KR (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1252": "Windows-1252 (Western)",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
"""What is guessed, and its name for people."""
MANY = ("gb18030", "big5", "cp932", "cp949", "cp1251")
IN_ROWS = 0.3
"""Share of the bytes above 127 that follow upon another one, from which on letters have two bytes."""
FREQUENT = frozenset(
    "的一是不了人我在有他这这個个们中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡用道行"
    "所然家种事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日夜内內外景"
    "场場室厅廳街走站坐笑声聲门門手头頭眼话話问問答听聽雨雪风風光楼樓房车車路山水"
)
EXAMINED = 65_536


def text_of(data: bytes, filename: str, encoding: str | None = None) -> tuple[str, str]:
    """The text, and a note on how it was read ("" for UTF-8). `encoding`: what the user says it is.

    Raises InputError where it is no text, or not in the encoding that was said.
    """
    mark, marked = next(((m, e) for m, e in BYTE_ORDER_MARKS if data.startswith(m)), (b"", None))
    body = data[len(mark) :]
    named = encoding or marked or _without_mark(body)
    if named is not None:
        return _decoded(body, named, filename), "" if named == "utf-8" else f"read as {NAMES.get(named, named)}"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        named = _guessed(body)
        note = f"its encoding is not said: read as {NAMES[named]}; say --encoding for another"
        return _decoded(body, named, filename), note
    return _checked(text, filename), ""


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte is a zero, or line ends are two bytes wide."""
    head = data[:EXAMINED]
    for name, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        line_end = "\n".encode(name)
        wide_ends = sum(head[at : at + 2] == line_end for at in range(0, len(head), 2))
        if len(head) >= 4 and (head[zero::2].count(0) > 0.4 * len(head[zero::2]) or wide_ends > 1):
            return name
    return None


def _decoded(body: bytes, encoding: str, filename: str) -> str:
    try:
        return _checked(body.decode(encoding, errors="strict"), filename)
    except LookupError as error:
        raise InputError("--encoding", "", f"{encoding!r} is no encoding", "utf-8, gb18030, big5, cp1252") from error
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        problem = f"is not text in {NAMES.get(encoding, encoding)}"
        raise InputError(filename, f"line {line}", problem, "Save it as UTF-8, or say --encoding") from error


def _checked(text: str, filename: str) -> str:
    if "\0" in text:
        raise InputError(filename, "", "is not text", "Export it as Fountain, FDX, Word or PDF")
    return text


def _guessed(body: bytes) -> str:
    high = [at for at, byte in enumerate(body[:EXAMINED]) if byte > 127]
    beside = sum(b - a == 1 for a, b in pairwise(high))
    if not high or beside < IN_ROWS * len(high):
        return "cp1252"
    scores = {name: _score(body[:EXAMINED], name) for name in MANY}
    best = max(MANY, key=lambda name: scores[name])
    return best if scores[best] > 0.0 else "cp1252"


def _score(body: bytes, encoding: str) -> float:
    """How much like writing it is: frequent letters of its language count, what nobody writes counts against it."""
    text = body.decode(encoding, errors="replace")
    letters = [c for c in text if ord(c) > 127]
    if not letters:
        return 0.0
    return sum(_worth(c, encoding) for c in letters) / len(letters)


def _worth(c: str, encoding: str) -> float:
    if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or "\x80" <= c <= "\x9f":
        return -4.0
    if encoding == "cp1251":
        return 0.4 if "а" <= c <= "я" or c == "ё" else 0.1 if "А" <= c <= "Я" else -0.5
    if encoding == "cp949":
        return 0.6 if "가" <= c <= "힣" else -0.1
    if encoding == "cp932":
        return 1.0 if "\u3041" <= c <= "\u30fe" else -0.5 if "\uff61" <= c <= "\uff9f" else 0.1
    return 1.0 if c in FREQUENT else 0.3 if c in "，。、：；？！（）《》△" else 0.0
