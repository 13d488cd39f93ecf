"""What the API answers where something was asked to be changed: `{accepted, text, ...}`, and the status of each error.

Everything that changes something answers alike, so that a page or a script needs one way to read it.
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
"""What an error answers; the first that fits."""


class Body(BaseModel):
    """What comes over HTTP: nothing that is not known."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def answer(status: int, accepted: bool, text: str, **more: object) -> JSONResponse:
    """`{accepted, text, ...}`, as every change answers."""
    return JSONResponse({"accepted": accepted, "text": text, **more}, status)


def refused(error: OpenStageError) -> JSONResponse:
    """What an error answers."""
    status = next((number for kind, number in STATUS if isinstance(error, kind)), REFUSED)
    return answer(status, False, str(error))
