"""The check button over HTTP: start, cancel, the result, its pictures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse
from pydantic import Field

from stage.console.check.runner import CheckOrder, CheckRunner, ShowFigures
from stage.console.door.api import who_gives
from stage.console.link.answers import DONE, MISSING, REFUSED, UNDER_WAY, Body, answer
from stage.console.link.board import Board
from stage.console.link.plain import Plain, plain
from stage.errors import InputError
from stage.model.base import Name

NO_PICTURE = "the last check has no such picture: run the check"


class AskedCheck(Body):
    """What to check. Without a set: the one on air, or else the stage file's."""

    scene: Name | None = None
    motion: Literal["survey", "still", "dolly", "crane", "handheld", "whip-pan"] = "survey"
    frames: Annotated[int, Field(ge=1, le=48)] = 6


def add_check(app: FastAPI, runner: CheckRunner, state: Board[Plain]) -> None:
    """The routes. `state` holds what is on air."""

    @app.get("/api/check", tags=["check"])
    async def now() -> JSONResponse:
        """Whether a check runs, and the last result: every figure with its limit, and the show meanwhile."""
        return JSONResponse(plain(runner.state))

    @app.post("/api/check", tags=["check"], status_code=UNDER_WAY)
    async def start(request: Request, asked: AskedCheck | None = None) -> JSONResponse:
        """Start `openstage check` of the running stage at low priority. 409: one is running, or a take is rolling."""
        asked = asked or AskedCheck()
        air = _mapping(state.values.get("air/"))
        if _mapping(air.get("slate")).get("rolling"):
            return answer(REFUSED, False, "a take is rolling: check the stage after the cut")
        scene = asked.scene or air.get("scene") or None
        try:
            runner.start(CheckOrder(scene, asked.motion, asked.frames), who_gives(request))
        except InputError as error:
            return answer(REFUSED, False, str(error))
        return answer(UNDER_WAY, True, "the check has started")

    @app.delete("/api/check", tags=["check"])
    async def cancel() -> JSONResponse:
        """Stop the running check; the last result stays."""
        try:
            runner.cancel()
        except InputError as error:
            return answer(REFUSED, False, str(error))
        return answer(DONE, True, "the check was cancelled")

    _add_pictures(app, runner)


def _add_pictures(app: FastAPI, runner: CheckRunner) -> None:
    @app.get("/api/check/heat/{wall}.png", tags=["check"], response_class=FileResponse)
    async def heat(wall: str) -> FileResponse:
        """The heat map of a wall's parallax error in the last check."""
        report = runner.state.report
        return _picture(runner, f"parallax-{wall}.png" if report and wall in report.walls else "")

    @app.get("/api/check/{view}.png", tags=["check"], response_class=FileResponse)
    async def witness(view: Literal["witness", "direct", "coverage"]) -> FileResponse:
        """What the simulated camera saw of the walls in the last check, or of the set itself for comparison; or which
        part of its picture showed the inner view."""
        return _picture(runner, f"{view}.png")


def figures_of(state: Board[Plain]) -> ShowFigures:
    """The show's own figures now."""
    pulse = _mapping(state.values.get("pulse/"))
    return ShowFigures(
        pulse.get("latency_p50_ms"),
        pulse.get("latency_p99_ms"),
        int(pulse.get("skipped_total") or 0),
        int(pulse.get("late_total") or 0),
    )


def _mapping(value: Plain) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _picture(runner: CheckRunner, name: str) -> FileResponse:
    path = runner.picture(name) if name else None
    if path is None:
        raise HTTPException(MISSING, NO_PICTURE)
    return FileResponse(path, media_type="image/png", headers={"Cache-Control": "no-store"})
