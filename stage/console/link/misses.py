"""Requests that no route takes: where the path has one for another method, the answer says which (405), else 404.

The page is mounted at the root and takes every path, so the router alone would answer 404 to both.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

NOT_FOUND, NOT_ALLOWED = 404, 405


def methods_of(app: FastAPI, request: Request) -> list[str]:
    """The methods that the path of a request has routes for."""
    found: set[str] = set()
    for route in app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


def add_misses(app: FastAPI) -> None:
    """The answers."""

    async def miss(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else NOT_FOUND
        detail = error.detail if isinstance(error, HTTPException) else "Not Found"
        methods = methods_of(app, request)
        if not methods or request.method in methods:
            return JSONResponse({"detail": detail}, status)
        text = f"{request.url.path} takes {' or '.join(methods)}, not {request.method}"
        return JSONResponse({"detail": text}, NOT_ALLOWED, {"Allow": ", ".join(methods)})

    app.add_exception_handler(NOT_FOUND, miss)
    app.add_exception_handler(NOT_ALLOWED, miss)
