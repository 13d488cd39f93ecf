"""The net round every request: its body is bounded and read in time, and whatever fails inside is an answer.

A body is read whole before a route sees it, at most `longest(path)` bytes of it, whether or not its length was said.
JSON that JSON does not know (NaN, Infinity, numbers beyond a double) or that no text can hold (half a character) is
refused here once, for all routes.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stage.console.door.access import SESSION_PATH
from stage.process.edge import Edge

LARGEST_BODY_BYTES = 1 << 20
LARGEST_BY_PATH: Mapping[str, int] = {SESSION_PATH: 4096, "/api/lights/import": 49 << 20, "/api/shows/import": 17 << 20}
"""Bytes a request may carry: little before somebody has signed in, much for the files that may be sent."""
BODY_S = 20.0
"""The longest that the whole body may take."""
SLOW, TOO_LARGE, WRONG, BROKEN = 408, 413, 422, 500
THEIRS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What a request's content makes libraries raise; anything else is a failure of the console's."""
INTERNAL_CLOSE = 1011


class _RefusedError(Exception):
    """The body cannot be taken: status and reason."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text
        super().__init__(text)


class RequestNet:
    """In front of the whole app."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] in ("http.response.start", "websocket.close")
            await send(message)

        address = (scope.get("client") or ("",))[0]
        with self._edge.net("request" if scope["type"] == "http" else "page", address) as net:
            await self._app(scope, receive, noting)
        if net.caught is None or begun:
            return
        if scope["type"] == "websocket":
            with suppress(Exception):  # it may be closed already
                await send({"type": "websocket.close", "code": INTERNAL_CLOSE, "reason": "cannot be used"})
            return
        status = WRONG if isinstance(net.caught, THEIRS) else BROKEN
        await _answer(status, f"the request cannot be used ({type(net.caught).__name__})")(scope, receive, send)


class Bodies:
    """Behind the doorkeeper: reads the body of a request that may be made."""

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app, self._edge = app, edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if scope["type"] != "http" or not ("content-length" in headers or "transfer-encoding" in headers):
            await self._app(scope, receive, send)
            return
        try:
            body = await _whole(receive, headers, LARGEST_BY_PATH.get(scope["path"], LARGEST_BODY_BYTES))
            _check(body, headers)
        except _RefusedError as refused:
            self._edge.refuse(f"request: {refused.status}", (scope.get("client") or ("",))[0], refused.text)
            await _answer(refused.status, refused.text)(scope, receive, send)
            return
        given = False

        async def once() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, once, send)


async def _whole(receive: Receive, headers: Headers, most: int) -> bytes:
    said = headers.get("content-length", "0")
    too_large = _RefusedError(TOO_LARGE, f"the request is larger than {most} bytes")
    if said.isdecimal() and int(said) > most:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _RefusedError(SLOW, "the request ended early")
                body += message.get("body", b"")
                if len(body) > most:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError as error:
        raise _RefusedError(SLOW, f"the request took more than {BODY_S:.0f} s") from error


def _check(body: bytes, headers: Headers) -> None:
    """Raises _RefusedError for JSON that cannot be used, whatever the route. What is not JSON at all is the route's
    to say."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or not body.strip():
        return
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except _RefusedError:
        raise
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            return
        raise _RefusedError(WRONG, "the request holds text that cannot be read, or is nested too deeply") from error


def _no_number(word: str) -> float:
    raise _RefusedError(WRONG, f"{word} is not a number that can be used")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _RefusedError(WRONG, "a number is too large")
    return value


def _answer(status: int, text: str) -> JSONResponse:
    return JSONResponse({"accepted": False, "text": text}, status, {"Connection": "close"})
