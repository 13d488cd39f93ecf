"""What headings say of the hour, of inside and outside and of the weather, in English, Spanish, French, German, Chinese
and the abbreviations of a few more. Tables. Pure.

Words of alphabets are compared in lower case and without accents, whole; those of Chinese, Japanese and Korean wherever
they stand in a word of a heading, the longest first.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

HOURS: dict[str, tuple[str, str]] = {
    "blue-hour": (
        "dawn sunrise daybreak blue_hour first_light amanecer alba aurora aube aurore lever_du_soleil lever_du_jour "
        "morgendammerung morgengrauen sonnenaufgang blaue_stunde рассвет",
        "黎明 拂晓 破晓 日出 清晨 天亮 蓝调时刻 夜明け 早朝 새벽 일출",
    ),
    "golden-hour": (
        "sunset golden golden_hour magic_hour magic puesta_de_sol ocaso hora_dorada hora_magica coucher_du_soleil "
        "coucher_de_soleil heure_doree sonnenuntergang goldene_stunde закат",
        "日落 夕阳 落日 夕照 夕陽 黄金时刻 魔术光 夕焼け 일몰",
    ),
    "dusk": (
        "dusk evening twilight gloaming nightfall atardecer anochecer crepusculo crepuscule soir soiree abend abends "
        "dammerung abenddammerung вечер сумерки",
        "黄昏 黃昏 傍晚 薄暮 日暮 暮 昏 夕方 夕 저녁",
    ),
    "night": (
        "night midnight moonlight moonlit small_hours noche medianoche madrugada luz_de_luna nuit minuit clair_de_lune "
        "nacht nachts mitternacht mondlicht mondschein ночь",
        "深夜 夜晚 夜里 夜裡 午夜 半夜 凌晨 月夜 月光 月下 夜景 夜间 夜戏 晚上 晚间 夜 晚 真夜中 밤 심야",
    ),
    "noon": (
        "day noon morning afternoon midday daytime daylight dia manana mediodia tarde mediatarde jour matin matinee "
        "midi apres-midi apres_midi journee tag tags morgen morgens vormittag mittag mittags nachmittag fruh день утро",
        "白天 白日 上午 中午 正午 下午 午后 午後 早晨 早上 清早 大早 日景 日戏 日间 昼间 昼 晨 早 午 日 朝 낮 아침 "
        "오전 오후",
    ),
}
"""Hours as looks show them: words with spaces as `_`; the earlier entry counts where words of two are there."""
GOES_ON = (
    "continuous continued same later moments cont'd continua continuo mismo misma mas_tarde momentos despues continu "
    "continue meme plus_tard suite weiter spater kurz_darauf fortsetzung gleich anschliessend",
    "同前 同上 接上 连续 續 续 稍后 稍後 片刻 同时 随后 不久 後 直後",
)
"""Alone, these keep the hour of the scene before."""
WEATHER: dict[str, tuple[str, str]] = {
    "dust-storm": (
        r"\bsand\s*storms?\b|\bdust(?:s|y|\s*storms?)?\b|\btormentas? de (?:arena|polvo)\b|\bpolvareda\b"
        r"|\btempetes? de sable\b|\bsandst[uo]rm\w*|\bstaubsturm\w*",
        "沙尘 沙塵 沙暴 风沙 風沙 尘暴 狂沙 黄沙漫天 砂嵐 모래바람",
    ),
    "snowfall": (
        r"\bsnow(?:s|y|ing|ed|fall|flakes?|storms?)?\b|\bblizzards?\b|\bniev\w+|\bnevad\w+|\bventisca\b|\bneig\w+"
        r"|\bschnee(?!feld)\w*|\bschnei\w+",
        "下雪 大雪 雪花 飘雪 飄雪 飞雪 飛雪 暴雪 小雪 风雪 風雪 降雪 落雪 吹雪",
    ),
    "rain": (
        r"\brain(?:s|y|ing|ed|fall|storms?|drops?)?\b|\bdownpours?\b|\bthunder\w*|\blluvi\w+|\bllueve\b|\baguacero\b"
        r"|\btormentas?\b|\bpluie\w*|\bpluvieu\w+|\bpleut\b|\baverses?\b|\borages?\b|\bregen(?!t\b|te)\w*|\bregnet\w*"
        r"|\bgewitter\w*",
        "下雨 大雨 小雨 暴雨 雷雨 细雨 細雨 阴雨 雨夜 雨天 雨中 雨水 阵雨 夜雨 风雨 冒雨 淋雨 雨 비가",
    ),
}
"""Words at the start of the action, and the preset they suggest; the first match counts."""
NO_WEATHER = re.compile("雨(?:伞|傘|衣|林|靴|鞋|具|刷)")
INSIDE = "INT INTERIOR INTERIEUR INTERNO INNEN INNENAUFNAHME ИНТ ИНТЕРЬЕР"
OUTSIDE = "EXT EXTERIOR EXTERIEUR ESTERNO AUSSEN AUßEN AUẞEN AUSSENAUFNAHME ЭКСТ НАТ НАТУРА EST"
ASIAN_INSIDE = "内景 內景 室内景 室内 室內 屋内 屋內 内 內 실내 내부"
ASIAN_OUTSIDE = "外景 室外景 室外 屋外 户外 戶外 外 실외 외부"
CLOCK = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-4])(?:\s*[:.]\s*(?P<minute>[0-5]\d))?\s*"
    r"(?P<unit>[ap]\.?\s?m\b|uhr\b|heures?\b|hrs?\b|点|點|时|時|시)"
    r"|(?<!\d)(?P<french>[01]?\d|2[0-4])\s*h\s*(?:[0-5]\d)?(?!\w)|(?<![\d:])(?P<bare>[01]?\d|2[0-3]):[0-5]\d(?![\d:])"
)
AFTERNOON = re.compile("下午|晚上|傍晚|夜|晚|오후|밤")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, full-width letters and punctuation as ASCII, without accents."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in folded if not "\u0300" <= c <= "\u036f"))


def hour_in(text: str) -> str | None:
    """The look of the hour that a text names, by a clock's time or by words; None where it names none."""
    words = plain(text)
    if (found := CLOCK.search(words)) is not None:
        return _by_clock(found, words)
    words = _LATER.sub(" ", words)
    for look, pattern in _ALPHABETIC.items():
        if pattern.search(words):
            return look
    return next((_ASIAN[word] for word in _LONGEST_FIRST if word in words), None)


