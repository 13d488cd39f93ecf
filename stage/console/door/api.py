"""Signing in and out over HTTP, and setting one's name."""

from __future__ import annotations

import json
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stage.console.door.access import (
    LONGEST_NAME,
    LONGEST_PAGE,
    UNUSED_NS,
    Role,
    Visitor,
    clean_name,
)
from stage.console.door.door import (
    SIGN_IN,
    SIGN_IN_FIRST,
    TOO_MANY,
    UNNAMED,
    Door,
    cookie_name,
    device_cookie,
    is_here,
    too_many,
    turned_away,
)
from stage.units import NS_PER_S

LARGEST_BODY_BYTES = 4096
BAD = 422
WRONG_KEY = {"pin": "that PIN is not right", "token": "that token is not right"}
DEVICE_S = 180 * 24 * 3600


class SignIn(BaseModel):
    """A name and a key: a PIN or a token; the user who runs the stage needs none."""

    model_config = ConfigDict(extra="forbid")
    pin: str | None = Field(None, max_length=64)
    token: str | None = Field(None, max_length=256)
    name: str = Field("", max_length=LONGEST_NAME)


class AboutMe(BaseModel):
    """A new name, or the page now open; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, max_length=LONGEST_NAME)
    page: str | None = Field(None, max_length=LONGEST_PAGE, pattern=r"^[a-z0-9-]*$")


class Me(BaseModel):
    """The visitor. `name` and `role`: null where nobody is signed in; `needs_pin`: a PIN is required here; `signed_in`:
    there is a session with a name of its own."""

    name: str | None
    role: Role | None
    needs_pin: bool
    signed_in: bool
    address: str


def visitor_of(request: Request) -> Visitor | None:
    """The visitor that the doorkeeper identified."""
    visitor = getattr(request.state, "visitor", None)
    return visitor if isinstance(visitor, Visitor) else None


def who_gives(request: Request) -> str:
    """The visitor and their address: `name@address`."""
    visitor = visitor_of(request)
    return visitor.who if visitor is not None else "nobody"


def add_door(app: FastAPI, door: Door) -> None:
    """The routes."""

    @app.get("/api/session", response_model=Me, tags=["session"])
    async def me(request: Request) -> JSONResponse:
        """Your name, your role (operator, viewer or none) and whether a PIN is needed."""
        return JSONResponse(_me(visitor_of(request), request, door.keys is not None))

    @app.post("/api/session", tags=["session"], openapi_extra=_body_of(SignIn))
    async def sign_in(request: Request) -> JSONResponse:
        """Sign in with a PIN or a token and a name; answers with a cookie. 401: wrong; 429: wait `Retry-After` s."""
        try:
            order = SignIn.model_validate(await _small_json(request))
        except (ValidationError, ValueError):
            return turned_away(BAD, 'send {"pin": "...", "name": "..."}')
        return _signed_in(door, order, request)

    _add_leaving(app, door)


def _add_leaving(app: FastAPI, door: Door) -> None:
    @app.put("/api/session", tags=["session"], openapi_extra=_body_of(AboutMe))
    async def about_me(request: Request) -> JSONResponse:
        """Change your name, or report which page you have open."""
        visitor = visitor_of(request)
        if visitor is None or visitor.session is None:
            return turned_away(SIGN_IN, SIGN_IN_FIRST)
        try:
            order = AboutMe.model_validate(await _small_json(request))
        except (ValidationError, ValueError):
            return turned_away(BAD, 'send {"name": "...", "page": "..."}')
        door.change(visitor.session, clean_name(order.name or "", "") or None, order.page or None)
        return JSONResponse({"accepted": True, "text": "noted"})

    @app.delete("/api/session", tags=["session"])
    async def sign_out(request: Request) -> JSONResponse:
        """Sign out: the cookie is no longer valid, open pages are closed."""
        visitor = visitor_of(request)
        if visitor is not None and visitor.session is not None:
            door.sign_out(visitor.session, visitor.who)
        answer = JSONResponse({"accepted": True, "text": "signed out"})
        answer.delete_cookie(cookie_name(request.headers.get("host", "")), path="/", httponly=True, samesite="strict")
        return answer


def _signed_in(door: Door, order: SignIn, request: Request) -> JSONResponse:
    """Sign in; the answer."""
    address = request.client.host if request.client else ""
    device = door.known_device(request.headers)
    if order.pin and not order.token and (wait_s := door.wait_s(address, device)):
        return turned_away(TOO_MANY, too_many(wait_s), wait_s)
    role = _role(door, order, request)
    if role is None and order.token:
        if wait_s := door.token_wait_s(address):
            return turned_away(TOO_MANY, too_many(wait_s), wait_s)
        door.wrong_token(address)
        return turned_away(SIGN_IN, WRONG_KEY["token"])
    if role is None and order.pin:
        door.wrong(address, device)
        return turned_away(SIGN_IN, WRONG_KEY["pin"])
    if role is None:
        door.edge.refuse("sign-in without a PIN", address)
        return turned_away(SIGN_IN, SIGN_IN_FIRST)
    name = clean_name(order.name, UNNAMED if role is Role.OPERATOR else role.value)
    answer = JSONResponse({"accepted": True, "text": f"{name}: {role.value}", "name": name, "role": role.value})
    _give(answer, request, cookie_name, door.sign_in(role, name, address), UNUSED_NS // NS_PER_S)
    if door.keys is not None:
        _give(answer, request, device_cookie, door.remember_device(request.headers), DEVICE_S)
    return answer


def _give(answer: JSONResponse, request: Request, named: Callable[[str], str], token: str, lasts_s: int) -> None:
    """A cookie that neither scripts nor other sites see, and over TLS nobody on the wire."""
    answer.set_cookie(
        named(request.headers.get("host", "")),
        token,
        max_age=lasts_s,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _role(door: Door, order: SignIn, request: Request) -> Role | None:
    """The role that the key gives; the user who runs the stage needs none."""
    if order.pin or order.token:
        keys = door.keys
        if keys is None:
            return None
        return keys.role_of_token(order.token) if order.token else keys.role_of_pin(order.pin or "")
    return Role.OPERATOR if is_here(request.scope, request.headers, door.keys is not None) else None


def _me(visitor: Visitor | None, request: Request, has_pins: bool) -> dict[str, object]:
    address = request.client.host if request.client else ""
    if visitor is None:
        return {"name": None, "role": None, "needs_pin": True, "signed_in": False, "address": address}
    return {
        "name": visitor.name, "role": visitor.role.value, "signed_in": visitor.session is not None, "address": address,
        "needs_pin": not is_here(request.scope, request.headers, has_pins),
    }  # fmt: skip


async def _small_json(request: Request) -> object:
    """Raises ValueError where it is long or not JSON: strangers cannot use up memory."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY_BYTES:
            raise ValueError("too long")
    try:
        return json.loads(body or b"{}")
    except RecursionError as error:
        raise ValueError("too deep") from error


def _body_of(kind: type[BaseModel]) -> dict[str, object]:
    """The body for the API's description."""
    return {"requestBody": {"content": {"application/json": {"schema": kind.model_json_schema()}}}}
