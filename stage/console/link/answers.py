"""The API's answer to every change: `{accepted, text, ...}`, and the status of each error.

All changes answer alike, so a page or a script reads them in one way.
"""

from __future__ import annotations

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from stage.errors import ConflictError, InputError, LockedError, OpenStageError, StorageError

DONE, UNDER_WAY = 200, 202
MISSING, REFUSED, CHANGED, TOO_LARGE, WRONG, LOCKED, NO_ANSWER, NO_ROOM = 404, 409, 412, 413, 422, 423, 504, 507
STATUS: tuple[tuple[type[OpenStageError], int], ...] = (
    (ConflictError, CHANGED),
    (LockedError, LOCKED),
    (InputError, WRONG),
    (StorageError, NO_ROOM),
)
"""The status for each error; the first match counts."""


class Body(BaseModel):
    """A request's body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def answer(status: int, accepted: bool, text: str, **more: object) -> JSONResponse:
    """The answer to a change: `{accepted, text, ...}`."""
    return JSONResponse({"accepted": accepted, "text": text, **more}, status)


def refused(error: OpenStageError) -> JSONResponse:
    """The answer for an error."""
    status = next((number for kind, number in STATUS if isinstance(error, kind)), REFUSED)
    return answer(status, False, str(error))
