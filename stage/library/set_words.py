"""Which set a place in a screenplay may be: by the set's name, by words of its description, and by what places are
called in other languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from stage.library.screenplay.words import plain

LONG_ENOUGH = 4
"""The least letters of a word that can identify a place."""
SMALL_WORDS = frozenset(
    [
        "the",
        "and",
        "with",
        "for",
        "its",
        "are",
        "from",
        "over",
        "under",
        "into",
        "through",
        "behind",
        "half",
        "front",
        "side",
        "back",
        "deep",
        "great",
        "ring",
        "whole",
        "large",
        "small",
        "near",
        "left",
        "right",
        "other",
        "between",
        "present",
    ]
)
BY_NAME, BY_ALIAS, BY_DESCRIPTION, ENOUGH = 3, 2, 1, 2
"""Points of a match; a single word that also stands in a description is a chance."""
CALLED: dict[str, str] = {
    "courtyard": "palace patio palacio cour palais hof innenhof schlosshof palast 庭院 院子 宫院 天井 皇宫 宫殿 宫廷 "
    "宫门 宫墙 王府 庭園 御花园 후원 궁궐",
    "desert": "dunes sahara desierto dunas desierta dune wuste sandwuste 沙漠 戈壁 大漠 荒漠 沙丘 砂漠 사막",
    "snowfield": "snow snowy nieve nevado neige enneige schnee schneefeld 雪地 雪原 雪山 雪野 雪林 雪原 설원",
    "street": "alley avenue sidewalk boulevard calle avenida acera rue ruelle trottoir strasse gasse 街 街道 街头 街口 "
    "大街 马路 路口 小巷 胡同 巷子 通り 거리",
    "valley": "valle vallee tal bergtal gebirgstal 山谷 峡谷 谷 谷地 계곡",
    "stones": "plain plains meadow steppe llanura pradera plaine prairie ebene wiese 草原 平原 旷野 荒野 田野 "
    "草地 초원",
}
"""What places are called that a set's name or description calls by the first word."""


class KnownSet(NamedTuple):
    """The words of a set's name and of its description, and whether its sky is a physical one."""

    name: str
    name_words: frozenset[str]
    words: frozenset[str]
    physical_sky: bool


def known_set(name: str, description: str, *, physical_sky: bool) -> KnownSet:
    """A set by its file's name and description."""
    return KnownSet(name, words_of(name), words_of(description), physical_sky)


def best_set(place: str, inside: bool, sets: Mapping[str, KnownSet]) -> str:
    """The set that fits a place best; "" where none does. `inside`: other languages' words for places outside do not
    count."""
    points = {name: _points(place, inside, known) for name, known in sets.items()}
    best = max(points, key=lambda name: (points[name], -len(name)), default="")
    return best if best and points[best] >= ENOUGH else ""


def words_of(text: str) -> frozenset[str]:
    """The words of a text that can identify a place."""
    found = re.findall(r"[^\W\d_]+", plain(text).replace("_", " "))
    return frozenset(word for word in found if len(word) >= LONG_ENOUGH and word not in SMALL_WORDS)


def _points(place: str, inside: bool, known: KnownSet) -> int:
    words, text = words_of(place), plain(place)
    alphabetic = set(re.findall(r"[^\W\d_]+", text))
    own = plain(known.name)
    named = len(words & known.name_words) + (own in text if len(own) > 1 else 0)
    alias = 0
    for word, others in CALLED.items():
        if not inside and word in known.name_words | known.words:
            alias += any(_is_called(other, text, alphabetic) for other in others.split())
    return BY_NAME * named + BY_ALIAS * alias + BY_DESCRIPTION * len(words & known.words - known.name_words)


def _is_called(other: str, text: str, words: set[str]) -> bool:
    return other in words if other.isascii() else other in text