def goes_on(text: str) -> bool:
    """Whether a text only says that the scene goes on, or is a little later."""
    words = plain(text)
    return bool(_GOES_ON.search(words)) or any(word in words for word in GOES_ON[1].split())


def weather_in(text: str) -> str | None:
    """The look of the weather that a text names; None where it names none."""
    words = NO_WEATHER.sub(" ", plain(text))
    for look, (pattern, asian) in WEATHER.items():
        if re.search(pattern, words) or any(word in words for word in asian.split()):
            return look
    return None


def _by_clock(found: re.Match[str], words: str) -> str:
    hour, unit = int(found["hour"] or found["french"] or found["bare"]), found["unit"] or ""
    if unit.startswith(("a", "p")):
        hour %= 12
    if unit.startswith("p") or (hour < 12 and AFTERNOON.search(words)):
        hour += 12
    hour %= 24
    for until, look in ((5, "night"), (7, "blue-hour"), (17, "noon"), (19, "golden-hour"), (20, "dusk")):
        if hour < until:
            return look
    return "night"


def _pattern(words: str) -> re.Pattern[str]:
    one_of = "|".join(re.escape(word).replace("_", r"\s+") for word in words.split())
    return re.compile(rf"(?<!\w)(?:{one_of})(?!\w)")


_ALPHABETIC = {look: _pattern(words) for look, (words, _) in HOURS.items()}
_ASIAN = {word: look for look, (_, asian) in reversed(HOURS.items()) for word in asian.split()}
_LONGEST_FIRST = sorted(_ASIAN, key=lambda word: -len(word))
_GOES_ON = _pattern(GOES_ON[0])
_LATER = _pattern("mas_tarde plus_tard")
ASIAN_HOURS = tuple(_LONGEST_FIRST)
"""Every word for an hour that has no spaces round it, the longest first."""
