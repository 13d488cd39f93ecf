"""Which lines of a text are scene headings, and their numbers. Pure.

Fountain's rule (a blank line before, INT or EXT at the start) holds, and more is recognised: numbers in the margin,
other languages, the forms of Chinese screenplays (`1-1 日 内 客厅`, `第一场 ...`, `场景1，...`, `内景 客厅 日`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from stage.library.screenplay.heading import ASIAN, BEGINS, LABEL, taken_apart, unaccented
from stage.library.screenplay.words import plain

LONGEST_HEADING = 200
LONGEST_ASIAN = 60
"""Characters of a Chinese heading; a longer line is a sentence."""
DIGITS = "0-9一二三四五六七八九十百零〇两"
MARKED = re.compile(
    rf"(?:第\s*(?P<episode>[{DIGITS}]+)\s*[集话話回]\s*[,，、·\s-]*)?"
    rf"(?:第\s*(?P<ordinal>[{DIGITS}]+[A-Za-z]?)\s*[场場幕]|[场場][景次]?\s*(?P<scene>[{DIGITS}]+[A-Za-z]?)(?![\w-])"
    rf"|S\s*#\s*(?P<sharp>\d+[A-Za-z]?)|[场場]?\s*(?P<pair>\d+\s*[-－–]\s*\d+[A-Za-z]?)(?![\d.:-]))\s*[、.．:：,，\s]*",
    re.IGNORECASE,
)
"""The number of a scene as only a scene has it."""
NUMBERED = re.compile(r"[(（]?(?P<number>[A-Z]?\d{1,4}[A-Z]{0,2})[)）]?\s*[、.．:：,，)\s]\s*", re.IGNORECASE)
WESTERN_NUMBER = re.compile(
    r"(?:(?:SCENE|SCÈNE|SZENE|ESCENA|BILD|SC\.?)\s+)?(?P<number>[A-Z]{0,2}\d{1,4}[A-Z]{0,3}(?:[.-]\d{1,3})?)[.:)]?\s+",
    re.IGNORECASE,
)
FOUNTAIN_NUMBER = re.compile(r"\s*#(?P<number>[^#]{1,20})#\s*$")
EPISODE = re.compile(rf"[\[【#\s]*第\s*([{DIGITS}]+)\s*[集话話回](?![{DIGITS}]|\s*第)[^。！？]{{0,30}}$")
SENTENCE = re.compile('[。！？!?；;“”"…]|[:：].{12,}')
ACTION = tuple("△▲▽▼*-—")
CIRCLES = tuple("○〇◯●■□◎")
FRAME = "[]【】〔〕〖〗*_ "
NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


class Found(NamedTuple):
    """A heading: its number as written ("" = none) and its text without it. `bare`: it says neither place nor hour."""

    number: str
    text: str
    bare: bool = False


def heading_in(line: str, *, after_blank: bool, episode: str = "") -> Found | None:
    """The heading that a line is; None for any other line. `episode`: in which part of a series it stands."""
    text = " ".join(unicodedata.normalize("NFKC", line).split())
    if not text or text.startswith(("..", "!", "@", ">")):
        return None
    number = ""
    if (told := FOUNTAIN_NUMBER.search(text)) is not None:
        number, text = told["number"].strip(), text[: told.start()]
    if text.startswith(".") and text[1:2].strip():
        after_blank, forced, text = True, True, text[1:]
    else:
        forced = False
    text = text.strip(FRAME)
    found = _western(text, after_blank) or _asian(text, episode) or (Found("", text) if forced and text else None)
    return None if found is None else found._replace(number=number or found.number)


def looks_like_one(line: str) -> bool:
    """Whether a line that is no heading may have been meant as one."""
    text = " ".join(line.split()).strip(FRAME)
    if len(text) > LONGEST_HEADING or not text:
        return False
    number = WESTERN_NUMBER.match(text)
    rest = text[number.end() :] if number else text
    begins = BEGINS.match(unaccented(rest))
    if begins is not None and rest[begins.end() : begins.end() + 1] in (".", "/") and rest[:1].isupper():
        return bool(taken_apart(rest).place)
    marked = MARKED.match(text)
    return marked is not None and len(text) <= LONGEST_ASIAN and bool(ASIAN.search(text))


def episode_of(line: str) -> str | None:
    """The number of an episode that begins in this line."""
    found = EPISODE.match(" ".join(unicodedata.normalize("NFKC", line).split()))
    return None if found is None or heading_in(line, after_blank=True) is not None else arabic(found[1])


def arabic(text: str) -> str:
    """A number as digits: `十二` is `12`, `12A` stays."""
    if not text or text[0] not in "一二三四五六七八九十百零〇两":
        return text
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total, digit = total + (digit or 1) * (10 if c == "十" else 100), 0
        elif c in NUMERALS:
            digit = NUMERALS[c]
        else:
            return f"{total + digit}{c}"
    return str(total + digit)


def _western(text: str, after_blank: bool) -> Found | None:
    if len(text) > LONGEST_HEADING and BEGINS.match(text) is None:
        return None
    number = WESTERN_NUMBER.match(text)
    told = number["number"] if number is not None else ""
    rest = text[number.end() :] if number is not None else text
    begins = BEGINS.match(unaccented(rest))
    if begins is None:
        return None
    next_one = rest[begins.end() : begins.end() + 1]
    if told and rest.casefold().endswith(f" {told.casefold()}"):
        rest = rest[: -len(told)].strip()
    if not rest[begins.end() :].strip(" .,:;-–—/·。"):
        return None
    dotted = next_one in (".", "/", "。", ":") or begins.lastgroup == "both"
    short = len(begins[0].rstrip(".")) == 3 and not plain(begins[0]).startswith("est")
    shouted = rest.upper() == rest or bool(ASIAN.search(rest))
    timed = bool(taken_apart(rest).hour)
    if told and (dotted or shouted):
        return Found(told, rest)
    if after_blank and (dotted or (short and (shouted or timed or next_one == " ")) or (shouted and timed)):
        return Found(told, rest)
    return Found(told, rest) if dotted and shouted and timed else None


def _asian(text: str, episode: str) -> Found | None:
    if len(text) > LONGEST_ASIAN or text.startswith(ACTION) or not ASIAN.search(text):
        return None
    marked = MARKED.match(text)
    if marked is not None and marked.end() > 0:
        return _marked(text, marked, episode)
    circled = text.startswith(CIRCLES)
    text = text[1:].strip() if circled else text
    numbered = NUMBERED.match(text)
    rest = text[numbered.end() :] if numbered is not None else text
    number = numbered["number"] if numbered is not None else ""
    parts = taken_apart(rest)
    begins_so = rest.startswith(("内景", "外景", "内外景", "內景"))
    if _is_sentence(rest) or not (parts.int_ext or parts.hour) or len(parts.place.split()) > 4:
        return None
    both = bool(parts.int_ext and parts.hour)
    good = both or begins_so or circled or (bool(numbered) and bool(parts.place)) or LABEL.search(rest)
    return Found(_in_episode(number, episode), rest) if good and (parts.place or both) else None


def _marked(text: str, marked: re.Match[str], episode: str) -> Found | None:
    """A line that begins with a scene's own number."""
    rest = text[marked.end() :].strip()
    if _is_sentence(rest):
        return None
    pair = marked["pair"]
    told = pair or marked["ordinal"] or marked["scene"] or marked["sharp"] or ""
    number = re.sub(r"\s*[-－–]\s*", "-", told) if pair else arabic(told)
    number = _in_episode(number, arabic(marked["episode"] or "") or episode)
    parts = taken_apart(rest)
    if not rest:
        return Found(number, text, bare=True) if not pair else None
    if not (parts.int_ext or parts.hour) and (len(parts.place.split()) > 3 or "：" in rest or ":" in rest):
        return None
    return Found(number, rest, bare=not parts.place and not parts.hour)


def _in_episode(number: str, episode: str) -> str:
    return f"{episode}-{number}" if episode and number and "-" not in number else number


def _is_sentence(text: str) -> bool:
    body = LABEL.sub(" ", text)
    begins = re.match(r"[内內外景/]+[。.．]", body)
    return bool(SENTENCE.search(body[begins.end() :] if begins is not None else body))
