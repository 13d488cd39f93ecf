"""How long a test waits for what must come."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 100.0
"""Only a limit for what never comes: a busy machine may take its time. Shorter than pytest's own limit for a test, so
that the test says what did not come."""
LOOK_AGAIN_S = 0.02


def until(what: str, true: Callable[[], bool]) -> None:
    """Wait until `true()` holds; fails with `what` where it never does."""
    given_up = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < given_up, f"not within {PATIENCE_S} s: {what}"
        time.sleep(LOOK_AGAIN_S)
