"""The command line as a whole: help, examples, exit codes, and how little is imported before it is known what for."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from stage.errors import EXIT_BAD_INPUT
from tests.places import ROOT
from tools.cli import app

HEAVY = ("numpy", "zmq", "pydantic", "msgpack", "moderngl", "cv2", "fastapi", "psutil")


def commands() -> list[tuple[str, ...]]:
    """Every command, as it is called."""
    return list(_commands_of(app, ()))


def _commands_of(group: typer.Typer, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield (*before, name)
    for sub in group.registered_groups:
        assert sub.typer_instance is not None
        yield from _commands_of(sub.typer_instance, (*before, str(sub.name)))


def example_of(command: tuple[str, ...]) -> str:
    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "400"})
    assert shown.exit_code == 0, shown.output
    assert "``" not in shown.output, f"{command}: something in brackets was taken for markup"
    lines = [line.strip(" │") for line in shown.output.splitlines() if line.strip(" │").startswith("Example: ")]
    assert len(lines) == 1, f"{command}: one example, not {lines}"
    return lines[0].removeprefix("Example: ")


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example_that_parses(command: tuple[str, ...]) -> None:
    words = shlex.split(example_of(command))
    assert tuple(words[: len(command) + 1]) == ("openstage", *command)
    helped = CliRunner().invoke(app, [*words[1:], "--help"])
    assert helped.exit_code == 0
    for option in (word for word in words if word.startswith("--")):
        assert option in CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "400"}).output


def test_all_commands_of_the_issue_are_there() -> None:
    assert {command[0] for command in commands()} == {
        *("run", "tell", "look", "lights", "preset", "cue", "show", "scene", "status", "simulate", "osc", "console"),
        *("lint", "schema", "check", "shot", "picture", "chart", "meter", "bench", "lens", "align", "motion", "take"),
        *("alerts", "doctor", "service", "tracker", "moire", "day"),
    }
    benches = {command[1] for command in commands() if command[0] == "bench"}
    assert benches == {
        "alignment",
        "content",
        "farm",
        "take-faults",
        "take-library",
        "prediction",
        "prediction-table",
        "faults",
        "consoles",
        "soak",
        "fuzz",
        "disk",
        "connections",
        "ingest",
        "latency",
        "frame-cpu",
        "drawing",
        "kills",
        "layers",
        "light",
        "lights",
        "picture",
        "start",
        "strangers",
        "timing",
        "switching",
        "takes",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("run", "no-such-stage"), "error: no-such-stage: no such stage. .*two-walls"),
        (("shot", "two-walls", "--scene", "moon"), "error: moon: no such scene. .*courtyard"),
        (("check", "two-walls", "--scene", "moon"), "error: moon: no such scene"),
        (("bench", "switching", "--scene", "moon"), "error: .*moon: no such scene. Give a file"),
        (("run", "two-walls", "--console-port", "99999999"), "--console-port.*65535"),
        (("run", "two-walls", "--seconds", "inf"), "--seconds"),
        (("check", "two-walls", "--pan-error-deg", "nan"), "--pan-error-deg"),
    ],
)
def test_what_a_person_got_wrong_ends_with_2_and_says_what(given: tuple[str, ...], said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tools.cli", *given], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == EXIT_BAD_INPUT, ended.stderr
    assert re.search(said, ended.stderr, re.DOTALL), ended.stderr


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_no_option_takes_a_number_that_is_none(command: tuple[str, ...]) -> None:
    """nan and inf are below and above every bound: an option with both bounds refuses them before anything begins."""
    found: Any = typer.main.get_command(app)
    for name in command:
        found = found.commands[name]
    numbers = [one for one in found.params if "float" in str(one.type_descriptor.annotation)]
    assert [one.opts for one in numbers if one.min is None or one.max is None] == []


def test_an_unknown_option_ends_with_2() -> None:
    assert CliRunner().invoke(app, ["run", "two-walls", "--sidewise"]).exit_code == EXIT_BAD_INPUT


NEEDED_TO_SPAWN = ("stage.manager.child", "stage.manager.table", "stage.manager.run_dir", "stage.files.presets")


@pytest.mark.parametrize(
    ("modules", "heavy"), [(("tools.cli",), HEAVY), (NEEDED_TO_SPAWN, HEAVY[:-1])], ids=["program", "spawning"]
)
def test_nothing_heavy_is_imported_before_a_command_runs_or_a_process_starts(
    modules: tuple[str, ...], heavy: tuple[str, ...]
) -> None:
    code = f"import {', '.join(modules)}, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.output) == (0, f"openstage {project['version']}\n")
