"""The API for commands: typed commands in, the stage's answer out. Each is logged with its sender."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from stage.console.door.api import who_gives
from stage.console.link.answers import DONE, NO_ANSWER, REFUSED, TOO_LARGE, WRONG, answer
from stage.console.orders.command_line import CommandLine, arguments_from
from stage.errors import InputError
from stage.messages.commands import CommandResult
from stage.show.orders.table import ORDERS

LARGEST_BODY_BYTES = 256 * 1024


class Answer(BaseModel):
    """`frame_number`: the first frame that shows it; null where the command was refused or waits for its set."""

    accepted: bool
    text: str = Field(description="What was done, or why not and what to do")
    frame_number: int | None = None


def add_control(app: FastAPI, line: CommandLine) -> None:
    """The routes."""

    @app.get("/api/commands", tags=["control"])
    async def commands() -> dict[str, Any]:
        """Every command with the JSON Schema of its arguments; `title` is the operator's label."""
        return {name: row.takes.model_json_schema() | {"title": row.words} for name, row in ORDERS.items()}

    @app.post("/api/commands/{name}", response_model=Answer, tags=["control"])
    async def give(name: str, request: Request) -> JSONResponse:
        """Give a command; its arguments in the body. 200: done. 409: refused by the stage. 422: wrong. 504: no answer.

        It is logged with its sender: the session's name, else the header `X-Operator`, and the address.
        """
        body = await _body(request)
        if body is None:
            return _answer(TOO_LARGE, False, f"the request is larger than {LARGEST_BODY_BYTES} bytes")
        return await give_command(line, name, body, request)


async def give_command(line: CommandLine, name: str, body: bytes, request: Request) -> JSONResponse:
    """Give a command whose arguments are `body`; the stage's answer."""
    try:
        result = await line.give(name, arguments_from(body), who_gives(request))
    except InputError as error:
        return _answer(WRONG, False, str(error))
    if result is None:
        return _answer(NO_ANSWER, False, "the stage did not answer and will not do it: is the conductor running?")
    return _result(result)


async def _body(request: Request) -> bytes | None:
    """The body; None where it is too large."""
    parts: list[bytes] = []
    async for part in request.stream():
        parts.append(part)
        if sum(map(len, parts)) > LARGEST_BODY_BYTES:
            return None
    return b"".join(parts)


def _result(result: CommandResult) -> JSONResponse:
    return _answer(DONE if result.accepted else REFUSED, result.accepted, result.text, result.frame_number)


def _answer(status: int, accepted: bool, text: str, frame_number: int | None = None) -> JSONResponse:
    return answer(status, accepted, text, frame_number=frame_number)
