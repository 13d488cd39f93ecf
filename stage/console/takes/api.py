"""Takes over HTTP: find them, say something of them, remove them and bring them back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import Field

from stage.console.door.api import who_gives
from stage.console.link.answers import DONE, MISSING, NO_ROOM, Body, answer, refused
from stage.console.link.plain import plain
from stage.console.takes.shelf import NEWEST, row_of
from stage.errors import OpenStageError
from stage.model.base import SlateOrNone
from stage.takes.library import TakeLibrary
from stage.takes.proxy import MOVIE, THUMBNAIL, proxies_of

MEDIA = {"mp4": "video/mp4", "jpg": "image/jpeg"}

log = logging.getLogger("openstage.console")


class ChangeTake(Body):
    """What is left out stays. A new slate or number renames the take."""

    circled: bool | None = None
    printed: bool | None = None
    rating: Annotated[int, Field(ge=0, le=5)] | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None
    slate: SlateOrNone = None
    take: Annotated[int, Field(ge=0, le=9999)] | None = None


def add_takes(app: FastAPI, library: TakeLibrary, changed: Callable[[], None]) -> None:
    """The routes. Everyone may read, operators may change; `changed` is called after each change."""

    @app.get("/api/takes", tags=["takes"])
    def every(words: Annotated[str, Query(max_length=200)] = "", removed: bool = False) -> JSONResponse:
        """Takes, newest first; with words only those that have them all; `removed`: those that were set aside."""
        found = library.removed()[:NEWEST] if removed else library.listed(words, NEWEST)
        return JSONResponse([plain(row_of(each)) for each in found])

    @app.get("/api/takes/{day}/{name}/{output}.{kind}", tags=["takes"], response_class=FileResponse)
    def proxy(day: str, name: str, output: str, kind: Literal["mp4", "jpg"]) -> Response:
        """A small movie of an output (or `witness`) during a take, locked to frame numbers; or its thumbnail."""
        try:
            folder = library.find(f"{day}/{name}")
        except OpenStageError as error:
            return refused(error)
        path = folder / (MOVIE if kind == "mp4" else THUMBNAIL).format(output)
        if output not in proxies_of(folder) or not path.is_file():
            return answer(MISSING, False, f"the take has no picture of {output!r}")
        return FileResponse(path, media_type=MEDIA[kind], headers={"Cache-Control": "no-cache"})

    @app.post("/api/takes/{day}/{name}", tags=["takes"])
    def change(day: str, name: str, order: ChangeTake, request: Request) -> JSONResponse:
        """Circle a take, mark it to be printed, rate it, write a note, correct its slate or number."""
        values = order.model_dump(exclude_unset=True)
        return _done(changed, request, f"{day}/{name}", lambda: library.change(f"{day}/{name}", values).title)

    @app.delete("/api/takes/{day}/{name}", tags=["takes"])
    def remove(day: str, name: str, request: Request) -> JSONResponse:
        """Set a take aside."""
        return _done(changed, request, f"{day}/{name}", lambda: f"removed {library.remove(f'{day}/{name}')}")

    @app.post("/api/takes/{day}/{name}/restore", tags=["takes"])
    def restore(day: str, name: str, request: Request) -> JSONResponse:
        """Bring a removed take back."""
        return _done(changed, request, f"{day}/{name}", lambda: f"back: {library.bring_back(f'{day}/{name}').name}")


def _done(changed: Callable[[], None], request: Request, name: str, act: Callable[[], Any]) -> JSONResponse:
    try:
        text = act()
    except OpenStageError as error:
        return refused(error)
    except OSError as error:
        return answer(NO_ROOM, False, f"{name}: {error.strerror or error}")
    changed()
    log.info("take %s by %s: %s", name, who_gives(request), text)
    return answer(DONE, True, text)
