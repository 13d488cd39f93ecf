"""`openstage run`: what it makes of its arguments, before anything is started."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.files.loading import find_stage, load_stage
from stage.manager.child import Child
from stage.manager.run_dir import RunningStage
from stage.manager.table import RunOptions, side_processes
from stage.model.stagefile import Stage
from stage.units import NS_PER_S
from tools.cli import app
from tools.commands.console_port import listening
from tools.commands.run import greeting, said_of_windows, simulated_trackers
from tools.commands.surroundings import surroundings_of


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
    with pytest.raises(InputError, match=r"--simulate: waltz: no such motion"):
        simulated_trackers(stage, path, "waltz")


def test_the_console_takes_the_first_free_port_but_insists_on_a_wanted_one() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"127.0.0.1:{port}"), listening("127.0.0.1", port):
            pass
        with listening("127.0.0.1", None) as free:
            assert free.getsockname()[1] not in (0, port)
    with listening("127.0.0.1", port) as again:
        assert again.getsockname()[1] == port


def test_two_stages_that_start_at_the_same_moment_never_have_one_address() -> None:
    """The second asks while the first one's console is not there yet: the port is the first one's all the same."""
    with listening("127.0.0.1", None) as first, listening("127.0.0.1", None) as second:
        assert first.getsockname() != second.getsockname()


def test_the_console_inherits_the_socket_that_its_address_was_printed_for(tmp_path: Path) -> None:
    """A browser that opens the address before the console is up waits; the console then answers on that very port."""
    with listening("127.0.0.1", 0) as ear, socket.create_connection(ear.getsockname()) as early:
        options = RunOptions(offscreen=True, listen=("127.0.0.1", ear.getsockname()[1]), listen_fd=ear.fileno())
        stage = load_stage(find_stage("two-walls"))
        (console,) = [process for process in side_processes(stage, options) if process.role == "console"]
        assert console.arguments[-2:] == ("--listen-fd", str(ear.fileno()))
        (tmp_path / "logs").mkdir()
        child = Child(replace(console, module="tests.answering"), tmp_path / "s.toml", tmp_path)
        child.spawn()
        assert early.recv(100) == b"console"
        child.end(10.0)
    assert {process.role: process.fds for process in side_processes(stage, options)}["stills"] == ()


STAGE = load_stage(find_stage("two-walls"))


def with_outputs(**values: object) -> Stage:
    outputs = tuple(output.model_copy(update=values) for output in STAGE.outputs)
    return STAGE.model_copy(update={"outputs": outputs})


@pytest.mark.parametrize(
    ("stage", "options", "said"),
    [
        (with_outputs(), {"offscreen": False}, ""),
        (with_outputs(), {"offscreen": True}, ""),
        (
            with_outputs(),
            {"offscreen": True, "windowed": True},
            "there is no screen here: the outputs stay offscreen",
        ),
        (with_outputs(screen=0), {"offscreen": True}, "there is no screen here: the outputs stay offscreen"),
        (with_outputs(windowed=True), {"offscreen": True}, "there is no screen here: the outputs stay offscreen"),
        (with_outputs(windowed=True), {"offscreen": False}, ""),
        (with_outputs(screen=0, windowed=True), {"offscreen": False}, ""),
        (with_outputs(screen=0), {"offscreen": False, "windowed": True}, ""),
    ],
)
def test_what_issaid_of_windows_that_do_not_open(stage: Stage, options: dict[str, bool], said: str) -> None:
    offscreen, windowed = options.get("offscreen", False), options.get("windowed", False)
    wanted = RunOptions(offscreen=offscreen, listen=("127.0.0.1", 0), windowed=windowed)
    assert said_of_windows(stage, wanted) == said


def test_who_fills_the_screen_is_told_how_to_have_a_window() -> None:
    said = said_of_windows(with_outputs(screen=0), RunOptions(offscreen=False, listen=("127.0.0.1", 0)))
    assert said.startswith(STAGE.outputs[0].name)
    assert said.endswith("--windowed opens a window instead")


def test_the_greeting_calls_the_stage_by_its_name() -> None:
    running = RunningStage(
        pid=1,
        stage="some-file.toml",
        name="my-stage",
        run_dir="run",
        console="http://127.0.0.1:8400/",
        offscreen=False,
        started_utc_s=0.0,
    )
    assert greeting(running, "").splitlines() == [
        "my-stage runs in run",
        "console: http://127.0.0.1:8400/",
        "Ctrl-C ends it",
    ]


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
