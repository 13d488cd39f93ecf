"""The console and the process that listens: what it says is shown, what is ordered reaches it, its end is told."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stage.console.link.plain import plain
from stage.console.setup.ears import ListenRunner, Place
from stage.console.setup.heard import ListenState
from stage.errors import InputError
from tests.e2e.patience import PATIENCE_S

ECHO = """
import json, sys
state = json.loads(sys.argv[1])
print(json.dumps(state), flush=True)
for line in sys.stdin:
    print("no state", flush=True)
    print(json.dumps({**state, "tried": json.loads(line)["do"]}), flush=True)
"""


def runner(tmp_path: Path, text: str) -> ListenRunner:
    state = json.dumps(plain(ListenState(listening=True, where="the echo")))
    return ListenRunner(tmp_path, lambda run_dir, place: (sys.executable, "-c", text, state))


def until(condition: Callable[[], bool]) -> None:
    given_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < given_up
        time.sleep(0.01)


def test_what_it_says_is_shown_and_orders_reach_it(tmp_path: Path) -> None:
    ears = runner(tmp_path, ECHO)
    with pytest.raises(InputError, match="nothing is listened to"):
        ears.order({"do": "moves"})
    ears.start(Place(40_000))
    until(lambda: ears.now().where == "the echo")
    assert ears.turn() == ears.now()
    assert ears.turn() is None
    ears.order({"do": "moves"})
    until(lambda: ears.now().tried == "moves")
    ears.close()
    assert (ears.now().listening, ears.now().where) == (False, "the echo")


def test_its_last_words_are_why_nothing_is_heard(tmp_path: Path) -> None:
    ears = runner(tmp_path, "import sys; sys.exit('the port is in use')")
    ears.start(Place(40_000))
    until(lambda: not ears.now().listening)
    assert ears.now().problem == "the port is in use"
