"""Presets over HTTP: read, save, rename, colour, lock, order, delete, restore, compare."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from stage.clock import wall_clock_utc_s
from stage.console.door.api import who_gives
from stage.console.library.shelf import card_of, cards_of
from stage.console.link.answers import DONE, MISSING, Body, answer, refused
from stage.console.link.plain import plain
from stage.errors import ConflictError, InputError, OpenStageError
from stage.library.kept_file import NEW
from stage.library.preset_document import GROUPS, as_typed, whole_groups
from stage.library.preset_store import AIR, PresetStore
from stage.library.units import unit_of
from stage.messages.commands import OnAir
from stage.model.base import Name
from stage.model.look import Look
from stage.model.preset import Transition
from stage.show.partial import difference, laid_over, paths_of

log = logging.getLogger("openstage.console")


class SavePreset(Body):
    """What is left out stays as it is in the file. Without `look` the values on air of `groups` are saved; without
    both a new preset holds all groups, and an existing one keeps its values."""

    title: Annotated[str, Field(max_length=80)] | None = None
    description: Annotated[str, Field(max_length=400)] | None = None
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    transition: Transition | None = None
    groups: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    look: dict[str, Any] | None = None


class To(Body):
    """A new name."""

    to: Name


class On(Body):
    """Whether it is locked."""

    on: bool


class Colour(Body):
    """A button's colour."""

    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class NumberKey(Body):
    """The number key that recalls it; null: none."""

    key: Annotated[int, Field(ge=1, le=9)] | None


class Order(Body):
    """Presets in the order of the page; those left out follow by name."""

    names: Annotated[tuple[Name, ...], Field(max_length=2000)]


class Presets:
    """The presets of a stage, and the look on air, which can be saved."""

    def __init__(self, folder: Path, air: Callable[[], OnAir | None], changed: Callable[[], None]) -> None:
        self.store = PresetStore(folder)
        self.air = air
        self._changed = changed
        self._saved: dict[str, tuple[str, float]] = {}

    def save(self, name: str, order: SavePreset, expected: str, who: str) -> str:
        """Save; returns the new revision."""
        given = order.model_dump(exclude={"groups", "look"}, exclude_none=True)
        try:
            return self.store.save(name, given, self._part(name, order), expected)
        except ConflictError as error:
            saved = self._saved.get(name)
            if saved is not None and expected != NEW:
                by, when_s = saved
                ago_s = max(0.0, wall_clock_utc_s() - when_s)
                raise ConflictError(error.where, "", f"was saved by {by} {ago_s:.0f} s ago", error.remedy) from error
            raise

    def done(self, name: str | None, who: str, what: str) -> None:
        """A preset was changed (None: their order): log it, and update every page."""
        if name is not None:
            self._saved[name] = (who, wall_clock_utc_s())
        log.info("%s %s by %s", _called(name), what, who)
        self._changed()

    def part_of(self, name: str) -> dict[str, Any]:
        """The values of a look that a preset, or the look on air, holds. Raises InputError."""
        if name == AIR:
            return whole_groups(self._look(), GROUPS)
        return self.store.part_of(name)

    def compared(self, one: str, other: str) -> list[dict[str, Any]]:
        """Every value in which two presets differ, each applied to the look on air."""
        air = self._look()
        a, b = (laid_over(air, self.part_of(name), name) for name in (one, other))
        ours, theirs = paths_of(difference(b, a)), paths_of(difference(a, b))
        return [
            {"path": path, "unit": unit_of(path), "a": ours.get(path), "b": theirs.get(path)}
            for path in dict.fromkeys([*ours, *theirs])
        ]

    def _part(self, name: str, order: SavePreset) -> dict[str, Any] | None:
        if order.look is not None:
            part = as_typed(order.look, name)
            return {group: part[group] for group in part if order.groups is None or group in order.groups}
        if order.groups is None and name in self.store.names():
            return None
        return whole_groups(self._look(), order.groups or GROUPS)

    def _look(self) -> Look:
        air = self.air()
        if air is None:
            raise InputError(AIR, "", "what is on air is not known yet", "Is the conductor running?")
        return air.look


def add_presets(app: FastAPI, presets: Presets) -> None:
    """The routes. Everyone may read, operators may change."""
    _add_reading(app, presets)
    _add_saving(app, presets)
    _add_changing(app, presets)


