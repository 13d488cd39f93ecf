"""Ctrl-C and SIGTERM as a question a loop asks."""

from __future__ import annotations

import signal
from types import FrameType


class StopOnSignals:
    """Inside it Ctrl-C and SIGTERM only ask to stop, so that the truth is closed and the summary printed."""

    def __init__(self) -> None:
        self._stopped = False

    def __call__(self) -> bool:
        return self._stopped

    def __enter__(self) -> StopOnSignals:
        self._before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *raised: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True
