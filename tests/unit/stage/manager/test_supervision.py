"""The supervision state machine: every state against every event, and the lives a process may have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stage.errors import EXIT_BAD_INPUT
from stage.manager.supervision import (
    ENDED_UNSEEN,
    FIRST_WAIT_NS,
    FREE_CRASHES,
    HUNG_NS,
    LONGEST_WAIT_NS,
    RAPID_NS,
    START_LIMIT_NS,
    STILL_NS,
    STOP_LIMIT_NS,
    Action,
    Adopted,
    Beat,
    Begin,
    Event,
    Exited,
    IllegalMove,
    Spawned,
    SpawnFailed,
    Stop,
    Supervision,
    Tick,
)
from stage.messages.control import Phase
from stage.units import NS_PER_S

NOW_NS = 100 * NS_PER_S
PID = 41

STATES = {
    "stopped": Supervision(),
    "spawning": Supervision(Phase.STARTING),
    "starting": Supervision(Phase.STARTING, PID, since_ns=NOW_NS, heard_ns=NOW_NS),
    "running": Supervision(Phase.RUNNING, PID, since_ns=NOW_NS, heard_ns=NOW_NS),
    "being killed": Supervision(Phase.RESTARTING, PID, since_ns=NOW_NS, reason="hung"),
    "waiting": Supervision(Phase.RESTARTING, since_ns=NOW_NS, again_ns=NOW_NS + NS_PER_S),
    "stopping": Supervision(Phase.STOPPING, PID, since_ns=NOW_NS),
    "failed": Supervision(Phase.FAILED, reason="bad file"),
}
EVENTS: dict[str, Event] = {
    "begin": Begin(),
    "spawned": Spawned(PID),
    "adopted": Adopted(PID, 20 * NS_PER_S),
    "spawn failed": SpawnFailed("no memory"),
    "beat": Beat(PID, ready=True),
    "exited": Exited(-9, ""),
    "bad input": Exited(EXIT_BAD_INPUT, "no such scene"),
    "spare ended": Exited(-9, "", took_over=False),
    "tick": Tick(),
    "stop": Stop(),
}
SPAWN, TERMINATE = Action.SPAWN, Action.TERMINATE

Move = tuple[Phase, int, tuple[Action, ...]] | None
"""The phase, the process and the actions that follow; None where the event cannot happen."""
SPAWNED_ANEW: Move = (Phase.STARTING, 0, (SPAWN,))
TOLD_TO_STOP: Move = (Phase.STOPPING, PID, (TERMINATE,))
STOPPED: Move = (Phase.STOPPED, 0, ())
FAILED: Move = (Phase.FAILED, 0, ())


def never(*events: str) -> dict[str, Move]:
    return dict.fromkeys(events, None)


def stays(phase: Phase, pid: int, *events: str) -> dict[str, Move]:
    return dict.fromkeys(events, (phase, pid, ()))


NOT_AWAITED = never("spawned", "spawn failed", "adopted")
"""Nobody has asked for a process."""
NONE_LIVES = never("exited", "bad input", "spare ended")
UP: dict[str, Move] = {
    **never("begin"),
    **NOT_AWAITED,
    "exited": SPAWNED_ANEW,
    "bad input": SPAWNED_ANEW,
    "spare ended": SPAWNED_ANEW,
    "stop": TOLD_TO_STOP,
}
"""What is the same for every process that lives and is wanted."""
MOVES: dict[str, dict[str, Move]] = {
    "stopped": {
        **NOT_AWAITED,
        "adopted": (Phase.RUNNING, PID, ()),
        **NONE_LIVES,
        **stays(Phase.STOPPED, 0, "beat", "tick", "stop"),
        "begin": SPAWNED_ANEW,
    },
    "spawning": {
        **never("begin", "adopted"),
        **NONE_LIVES,
        **stays(Phase.STARTING, 0, "beat", "tick"),
        "spawned": (Phase.STARTING, PID, ()),
        "spawn failed": (Phase.RESTARTING, 0, ()),
        "stop": STOPPED,
    },
    "starting": {**UP, "bad input": FAILED, **stays(Phase.STARTING, PID, "tick"), "beat": (Phase.RUNNING, PID, ())},
    "running": {**UP, **stays(Phase.RUNNING, PID, "beat", "tick")},
    "being killed": {**UP, **stays(Phase.RESTARTING, PID, "beat", "tick")},
    "waiting": {
        **never("begin"),
        **NOT_AWAITED,
        **NONE_LIVES,
        **stays(Phase.RESTARTING, 0, "beat", "tick"),
        "stop": STOPPED,
    },
    "stopping": {
        **never("begin"),
        **NOT_AWAITED,
        **stays(Phase.STOPPING, PID, "beat", "tick", "stop"),
        **dict.fromkeys(("exited", "bad input", "spare ended"), STOPPED),
    },
    "failed": {
        **NOT_AWAITED,
        **NONE_LIVES,
        **stays(Phase.FAILED, 0, "beat", "tick", "stop"),
        "begin": SPAWNED_ANEW,
    },
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_answers_every_event(state: str, event: str) -> None:
    expected = MOVES[state][event]
    if expected is None:
        with pytest.raises(IllegalMove):
            STATES[state].update(EVENTS[event], NOW_NS)
    else:
        after, actions = STATES[state].update(EVENTS[event], NOW_NS)
        assert (after.phase, after.pid, actions) == expected


def test_the_table_of_moves_is_complete() -> None:
    assert set(MOVES) == set(STATES)
    assert {phase.phase for phase in STATES.values()} == set(Phase)
    assert all(set(row) == set(EVENTS) for row in MOVES.values())
    assert {type(event) for event in EVENTS.values()} == set(Event.__args__)


def test_a_spare_that_never_took_over_is_no_crash_and_another_is_spawned_for_the_same_reason() -> None:
    killed, _ = STATES["running"].update(Exited(-9, ""), NOW_NS)
    taken, _ = killed.update(Spawned(PID + 1), NOW_NS)
    again, actions = taken.update(Exited(-9, "", took_over=False), NOW_NS + 1)
    assert (again.phase, again.pid, actions) == (Phase.STARTING, 0, (SPAWN,))
    assert (again.restarts, again.crashes_ns, again.reason) == (1, killed.crashes_ns, "killed by SIGKILL")
    crashed, _ = taken.update(Exited(-9, ""), NOW_NS + 1)
    assert crashed.restarts == 2, "one that had begun is a crash"


def test_a_beat_that_is_not_ready_shows_life_but_no_work() -> None:
    later_ns = NOW_NS + START_LIMIT_NS // 2
    loading, _ = STATES["starting"].update(Beat(PID, ready=False), later_ns)
    assert (loading.phase, loading.heard_ns) == (Phase.STARTING, later_ns)


def test_a_beat_of_a_dead_predecessor_is_no_life() -> None:
    assert STATES["running"].update(Beat(PID - 1, ready=True), NOW_NS + 1) == (STATES["running"], ())


@pytest.mark.parametrize(("state", "limit_ns"), [("starting", START_LIMIT_NS), ("running", HUNG_NS)])
def test_a_silent_process_is_killed_at_its_limit_and_spawned_again(state: str, limit_ns: int) -> None:
    assert STATES[state].update(Tick(), NOW_NS + limit_ns - 1) == (STATES[state], ())
    hung, actions = STATES[state].update(Tick(), NOW_NS + limit_ns)
    assert actions == (Action.KILL,)
    assert "no sign of life" in hung.reason
    again, actions = hung.update(Exited(-9, ""), NOW_NS + limit_ns)
    assert actions == (SPAWN,)
    assert again.reason == hung.reason
    assert again.restarts == 1


def test_what_sends_no_heartbeats_runs_at_once_and_is_never_hung() -> None:
    tracker, _ = STATES["spawning"].update(Spawned(PID, silent=True), NOW_NS)
    assert tracker.phase is Phase.RUNNING
    assert tracker.update(Tick(), NOW_NS + 1000 * HUNG_NS) == (tracker, ())


def test_a_stop_that_is_ignored_ends_in_a_kill() -> None:
    assert STATES["stopping"].update(Tick(), NOW_NS + STOP_LIMIT_NS - 1)[1] == ()
    assert STATES["stopping"].update(Tick(), NOW_NS + STOP_LIMIT_NS)[1] == (Action.KILL,)


def test_the_wait_grows_only_with_rapid_crashes() -> None:
    state, waits_ns = STATES["running"], []
    for _ in range(FREE_CRASHES + 7):
        state, _ = replace(state, phase=Phase.RUNNING, pid=PID).update(Exited(1, "bug"), NOW_NS)
        waits_ns.append(state.again_ns - NOW_NS)
    assert waits_ns[:FREE_CRASHES] == [0] * FREE_CRASHES
    growing_ns = [min(LONGEST_WAIT_NS, FIRST_WAIT_NS * 2**step) for step in range(7)]
    assert waits_ns[FREE_CRASHES:] == growing_ns
    assert growing_ns[-1] == LONGEST_WAIT_NS
    much_later_ns = NOW_NS + RAPID_NS
    calm, actions = replace(state, phase=Phase.RUNNING, pid=PID).update(Exited(1, "bug"), much_later_ns)
    assert actions == (SPAWN,)
    assert calm.crashes_ns == (much_later_ns,)


def test_a_wait_ends_when_its_time_comes() -> None:
    waiting = STATES["waiting"]
    assert waiting.update(Tick(), waiting.again_ns - 1) == (waiting, ())
    assert waiting.update(Tick(), waiting.again_ns)[1] == (SPAWN,)


@pytest.mark.parametrize(
    ("exited", "reason"),
    [
        (Exited(-9, "noise"), "killed by SIGKILL"),
        (Exited(-35, ""), "killed by signal 35"),
        (Exited(0, ""), "ended unexpectedly"),
        (Exited(1, "ValueError: no"), "crashed: ValueError: no"),
        (Exited(1, ""), "ended with exit code 1"),
    ],
)
def test_the_reason_of_a_restart_is_told(exited: Exited, reason: str) -> None:
    assert STATES["running"].update(exited, NOW_NS)[0].reason == reason


def test_bad_input_shows_its_own_words() -> None:
    failed, actions = STATES["starting"].update(Exited(EXIT_BAD_INPUT, "a.toml: no such scene"), NOW_NS)
    assert (failed.reason, failed.restarts, actions) == ("a.toml: no such scene", 0, ())


def test_what_its_input_was_good_enough_for_once_is_tried_again() -> None:
    """A port that a killed process still holds, a stage file that is being mended: not the end of the show."""
    again, actions = STATES["running"].update(Exited(-9, ""), NOW_NS)
    again, _ = again.update(Spawned(PID + 1), NOW_NS)
    for second in range(20):
        again, actions = again.update(Exited(EXIT_BAD_INPUT, "port 40000 is in use"), NOW_NS + second * NS_PER_S)
        assert again.reason == "port 40000 is in use"
        if not actions:
            assert again.phase is Phase.RESTARTING
            again, actions = again.update(Tick(), again.again_ns)
        assert actions == (Action.SPAWN,)
        again, _ = again.update(Spawned(PID + 2 + second), NOW_NS + second * NS_PER_S)


def test_a_process_that_stands_still_is_replaced_sooner_than_a_busy_one() -> None:
    running = STATES["running"]
    busy, actions = running.update(Tick(), NOW_NS + STILL_NS)
    assert (busy.phase, actions) == (Phase.RUNNING, ())
    still, actions = running.update(Tick(patience_ns=STILL_NS), NOW_NS + STILL_NS)
    assert (still.phase, actions) == (Phase.RESTARTING, (Action.KILL,))
    assert still.reason == "gave no sign of life for 0.8 s"


def test_one_that_was_adopted_is_as_old_as_it_is_and_has_been_heard_just_now() -> None:
    """So it gets a spare at once, and the full time for its next sign of life."""
    adopted, _ = Supervision().update(Adopted(PID, 20 * NS_PER_S), NOW_NS)
    assert adopted.since_ns == NOW_NS - 20 * NS_PER_S
    assert adopted.update(Tick(), NOW_NS + HUNG_NS - 1)[0].phase is Phase.RUNNING
    assert adopted.update(Tick(), NOW_NS + HUNG_NS)[1] == (Action.KILL,)


def test_nobody_knows_how_an_adopted_process_ended() -> None:
    gone, actions = STATES["running"].update(Exited(ENDED_UNSEEN, "the last line of its log"), NOW_NS)
    assert (gone.reason, gone.restarts, actions) == ("ended unexpectedly", 1, (Action.SPAWN,))
