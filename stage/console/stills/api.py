"""Stills over HTTP: how a preset would look on air."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response

from stage.console.link.answers import MISSING, UNDER_WAY, WRONG, answer, refused
from stage.console.stills.queue import StillQueue
from stage.errors import InputError, OpenStageError
from stage.files.loading import named_scene
from stage.library.kept_file import revision_of
from stage.library.preset_store import AIR, PresetStore
from stage.messages.commands import OnAir
from stage.messages.stills import StillDrawn
from stage.model.base import Name
from stage.show.partial import laid_over

UNCHANGED = 304
RETRY_S = "1"
WIDTH_PX = 320


class Stills:
    """The stills of a stage's presets. `folder` is the stage file's; `air` returns what is on air."""

    def __init__(self, folder: Path, air: Callable[[], OnAir | None], queue: StillQueue) -> None:
        self._folder, self._air, self._queue = folder, air, queue
        self._store = PresetStore(folder)

    def knows(self, preset: str) -> bool:
        """Whether there is a preset of that name to draw."""
        return preset == AIR or preset in self._store.names()

    def ask(self, preset: str, scene: str | None, width_px: int) -> tuple[str, StillDrawn | None]:
        """The still's key, and the still if it has been drawn; with the set on air where `scene` is None. Raises
        InputError."""
        air = self._air()
        if air is None:
            raise InputError(AIR, "", "what is on air is not known yet", "Is the conductor running?")
        look = air.look if preset == AIR else laid_over(air.look, self._store.part_of(preset), preset)
        name = scene or air.scene
        return self._queue.ask(name, set_revision(named_scene(name, self._folder).parent), look, width_px)


def set_revision(folder: Path) -> str:
    """Identifies a version of a set's files by names, sizes and times."""
    return revision_of(repr(sorted(_files(folder.rglob("*")))).encode())


def _files(paths: Iterable[Path]) -> Iterable[tuple[str, int, int]]:
    for path in paths:
        with suppress(OSError):
            place = path.stat()
            yield str(path), place.st_size, place.st_mtime_ns


def add_stills(app: FastAPI, stills: Stills) -> None:
    """The route. Everyone may look."""

    @app.get("/api/stills/{preset}.jpg", tags=["presets"], response_class=Response)
    def still(
        preset: str,
        request: Request,
        scene: Annotated[Name | None, Query(description="a set other than the one on air")] = None,
        width: Annotated[int, Query(ge=96, le=640, description="pixels")] = WIDTH_PX,
    ) -> Response:
        """How a preset would look applied to the look on air (`air`: the look on air itself), seen by the first camera.

        202: it is being drawn, ask again after `Retry-After` seconds, or it is dropped. 304: the picture of
        `If-None-Match` is still current. 404: no such preset. 422: the preset or the set is broken; the text says why.
        """
        if not stills.knows(preset):
            return answer(MISSING, False, f"there is no preset {preset!r}")
        try:
            key, drawn = stills.ask(preset, scene, width)
        except OpenStageError as error:
            return refused(error)
        headers = {"X-Still-Key": key, "ETag": f'"{key}"', "Cache-Control": "no-cache"}
        if drawn is None:
            response = answer(UNDER_WAY, True, "is being drawn: ask again")
            response.headers.update({"X-Still-Key": key, "Retry-After": RETRY_S})
            return response
        if drawn.problem:
            return answer(WRONG, False, drawn.problem)
        if key in request.headers.get("if-none-match", ""):
            return Response(status_code=UNCHANGED, headers=headers)
        return Response(drawn.jpeg, media_type="image/jpeg", headers=headers)
