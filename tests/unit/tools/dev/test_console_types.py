"""The browser's types are those of the records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

import pytest

from stage.console.kinds import KINDS
from tools.dev import gen_console_types, order_words
from tools.dev.gen_console_types import TARGET, typescript


class Mood(IntEnum):
    """How it is."""

    BAD = 0
    GOOD = 2


class Where(StrEnum):
    """Where it is."""

    HERE = "here"
    THERE = "there"


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
    side: Literal["a", "b"] | None
    where: Where
    picture: bytes
    sure: bool


def test_the_committed_file_is_what_the_records_say() -> None:
    for target, wanted in ((TARGET, typescript(KINDS)), (order_words.TARGET, order_words.typescript())):
        assert target.read_text(encoding="utf-8") == wanted, "run `python -m tools.dev.gen_console_types`"


def test_a_stale_file_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["gen_console_types", "--check"])
    gen_console_types.main()
    monkeypatch.setitem(KINDS, "outer", Outer)
    with pytest.raises(SystemExit, match="stale"):
        gen_console_types.main()


def test_every_kind_of_type_is_written_as_typescript() -> None:
    written = typescript({"outer": Outer})
    assert "export const Mood = {\n  BAD: 0,\n  GOOD: 2,\n} as const;\nexport type Mood = 0 | 2;" in written
    assert "export interface Inner {\n  pair: [number, number];\n  many: [string, number][];\n}" in written
    for line in (
        "mood: Mood",
        "inner: Inner",
        "names: string[]",
        "perhaps: number | null",
        'side: "a" | "b" | null',
        "where: Where",
        "picture: Uint8Array",
        "sure: boolean",
        "outer: Outer",
    ):
        assert f"  {line};\n" in written
    assert 'export type Where = "here" | "there";\n' in written


def test_what_has_no_typescript_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: complex

    with pytest.raises(TypeError, match="complex"):
        typescript({"odd": Odd})
