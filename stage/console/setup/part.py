"""The part that finds and aligns trackers and learns the ends of lenses: what is measured, and what goes into the stage
file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import Field

from stage.alignment.marks import stage_markers
from stage.alignment.told import align_values
from stage.clock import Clock
from stage.console.link.answers import DONE, UNDER_WAY, Body, answer, refused
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain
from stage.console.setup.ears import ListenRunner
from stage.console.setup.listen_api import add_listening
from stage.console.setup.session import SetupSession
from stage.errors import OpenStageError
from stage.library.stage_edit import change_stage, undo_change
from stage.messages.samples import TrackingSample
from stage.messages.topics import Record
from stage.model.base import Metres3, Name

SETUP = "setup/"
LISTEN = "listen/"
AGAIN = "Start the stage again"


class Touched(Body):
    """A mark that the tracked point touches now: a marker's number or `x y z` in metres; `tip_m` in the body's axes."""

    camera: Name
    mark: Annotated[str, Field(max_length=80)]
    tip_m: Metres3 = (0.0, 0.0, 0.0)


class Chosen(Body):
    """Which camera."""

    camera: Name


class Saved(Body):
    """Whether the tracker's scale is found, too."""

    scale: bool = False


class SetupPart(Part):
    """One session for all browsers: two people at two tablets see the same points."""

    def __init__(self, ground: Ground) -> None:
        self._path, self._clock = ground.stage_path, ground.clock
        self._session = SetupSession(ground.stage, stage_markers(ground.stage, ground.folder))
        self._ears = ListenRunner(ground.run_dir)

    def hear(self, record: Record, now_ns: int) -> None:
        if isinstance(record, TrackingSample):
            self._session.hear(record)

    def turn(self, now_ns: int) -> Changes:
        shown = {SETUP: self._session.turn(now_ns), LISTEN: self._ears.turn()}
        changed = {key: plain(state) for key, state in shown.items() if state is not None}
        return Changes(changed) if changed else NOTHING

    def add_routes(self, app: FastAPI) -> None:
        add_points(app, self._session, self._path, self._clock)
        add_ends(app, self._session, self._path)
        add_listening(app, self._ears, self._path)

    def close(self) -> None:
        self._ears.close()


def add_points(app: FastAPI, session: SetupSession, path: Path, clock: Clock) -> None:
    """The routes of points: measured, forgotten, saved as an alignment, undone."""

    @app.post("/api/setup/points", tags=["setup"], status_code=UNDER_WAY)
    def touch(point: Touched) -> JSONResponse:
        """Measure for a second where the tracker is while it touches a mark; `setup/` tells what came of it."""
        try:
            session.touch(point.camera, point.mark, point.tip_m, clock.now_ns())
        except OpenStageError as error:
            return refused(error)
        return answer(UNDER_WAY, True, "keep still for a second")

    @app.delete("/api/setup/points", tags=["setup"])
    def clear() -> JSONResponse:
        """Forget all points."""
        session.forget()
        return answer(DONE, True, "all points are forgotten")

    @app.delete("/api/setup/points/{number}", tags=["setup"])
    def forget(number: int) -> JSONResponse:
        """Forget one point, counted from 0."""
        session.forget(number)
        return answer(DONE, True, "the point is forgotten")

    @app.put("/api/setup/align", tags=["setup"])
    def save(how: Saved) -> JSONResponse:
        """Write the alignment into the stage file; comments stay, the file as it was is kept."""
        try:
            source, found = session.answer(with_scale=how.scale)
            kept = change_stage(path, {("sources", source.name): {"align": align_values(found.align)}})
        except OpenStageError as error:
            return refused(error)
        return answer(DONE, True, f"saved into {path.name}, as it was: {kept.name}. {AGAIN}")

    @app.delete("/api/setup/align", tags=["setup"])
    def undo() -> JSONResponse:
        """Put the stage file from before the last change back."""
        try:
            undo_change(path)
        except OpenStageError as error:
            return refused(error)
        return answer(DONE, True, f"{path.name} is as before. {AGAIN}")


def add_ends(app: FastAPI, session: SetupSession, path: Path) -> None:
    """The routes of a lens' ends: learnt and saved."""

    @app.post("/api/setup/ends", tags=["setup"])
    def learn(chosen: Chosen) -> JSONResponse:
        """Begin to learn the ends of a camera's encoders, at the widest zoom and at infinity."""
        try:
            session.learn(chosen.camera, on=True)
        except OpenStageError as error:
            return refused(error)
        return answer(DONE, True, "turn both rings to the other end and back")

    @app.put("/api/setup/ends", tags=["setup"])
    def save_ends(chosen: Chosen) -> JSONResponse:
        """End learning, and write the ends into the stage file."""
        try:
            session.learn(chosen.camera, on=False)
            source, found = session.ranges()
            values = {
                axis: {"minimum": ends.minimum, "maximum": ends.maximum, "invert": ends.invert}
                for axis, ends in found.items()
            }
            kept = change_stage(path, {("sources", source.name): dict(values)})
        except OpenStageError as error:
            return refused(error)
        return answer(DONE, True, f"saved into {path.name}, as it was: {kept.name}. {AGAIN}")
