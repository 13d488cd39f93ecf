"""`openstage run`: what it makes of its arguments, before anything is started."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.model.loading import find_stage, load_stage
from stage.units import NS_PER_S
from tools.cli import app
from tools.commands.run import _free_port, simulated_trackers
from tools.commands.surroundings import surroundings_of
from tools.live.free_port import PORTS, free_port


def test_every_source_gets_a_tracker_that_is_no_service() -> None:
    path = find_stage("volume")
    trackers = simulated_trackers(load_stage(path), path, "dolly")
    assert [tracker.role for tracker in trackers] == ["tracker-tracker-a", "tracker-tracker-b", "tracker-tracker-c"]
    for tracker in trackers:
        assert not tracker.service
        helped = CliRunner().invoke(app, [*tracker.arguments, "--help"])
        assert helped.exit_code == 0, helped.output


def test_simulating_what_is_not_there_is_refused() -> None:
    path = find_stage("two-walls")
    stage = load_stage(path)
    with pytest.raises(InputError, match="no source to simulate"):
        simulated_trackers(stage.model_copy(update={"sources": ()}), path, "dolly")
    with pytest.raises(InputError, match="no such motion"):
        simulated_trackers(stage, path, "waltz")


def test_the_console_takes_the_first_free_port_but_insists_on_a_wanted_one() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        port = free_port(socket.SOCK_STREAM)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(InputError, match=f"127.0.0.1:{port}"):
            _free_port("127.0.0.1", port)
        assert _free_port("127.0.0.1", None) != port
    assert _free_port("127.0.0.1", port) == port


def test_any_port_of_the_console_is_none_that_the_system_gives_to_others() -> None:
    first, second = _free_port("127.0.0.1", 0), _free_port("127.0.0.1", 0)
    assert first != second
    assert {first, second} <= set(PORTS)


def test_surroundings_know_a_screen_and_a_place_for_runs() -> None:
    bare = surroundings_of({}, 1000)
    assert bare.run_base.name == "openstage-1000"
    assert bare.has_screen == (sys.platform != "linux")
    desk = surroundings_of({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1000"}, 1000)
    assert desk.has_screen
    assert desk.run_base == Path("/run/user/1000/openstage")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the start of a process is only known to a second")
def test_the_start_of_the_program_is_known_to_a_hundredth_of_a_second() -> None:
    """Whatever the load: it lies between the moment before it was started and the moment it can tell."""
    tell = "from tools.commands.run import _process_started_ns as started; from stage.clock import MonotonicClock as C"
    clock = MonotonicClock()
    before_ns = clock.now_ns()
    told = subprocess.run([sys.executable, "-c", f"{tell}; print(started(C()))"], capture_output=True, check=True)
    assert before_ns - NS_PER_S // 50 <= int(told.stdout) <= clock.now_ns()
