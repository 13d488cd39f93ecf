"""Light worked out beside the frames: what is shown until it is there."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from render.scene.relighting import Question, Relighting

NOON, LATER, NIGHT = Question("noon", 1.0, 100.0), Question("later", 1.0, 60.0), Question("night", 256.0, 0.1)


def _light(value: float) -> NDArray[np.float32]:
    return np.full((2, 3), value, np.float32)


class _Held:
    """A solver that answers when it is let."""

    def __init__(self, value: float) -> None:
        self.let, self.done, self.value = threading.Event(), threading.Event(), value

    def __call__(self) -> NDArray[np.float32]:
        self.let.wait(30.0)
        return _light(self.value)


def _finish(relighting: Relighting, held: _Held, question: Question) -> None:
    held.let.set()
    assert relighting._going is not None
    relighting._going[1].result(30.0)
    assert not relighting.wanted(question)


def test_exact_light_is_there_at_once_and_nothing_stands_for_it() -> None:
    relighting = Relighting(exact=True)
    for question, value in ((NOON, 1.0), (LATER, 2.0)):
        assert relighting.wanted(question)
        relighting.ask(question, lambda value=value: _light(value))  # type: ignore[misc]  # a default binds it now
        answer = relighting.known(question)
        assert answer is not None
        assert answer.question is question
        assert float(answer.light[0, 0]) == value
        assert not relighting.wanted(question)


def test_the_light_before_is_shown_until_the_new_one_is_there() -> None:
    relighting, first, second = Relighting(exact=False), _Held(1.0), _Held(2.0)
    relighting.ask(NOON, first)
    assert relighting.known(NOON) is None
    _finish(relighting, first, NOON)
    relighting.ask(LATER, second)
    assert not relighting.wanted(LATER)
    meanwhile = relighting.known(LATER)
    assert meanwhile is not None
    assert meanwhile.question is NOON
    _finish(relighting, second, LATER)
    answer = relighting.known(LATER)
    assert answer is not None
    assert answer.question is LATER
    assert answer.number > meanwhile.number
    relighting.release()


def test_the_light_of_noon_is_not_shown_at_night() -> None:
    relighting, first = Relighting(exact=False), _Held(1.0)
    relighting.ask(NOON, first)
    _finish(relighting, first, NOON)
    assert relighting.known(NIGHT) is None
    assert relighting.wanted(NIGHT)
    relighting.release()


def test_views_that_take_turns_are_both_answered_once() -> None:
    relighting, asked = Relighting(exact=False), 0
    for _ in range(6):
        for question in (NOON, LATER):
            if relighting.wanted(question):
                asked += 1
                held = _Held(question.power)
                relighting.ask(question, held)
                _finish(relighting, held, question)
    assert asked == 2
    relighting.release()
