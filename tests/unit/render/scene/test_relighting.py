"""Light worked out beside the frames: what is shown until it is there."""

from __future__ import annotations

import threading

import numpy as np

from render.scene.relighting import Relighting
from render.transport.solver import Parts

NOON, LATER, NIGHT = "noon", "later", "night"
ABOVE = (1.0, 1.0, 1.0)


def _light(value: float) -> Parts:
    part = np.full((2, 3), value, np.float32)
    return Parts(part, part, part, part)


class _Held:
    """A solver that answers when it is let."""

    def __init__(self, value: float) -> None:
        self.let, self.value = threading.Event(), value

    def __call__(self) -> Parts:
        self.let.wait(30.0)
        return _light(self.value)


def _finish(relighting: Relighting, held: _Held, key: str) -> None:
    held.let.set()
    assert relighting._going is not None
    relighting._going[2].result(30.0)
    assert not relighting.wanted(key)


def test_exact_light_is_there_at_once_and_nothing_stands_for_it() -> None:
    relighting = Relighting(exact=True)
    for key, value in ((NOON, 1.0), (LATER, 2.0)):
        assert relighting.wanted(key)
        relighting.ask(key, ABOVE, lambda value=value: _light(value))  # type: ignore[misc]  # a default binds it now
        answer = relighting.known(key)
        assert answer is not None
        assert answer.key == key
        assert float(answer.parts.sky[0, 0]) == value
        assert not relighting.wanted(key)


def test_the_newest_light_stands_for_one_that_is_not_there_yet() -> None:
    relighting, first, second = Relighting(exact=False), _Held(1.0), _Held(2.0)
    relighting.ask(NOON, ABOVE, first)
    assert relighting.known(NOON) is None
    _finish(relighting, first, NOON)
    relighting.ask(LATER, ABOVE, second)
    assert not relighting.wanted(LATER)
    meanwhile = relighting.known(LATER)
    assert meanwhile is not None
    assert meanwhile.key == NOON
    _finish(relighting, second, LATER)
    answer = relighting.known(LATER)
    assert answer is not None
    assert answer.key == LATER
    assert answer.number > meanwhile.number
    relighting.release()


def test_steps_that_are_asked_for_again_and_again_are_answered_once() -> None:
    relighting, asked = Relighting(exact=False), 0
    for _ in range(6):
        for key in (NOON, LATER, NIGHT):
            if relighting.wanted(key):
                asked += 1
                held = _Held(1.0)
                relighting.ask(key, ABOVE, held)
                _finish(relighting, held, key)
    assert asked == 3
    relighting.release()


def test_what_is_in_use_is_kept_however_many_others_come() -> None:
    relighting = Relighting(exact=True)
    relighting.ask(NOON, ABOVE, lambda: _light(1.0))
    for number in range(12):
        assert not relighting.wanted(NOON)
        relighting.ask(f"meter {number}", ABOVE, lambda: _light(0.0))
    answer = relighting.known(NOON)
    assert answer is not None
    assert answer.key == NOON
