"""Light worked out beside the frames: one question at a time, and the newest answers kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEPT = 3
"""Answers: outer views, inner views and the light meter may each ask for their own."""
SUDDEN = 2.0
"""If the light of the sky and the sun has changed by more than this factor, the light before is not shown meanwhile."""
Solve = Callable[[], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Question:
    """What light is asked for: `key` names it, `exposed` is the factor that it is worked out with, `power` is how much
    light comes from sky and sun, before that."""

    key: Hashable
    exposed: float
    power: float


@dataclass(frozen=True, slots=True)
class Answer:
    """`light` (R, 3) of a question; `number` counts answers."""

    question: Question
    light: NDArray[np.float32]
    number: int

    def may_stand_for(self, other: Question) -> bool:
        """Whether this light is near enough to be shown until another is there."""
        low, high = sorted((self.question.power, other.power))
        return high <= SUDDEN * low


class Relighting:
    """Solves on a thread of its own; `exact`: at once instead, so that every answer is of its own question."""

    def __init__(self, exact: bool) -> None:
        self._worker = None if exact else ThreadPoolExecutor(1, "relight")
        self._going: tuple[Question, Future[NDArray[np.float32]]] | None = None
        self._answers: list[Answer] = []
        self._count = 0

    def known(self, question: Question) -> Answer | None:
        """The answer to show for a question now: its own, or the newest if that may stand for it, or none."""
        self._take()
        own = next((one for one in self._answers if one.question.key == question.key), None)
        if own or not self._answers:
            return own
        return self._answers[-1] if self._answers[-1].may_stand_for(question) else None

    def wanted(self, question: Question) -> bool:
        """Whether to ask a question: it has no answer, and no other is being worked out."""
        self._take()
        return self._going is None and all(one.question.key != question.key for one in self._answers)

    def ask(self, question: Question, solve: Solve) -> None:
        """Have the light of a question worked out."""
        if self._worker is None:
            self._keep(question, solve())
        else:
            self._going = (question, self._worker.submit(solve))

    def release(self) -> None:
        """End the thread; what it is at is not waited for."""
        if self._worker:
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _take(self) -> None:
        if self._going and self._going[1].done():
            (question, answer), self._going = self._going, None
            self._keep(question, answer.result())

    def _keep(self, question: Question, light: NDArray[np.float32]) -> None:
        self._count += 1
        self._answers = [*self._answers[-KEPT + 1 :], Answer(question, light, self._count)]
