"""Lamps over HTTP: identify one on the stage, read a lighting plan. All else is a command or part of the look."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from stage.console.link.answers import DONE, Body, answer, refused
from stage.console.link.plain import plain
from stage.console.orders.command_line import CommandLine
from stage.console.orders.control_api import Answer, give_command
from stage.errors import InputError, OpenStageError
from stage.files.archive import Archive
from stage.mvr.proposal import proposal_from, toml_of

LARGEST_BASE64 = 48 << 20


class ImportPlan(Body):
    """A lighting plan: the bytes of an .mvr file."""

    filename: Annotated[str, Field(min_length=1, max_length=200)]
    base64: Annotated[str, Field(max_length=LARGEST_BASE64)]


def add_lights(app: FastAPI, line: CommandLine) -> None:
    """The routes."""

    @app.post("/api/lights/{fixture}/identify", response_model=Answer, tags=["lights"])
    async def identify(fixture: str, request: Request) -> JSONResponse:
        """Turn the fixture to full white for two seconds: the command `lights.identify`."""
        return await give_command(line, "lights.identify", json.dumps({"fixture": fixture}).encode(), request)

    @app.post("/api/lights/import", tags=["lights"])
    def bring_in(order: ImportPlan) -> JSONResponse:
        """Propose the fixtures and screens of a plan: as TOML for the stage file, and as data. Nothing is
        changed."""
        try:
            proposal = proposal_from(Archive(_bytes_of(order), order.filename), order.filename)
        except OpenStageError as error:
            return refused(error)
        text = f"{len(proposal.fixtures)} fixtures"
        return answer(DONE, True, text, toml=toml_of(proposal), proposal=plain(proposal))


def _bytes_of(order: ImportPlan) -> bytes:
    try:
        return base64.b64decode(order.base64, validate=True)
    except binascii.Error as error:
        raise InputError(order.filename, "base64", f"is not base64: {error}", "Send the file's bytes") from error
