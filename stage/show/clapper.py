"""The slate as takes begin and end. Pure."""

from __future__ import annotations

from dataclasses import replace

from stage.errors import InputError
from stage.messages.commands import Slate

SLATE = "Slate"
"""The heading of its error messages."""


def rolled(slate: Slate, name: str | None, take: int | None, now_ns: int) -> Slate:
    """Start a take: the next one of the same slate or the first of another, unless `take` gives a number. Raises
    InputError while one is rolling."""
    if slate.rolling:
        raise InputError(SLATE, "", f"{said(slate)} is rolling", "Cut first")
    name = name or slate.name
    following = slate.take + 1 if name == slate.name else 1
    return Slate(name, take or following, True, now_ns)


def cut(slate: Slate) -> Slate:
    """End the take. Raises InputError where none is rolling."""
    if not slate.rolling:
        raise InputError(SLATE, "", "no take is rolling", "Roll first")
    return replace(slate, rolling=False, since_ns=0)


def chosen(slate: Slate, name: str | None) -> Slate:
    """The slate of a cue, before it rolls. A rolling or identical slate stays."""
    return slate if slate.rolling or name is None or name == slate.name else Slate(name)


def said(slate: Slate) -> str:
    """The slate as read out before a take."""
    return f"{slate.name or 'no slate'} take {slate.take}"
