"""What can be the name of a thing of the stage, in any script, and so of its file. Pure.

A name is in Unicode's normal form C, so that what looks the same is the same, whatever keyboard or file system it came
from. It is one line of letters, marks and digits (Unicode's categories L, M and N), with spaces, dots, dashes and
underscores between them: nothing that a file system, a path, a topic key or an address takes for something else.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST_NAME = 64
"""Characters."""
LONGEST_BYTES = 200
"""In UTF-8. File systems take 255 for a file's name; endings and the names of drafts need the rest."""
BETWEEN = frozenset(" ._-·・")
"""Between letters: with the middle dots of Catalan and Japanese."""
JOINERS = frozenset("\u200c\u200d")
"""Invisible signs that belong to spelling in Persian and Indian scripts, and are nothing elsewhere."""
PATTERN = r"^[^\x00-/:-@\[-`{-~\s][^\x00-\x1f!-,/:-@\[-^`{-~]*$"
"""Nearly the same as a pattern, for editors that check a file by its JSON Schema."""
RULE = "must start with a letter or digit and contain only letters, digits, spaces, dots, dashes and underscores"


def normal(text: str) -> str:
    """The text in Unicode's normal form C: `ü` as one character, not as `u` and dots."""
    return unicodedata.normalize("NFC", text)


def is_name(text: object) -> bool:
    """Whether it is a name as it stands: in normal form, one word or several, safe in paths and keys."""
    return isinstance(text, str) and text == normal(text) and name_problem(text) is None


def name_problem(text: str) -> str | None:
    """Why a text in normal form is no name; None where it is one."""
    if len(text) > LONGEST_NAME:
        return f"must have at most {LONGEST_NAME} characters"
    if len(text.encode(errors="replace")) > LONGEST_BYTES:
        return f"must have at most {LONGEST_BYTES} bytes in UTF-8"
    if not text or not _is_letter(text[0], first=True) or text.endswith(" "):
        return f"{RULE}, not {text!r}"
    good = all(_is_letter(c) or c in BETWEEN or _joins(text, at) for at, c in enumerate(text))
    return None if good else f"{RULE}, not {text!r}"


def name_like(text: str) -> str | None:
    """The nearest text that is a name: `Tor/links` is `Tor-links`; None where nothing of it can stay."""
    if is_name(text := normal(text)):
        return text
    text = " ".join(text.split())
    kept = "".join(c if _is_letter(c) or c in BETWEEN or _joins(text, at) else "-" for at, c in enumerate(text))
    kept = re.sub(r"-{2,}", "-", kept)
    while kept and not _is_letter(kept[0], first=True):
        kept = kept[1:]
    kept = kept[:LONGEST_NAME]
    while len(kept.encode()) > LONGEST_BYTES:
        kept = kept[:-1]
    return kept.rstrip(" ._-·・") or None


def ascii_word(text: str, longest: int) -> str:
    """A word for what takes few ASCII letters only: the text where it is such a word, else what can stay of it and a
    digest that tells it from others."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text) and len(text) <= longest:
        return text
    digest = hashlib.sha256(normal(text).encode(errors="replace")).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', ascii_letters(text, '-')).strip('-')[: longest - 9]}-{digest}".lstrip("-")


def ascii_letters(text: str, other: str | None = None) -> str:
    """The text in ASCII: accents left off; `other` for any other letter, or, without it, its number: `<4E3B>`."""
    parts = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(
        c if c.isascii() else "" if unicodedata.category(c)[0] == "M" else f"<{ord(c):X}>" if other is None else other
        for c in parts
    )


def _is_letter(character: str, *, first: bool = False) -> bool:
    return unicodedata.category(character)[0] in ("LN" if first else "LMN")


def _joins(text: str, at: int) -> bool:
    """Whether an invisible joiner stands between letters of a script that has it."""
    if text[at] not in JOINERS or not 0 < at < len(text) - 1:
        return False
    return all(_is_letter(c) and ord(c) > 0x300 for c in (text[at - 1], text[at + 1]))
