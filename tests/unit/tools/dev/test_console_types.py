"""The browser's types are those of the records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

import pytest

from stage.console.parts import KINDS
from tools.dev import gen_console_types, order_words
from tools.dev.gen_console_types import TARGET, typescript


class Mood(IntEnum):
    """How it is."""

    BAD = 0
    GOOD = 2


class Voice(StrEnum):
    """How it is said."""

    LOUD = "loud"
    LOW = "low"


@dataclass(frozen=True)
class Inner:
    """Inside."""

    pair: tuple[float, int]
    many: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Outer:
    """Outside."""

    mood: Mood
    inner: Inner
    names: tuple[str, ...]
    perhaps: float | None
    picture: bytes
    sure: bool
    voice: Voice
    turned_deg: Literal[0, 90]
    source: Literal["hand", "place"] | None


def test_the_committed_files_are_what_the_records_say() -> None:
    for target, wanted in ((TARGET, typescript(KINDS)), (order_words.TARGET, order_words.typescript())):
        assert target.read_text(encoding="utf-8") == wanted, target.name


def test_a_stale_file_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["gen_console_types", "--check"])
    gen_console_types.main()
    monkeypatch.setitem(KINDS, "outer", Outer)
    with pytest.raises(SystemExit, match="stale"):
        gen_console_types.main()


def test_every_kind_of_type_is_written_as_typescript() -> None:
    written = typescript({"outer": Outer})
    assert "export const Mood = {\n  BAD: 0,\n  GOOD: 2,\n} as const;\nexport type Mood = 0 | 2;" in written
    assert '/**\n * How it is said.\n */\nexport type Voice = "loud" | "low";\n' in written
    assert "export interface Inner {\n  pair: [number, number];\n  many: [string, number][];\n}" in written
    for line in (
        "mood: Mood",
        "inner: Inner",
        "names: string[]",
        "perhaps: number | null",
        "picture: Uint8Array",
        "sure: boolean",
        "voice: Voice",
        "turned_deg: 0 | 90",
        'source: "hand" | "place" | null',
        "outer: Outer",
    ):
        assert f"  {line};\n" in written
    assert 'export const KIND_NAMES = [\n  "outer",\n] as const' in written


def test_what_has_no_typescript_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: complex

    with pytest.raises(TypeError, match="complex"):
        typescript({"odd": Odd})
