"""The slate as takes begin and end. Pure."""

from __future__ import annotations

from dataclasses import replace

from stage.errors import InputError
from stage.messages.commands import Slate

SLATE = "Slate"
"""What an operator reads before what is wrong with it."""


def rolled(slate: Slate, name: str | None, take: int | None, now_ns: int) -> Slate:
    """A take begins: the next one of the same slate, or the first of another, unless `take` says which. Raises
    InputError while one rolls."""
    if slate.rolling:
        raise InputError(SLATE, "", f"{said(slate)} is rolling", "Cut first")
    name = name or slate.name
    following = slate.take + 1 if name == slate.name else 1
    return Slate(name, take or following, True, now_ns)


def cut(slate: Slate) -> Slate:
    """The take ends. Raises InputError where none rolls."""
    if not slate.rolling:
        raise InputError(SLATE, "", "nothing rolls", "Roll first")
    return replace(slate, rolling=False, since_ns=0)


def chosen(slate: Slate, name: str | None) -> Slate:
    """The slate of a cue, before it is rolled. What rolls, or is the same, stays."""
    return slate if slate.rolling or name is None or name == slate.name else Slate(name)


def said(slate: Slate) -> str:
    """As it is read out before a take."""
    return f"{slate.name or 'no slate'} take {slate.take}"
