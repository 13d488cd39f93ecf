"""Light worked out beside the frames: one question at a time, and the newest answers kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from render.transport.solver import Parts
from stage.maths.pose import Vector

KEPT = 5
"""Answers: the steps that frames fade between, the one ahead of them, and what a light meter or a still asks for."""
LOWEST = 19
"""The Unix priority (niceness): drawing goes first."""
Solve = Callable[[], Parts]


@dataclass(frozen=True, slots=True)
class Answer:
    """The light of a question, `key`; `above`: what came from the sky on level ground then; `number` counts answers."""

    key: Hashable
    above: Vector
    parts: Parts
    number: int


class Relighting:
    """Solves on a thread of its own; `exact`: at once instead, so that every answer is of its own question."""

    def __init__(self, exact: bool) -> None:
        self._worker = None if exact else ThreadPoolExecutor(1, "relight", _goes_last)
        self._going: tuple[Hashable, Vector, Future[Parts]] | None = None
        self._answers: list[Answer] = []
        self._count = 0

    def known(self, key: Hashable) -> Answer | None:
        """What to show for a question now: its own answer, or else the newest there is."""
        self._take()
        own = next((one for one in self._answers if one.key == key), None)
        return own or (self._answers[-1] if self._answers else None)

    def wanted(self, key: Hashable) -> bool:
        """Whether to ask a question: it has no answer, and no other is being worked out. One that has counts as new."""
        self._take()
        own = next((one for one in self._answers if one.key == key), None)
        if own is not None and own is not self._answers[-1]:
            self._answers = [*(one for one in self._answers if one is not own), own]
        return own is None and self._going is None

    def ask(self, key: Hashable, above: Vector, solve: Solve) -> None:
        """Have the light of a question worked out."""
        if self._worker is None:
            self._keep(key, above, solve())
        else:
            self._going = (key, above, self._worker.submit(solve))

    def release(self) -> None:
        """End the thread; what it is at is not waited for."""
        if self._worker:
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _take(self) -> None:
        if self._going and self._going[2].done():
            (key, above, answer), self._going = self._going, None
            self._keep(key, above, answer.result())

    def _keep(self, key: Hashable, above: Vector, parts: Parts) -> None:
        self._count += 1
        self._answers = [*self._answers[-KEPT + 1 :], Answer(key, above, parts, self._count)]


def _goes_last() -> None:
    with suppress(OSError, AttributeError):  # not on every system
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST)
