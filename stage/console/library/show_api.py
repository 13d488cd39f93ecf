"""Shows over HTTP: read, save whole, change a cue, import a screenplay."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from stage.console.door.api import who_gives
from stage.console.link.answers import DONE, MISSING, Body, answer, refused
from stage.console.link.plain import plain
from stage.errors import InputError, OpenStageError
from stage.library.kept_file import NEW
from stage.library.screenplay.reading import LARGEST_BYTES, read_screenplay
from stage.library.show_proposal import proposed_show
from stage.library.show_store import ShowStore
from stage.model.base import Name
from stage.model.show import Colour, Notes, ShowScene, Text
from stage.show.cue_list import rows_of

log = logging.getLogger("openstage.console")


class SaveShow(Body):
    """A whole show: what is left out is removed."""

    title: Text = ""
    notes: Notes = ""
    scenes: Annotated[tuple[ShowScene, ...], Field(max_length=1000)] = ()


class ChangeCue(Body):
    """What is left out stays."""

    title: Text | None = None
    notes: Notes | None = None
    colour: Colour | None = None
    done: bool | None = None


class ImportScript(Body):
    """A screenplay: `text` (Fountain, plain text or Final Draft's XML) or `base64` of its file (also Word, Highland,
    PDF); `filename` says which it is."""

    name: Name
    filename: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=LARGEST_BYTES)] = ""
    base64: Annotated[str, Field(max_length=LARGEST_BYTES * 4 // 3 + 4)] = ""
    save: bool = True


class Shows:
    """The shows of a stage; `changed` is called when one is written."""

    def __init__(self, folder: Path, changed: Callable[[], None]) -> None:
        self.folder = folder
        self.store = ShowStore(folder)
        self.changed = changed


def add_shows(app: FastAPI, shows: Shows) -> None:
    """The routes. Everyone may read, operators may change."""
    _add_reading(app, shows)
    _add_saving(app, shows)


def _add_reading(app: FastAPI, shows: Shows) -> None:
    @app.get("/api/shows", tags=["shows"])
    def every() -> JSONResponse:
        """All shows: name, title, how many cues, what is wrong."""
        found = [shows.store.read(name) for name in shows.store.names()]
        return JSONResponse(
            [
                {
                    "name": each.name,
                    "title": each.show.title if each.show else each.name,
                    "cues": len(list(each.show.cues())) if each.show else 0,
                    "own": each.own,
                    "problem": each.problem,
                }
                for each in found
            ]
        )

    @app.get("/api/shows/{name}", tags=["shows"])
    def one(name: str) -> JSONResponse:
        """A show as its file has it, with its revision (also as `ETag`)."""
        if name not in shows.store.names():
            return answer(MISSING, False, f"there is no show {name!r}")
        found = shows.store.read(name)
        body = {**found.document.unwrap(), "own": found.own, "revision": found.revision, "problem": found.problem}
        return JSONResponse(plain(body), headers={"ETag": found.revision})


def _add_saving(app: FastAPI, shows: Shows) -> None:
    @app.put("/api/shows/{name}", tags=["shows"])
    def save(name: str, order: SaveShow, request: Request) -> JSONResponse:
        """Save a show. `If-Match`: the revision that was read; `*`: it must be new. 412: someone else has saved it."""
        expected = request.headers.get("if-match", NEW).strip('"')
        values = order.model_dump(exclude_defaults=True, mode="json")
        return _done(shows, request, name, "saved", lambda: shows.store.save(name, values, expected))

    @app.post("/api/shows/{name}/cues/{cue}", tags=["shows"])
    def change(name: str, cue: str, order: ChangeCue, request: Request) -> JSONResponse:
        """Change a cue's title, notes or colour, or mark it as done."""
        values = order.model_dump(exclude_none=True)
        return _done(shows, request, name, f"cue {cue} changed", lambda: shows.store.change_cue(name, cue, **values))

    @app.post("/api/shows/import", tags=["shows"])
    def bring_in(order: ImportScript, request: Request) -> JSONResponse:
        """Propose a show from a screenplay, with a look and a set for each scene; saved as new where `save` is set."""
        try:
            read = read_screenplay(_bytes_of(order), order.filename)
            show = proposed_show(order.name, read.scenes, shows.folder, read.title)
        except OpenStageError as error:
            return refused(error)
        if not order.save:
            return answer(DONE, True, "a proposal", show=show, cues=_rows(show), notes=list(read.notes))
        values = {key: value for key, value in show.items() if key not in ("schema", "name")}
        return _done(shows, request, order.name, "imported", lambda: shows.store.save(order.name, values, NEW))


def _rows(show: dict[str, Any]) -> Any:
    from stage.model.show import ShowFile

    return plain(rows_of(ShowFile.model_validate(show), lambda cue: ""))


def _bytes_of(order: ImportScript) -> bytes:
    if order.text:
        return order.text.encode()
    try:
        return base64.b64decode(order.base64, validate=True)
    except binascii.Error as error:
        raise InputError(order.filename, "base64", f"is not base64: {error}", "Send the file's bytes") from error


def _done(shows: Shows, request: Request, name: str, what: str, work: Callable[[], str]) -> JSONResponse:
    """Do the work; returns the answer."""
    try:
        revision = work()
    except OpenStageError as error:
        return refused(error)
    log.info("show %s %s by %s", name, what, who_gives(request))
    shows.changed()
    return answer(DONE, True, f"{name}: {what}", revision=revision)