def _add_reading(app: FastAPI, presets: Presets) -> None:
    @app.get("/api/presets", tags=["presets"])
    def every() -> JSONResponse:
        """All presets in the operator's order; a broken one with its problem."""
        return JSONResponse(plain(cards_of(presets.store)))

    @app.get("/api/presets/{name}", tags=["presets"])
    def one(name: str) -> JSONResponse:
        """A preset with the values of a look it holds, and its revision (also as `ETag`)."""
        if name not in presets.store.names():
            return answer(MISSING, False, f"there is no preset {name!r}")
        found = presets.store.read(name)
        card = asdict(card_of(presets.store, name))
        return JSONResponse(plain({**card, "look": found.part}), headers={"ETag": found.revision})

    @app.get("/api/presets/{name}/compare/{other}", tags=["presets"])
    def compare(name: str, other: str) -> JSONResponse:
        """Where two presets differ, each applied to the look on air; `air` is the look on air itself."""
        try:
            return JSONResponse(plain(presets.compared(name, other)))
        except OpenStageError as error:
            return refused(error)


def _add_saving(app: FastAPI, presets: Presets) -> None:
    @app.put("/api/presets/{name}", tags=["presets"])
    def save(name: str, order: SavePreset, request: Request) -> JSONResponse:
        """Save the look on air, or the values given. `If-Match`: the revision that was read; `*`: it must be new.

        412: someone else has saved it since. 423: it is locked. 507: it cannot be written.
        """
        expected = request.headers.get("if-match", NEW).strip('"')

        def work() -> str:
            revision = presets.save(name, order, expected, who_gives(request))
            return revision

        return _done(presets, request, name, "saved", work)

    @app.delete("/api/presets/{name}", tags=["presets"])
    def delete(name: str, request: Request) -> JSONResponse:
        """Move an own preset to the trash."""
        return _done(presets, request, name, "deleted", lambda: presets.store.delete(name))

    @app.post("/api/presets/{name}/restore", tags=["presets"])
    def restore(name: str, request: Request) -> JSONResponse:
        """Restore the preset last deleted under this name."""
        return _done(presets, request, name, "restored", lambda: presets.store.restore(name))


def _add_changing(app: FastAPI, presets: Presets) -> None:
    @app.post("/api/presets/{name}/rename", tags=["presets"])
    def rename(name: str, order: To, request: Request) -> JSONResponse:
        """Rename an own preset."""
        return _done(presets, request, order.to, f"renamed from {name}", lambda: presets.store.rename(name, order.to))

    @app.post("/api/presets/{name}/lock", tags=["presets"])
    def lock(name: str, order: On, request: Request) -> JSONResponse:
        """Lock a preset against changes, or unlock it."""
        what = "locked" if order.on else "unlocked"
        return _done(presets, request, name, what, lambda: presets.store.change(name, locked=order.on))

    @app.post("/api/presets/{name}/key", tags=["presets"])
    def key(name: str, order: NumberKey, request: Request) -> JSONResponse:
        """Give it a number key; the own preset that had it has none then."""
        what = "without a key" if order.key is None else f"on key {order.key}"
        return _done(presets, request, name, what, lambda: presets.store.give_key(name, order.key))

    @app.post("/api/presets/{name}/colour", tags=["presets"])
    def colour(name: str, order: Colour, request: Request) -> JSONResponse:
        """Set the colour of its button."""
        return _done(presets, request, name, "coloured", lambda: presets.store.change(name, colour=order.colour))

    @app.post("/api/presets/order", tags=["presets"])
    def arrange(order: Order, request: Request) -> JSONResponse:
        """Set the order of the buttons."""
        return _done(presets, request, None, "put in order", lambda: presets.store.order(order.names))


def _done(
    presets: Presets, request: Request, name: str | None, what: str, work: Callable[[], str | None]
) -> JSONResponse:
    """Do the work; returns the answer."""
    try:
        revision = work()
    except OpenStageError as error:
        return refused(error)
    presets.done(name, who_gives(request), what)
    return answer(DONE, True, f"{name or 'the presets'}: {what}", revision=revision)


def _called(name: str | None) -> str:
    return "the presets" if name is None else f"preset {name}"
