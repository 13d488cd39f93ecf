"""Real-time priority is asked for and never taken for granted."""

from __future__ import annotations

import os
import sys

import pytest

from stage.bus.precedence import may_come_first

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="priorities are Linux' own")


def test_asking_changes_nothing() -> None:
    before = os.sched_getscheduler(0)
    assert may_come_first() in (True, False)
    assert os.sched_getscheduler(0) == before


def test_where_it_is_refused_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    assert not may_come_first()
