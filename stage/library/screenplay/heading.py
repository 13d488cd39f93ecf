"""A scene heading taken apart: inside or outside, place, hour. Pure.

Western: `INT. HOUSE - KITCHEN - NIGHT`, with commas, full stops or nothing but spaces, in several languages. Chinese
and its neighbours: `日 内 客厅`, `客厅 日/内`, `内景。将军府 - 日`, `地点：教室，时间：上午`, in any order.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from stage.library.screenplay.words import (
    ASIAN_HOURS,
    ASIAN_INSIDE,
    ASIAN_OUTSIDE,
    INSIDE,
    OUTSIDE,
    goes_on,
    hour_in,
    plain,
    weather_in,
)


def _one_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_IN, _OUT = _one_of(INSIDE), _one_of(OUTSIDE)
BEGINS = re.compile(
    rf"(?P<both>(?:{_IN})\.?\s*[/&+-]\s*(?:{_OUT})|(?:{_OUT})\.?\s*[/&+-]\s*(?:{_IN})|I\s*/\s*E|E\s*/\s*I)(?![^\W_])"
    rf"|(?P<inside>{_IN})(?![^\W_])|(?P<outside>{_OUT})(?![^\W_])",
    re.IGNORECASE,
)
"""How a western heading begins, without accents."""
AND_THE_OTHER = re.compile(rf"\s*/\s*(?:{_IN}|{_OUT})\b[. ]*", re.IGNORECASE)
"""`INT. ROOM/EXT. STREET`."""
DASH = re.compile(r"\s+[-–—]+\s+")
DASHES = " \t-–—"
ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
ASIAN_WORDS = re.compile(r"[\s,，、/|·・:：;；。.()（）\[\]\-–—]+")
SETTING = re.compile(
    rf"(?P<before>{_one_of(ASIAN_INSIDE)}|{_one_of(ASIAN_OUTSIDE)})?(?P<hour>{'|'.join(ASIAN_HOURS)})?景?"
    rf"(?P<after>{_one_of(ASIAN_INSIDE)}|{_one_of(ASIAN_OUTSIDE)})?"
)
"""A word of an Asian heading that says where or when: `内景`, `日`, `夜外`, `内日`."""
PARTLY = re.compile(
    rf"(?:次日?|翌日?|[当當][天日]?|第.天|同[日天]?|[0-9]+|大|一)?(?:{'|'.join(ASIAN_HOURS)})(?:景|时|時|间|間|里|裡)?"
)
LABEL = re.compile(
    r"(?P<label>地点|地點|场景|場景|时间|時間|内外|內外|景别|景別|장소|시간)\s*[:：]\s*(?P<value>[^,，;；、]*)"
)
PLACES, TIMES = ("地点", "地點", "场景", "場景", "장소"), ("时间", "時間", "시간")
ASIDE = frozenset(["闪回", "回忆", "梦境", "空镜", "蒙太奇", "航拍", "转场", "幻想", "現実", "回想"])
"""Said of a scene in brackets, no part of its place."""
MODIFIERS = frozenset(
    [
        "early",
        "late",
        "pre",
        "later",
        "that",
        "the",
        "next",
        "mid",
        "same",
        "this",
        "very",
        "following",
        "dead",
        "of",
        "for",
        "a",
        "an",
        "in",
        "at",
        "late-",
        "temprano",
        "tarde",
        "de",
        "la",
        "el",
        "al",
        "tot",
        "tard",
        "en",
        "fin",
        "debut",
        "du",
        "le",
        "spater",
        "fruher",
        "am",
    ]
)
NO_END = frozenset(
    [
        "of",
        "the",
        "a",
        "an",
        "in",
        "to",
        "and",
        "de",
        "la",
        "el",
        "del",
        "des",
        "du",
        "le",
        "les",
        "der",
        "die",
        "das",
        "von",
        "und",
        "et",
        "y",
    ]
)
"""A place does not end in one of these: what follows it is still the place."""


@dataclass(frozen=True, slots=True)
class Heading:
    """`int_ext`: INT, EXT, INT/EXT or "" where it does not say; `hour` as it is written."""

    int_ext: str
    place: str
    hour: str


@lru_cache(maxsize=2048)
def taken_apart(text: str) -> Heading:
    """The parts of a heading without its number."""
    text = unicodedata.normalize("NFKC", text).strip()
    begins = BEGINS.match(unaccented(text))
    if begins is not None:
        return _western(text[begins.end() :], begins.lastgroup or "")
    if ASIAN.search(text):
        return _asian(text)
    return Heading("", *_place_and_hour(text))


def is_hour(text: str) -> bool:
    """Whether a text consists of an hour and what goes with it: `LATE AFTERNOON`, `LATER THAT NIGHT`, `6 AM`, `夜`."""
    if hour_in(text) is None:
        return False
    others = [word for word in re.findall(r"[^\W\d_]+", plain(text)) if word not in MODIFIERS and not _is_time(word)]
    return not others


def unaccented(text: str) -> str:
    """The same text with as many characters, its accents left off: `INTÉRIEUR` is `INTERIEUR`."""
    return "".join(unicodedata.normalize("NFD", c)[:1] or c for c in text)


def _is_time(word: str) -> bool:
    return (
        word in ("am", "pm", "a", "p", "m", "h", "uhr", "heures", "hour", "hora", "heure") or hour_in(word) is not None
    )


def _western(rest: str, begins: str) -> Heading:
    int_ext = {"both": "INT/EXT", "inside": "INT", "outside": "EXT"}[begins]
    if (found := AND_THE_OTHER.search(unaccented(rest))) is not None:
        int_ext, rest = "INT/EXT", f"{rest[: found.start()]} / {rest[found.end() :]}"
    place, hour = _place_and_hour(rest.lstrip(" .:,。、·/"))
    return Heading(int_ext, place, hour)


def _place_and_hour(text: str) -> tuple[str, str]:
    """`HOUSE - KITCHEN` and `LATER`: what stands after the last dash, with the hours before it."""
    text = text.strip(DASHES)
    parts = DASH.split(text)
    first = max(len(parts) - 1, 1)
    while first > 1 and is_hour(parts[first - 1]):
        first -= 1
    if len(parts) == 2 and is_hour(parts[0]) and not is_hour(parts[1]) and not goes_on(parts[1]):
        return parts[1], parts[0]
    if len(parts) > 1:
        return " - ".join(parts[:first]), " - ".join(parts[first:])
    return _by_its_last_words(text)


def _by_its_last_words(text: str) -> tuple[str, str]:
    """A heading without dashes: the longest end of it that is an hour, after a comma, a full stop or a space."""
    bare = text.rstrip(" .。)）")
    ends = [found for found in re.finditer(r"[,.，。、/(（]\s*|\s+", bare) if found.start() > 0][-4:]
    for found in ends:
        end = bare[found.end() :].strip(" ,.，。/(（")
        before = bare[: found.start()].rstrip(" ,.，。/(（")
        if before and is_hour(end) and plain(before).split()[-1] not in NO_END:
            return before, end
    return text.rstrip("."), ""


def _asian(text: str) -> Heading:
    labels = {found["label"]: found["value"].strip() for found in LABEL.finditer(text)}
    return _labelled(text, labels) if labels else _by_words(text)


def _labelled(text: str, labels: dict[str, str]) -> Heading:
    """`地点:教室,时间:上午`, with whatever else stands there."""
    place = next((labels[key] for key in PLACES if labels.get(key)), "")
    named = _by_words(place) if ASIAN.search(place) else Heading("", place, "")
    others = _by_words(" ".join(value for key, value in labels.items() if key not in PLACES))
    rest = _by_words(LABEL.sub(" ", text))
    hour = next((labels[key] for key in TIMES if labels.get(key)), "") or named.hour or rest.hour
    return Heading(named.int_ext or others.int_ext or rest.int_ext, named.place or rest.place, hour)


def _by_words(text: str) -> Heading:
    sides: set[str] = set()
    hours: list[str] = []
    places: list[str] = []
    for word in filter(None, ASIAN_WORDS.split(text)):
        found = SETTING.fullmatch(word)
        if found is not None:
            sides |= {_side(found[key]) for key in ("before", "after") if found[key]}
            hours += [found["hour"]] if found["hour"] else []
        elif PARTLY.fullmatch(word) or (hour_in(word) and any(c.isdigit() for c in word)) or _says_it_goes_on(word):
            hours.append(word)
        elif word not in ASIDE:
            places.append(word)
    int_ext = "INT/EXT" if len(sides) > 1 else next(iter(sides), "")
    return Heading(int_ext, " ".join(places), " ".join(hours))


def _says_it_goes_on(word: str) -> bool:
    return goes_on(word) and len(word) <= 4 and weather_in(word) is None


def _side(word: str) -> str:
    return "INT" if word in ASIAN_INSIDE.split() else "EXT"
