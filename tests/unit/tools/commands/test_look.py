"""`openstage look` and `openstage tell`: what is typed becomes a command, and what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stage.errors import InputError, ProcessError
from tools.cli import app
from tools.commands.look import pairs
from tools.live import running

DONE = {"accepted": True, "text": "done", "frame_number": 12}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    heard: list[tuple[str, dict[str, Any]]] = []

    def tell(console: str, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        heard.append((command, arguments))
        return DONE if command != "look.undo" else {"accepted": False, "text": "nothing to undo", "frame_number": None}

    monkeypatch.setattr(running, "console_of", lambda run_dir, base: "http://127.0.0.1:1")
    monkeypatch.setattr(running, "tell", tell)
    return heard


@pytest.mark.parametrize(
    ("typed", "command", "arguments"),
    [
        (["look", "recall", "dusk"], "look.recall", {"preset": "dusk"}),
        (["look", "recall", "dusk", "--fade", "3"], "look.recall", {"preset": "dusk", "transition": {"duration_s": 3}}),
        (
            ["look", "set", "exposure.ev=-1", "sun.source=hand"],
            "look.set",
            {"values": {"exposure.ev": -1, "sun.source": "hand"}, "fade_s": 0},
        ),
        (["look", "redo"], "look.redo", {"fade_s": 0}),
        (["look", "keep", "A"], "look.keep", {"slot": "a"}),
        (["look", "ab"], "look.ab", {"slot": None, "fade_s": 0}),
        (["look", "ab", "b", "--fade", "1.5"], "look.ab", {"slot": "b", "fade_s": 1.5}),
        (["tell", "scene.switch", "scene=desert"], "scene.switch", {"scene": "desert"}),
        (["tell", "show.black", "on=true"], "show.black", {"on": True}),
    ],
)
def test_what_is_typed_becomes_a_command(
    told: list[tuple[str, dict[str, Any]]], typed: list[str], command: str, arguments: dict[str, Any]
) -> None:
    result = CliRunner().invoke(app, typed)
    assert (result.exit_code, told) == (0, [(command, arguments)])
    assert "from frame 12" in result.output


def test_json_is_the_answer(told: list[tuple[str, dict[str, Any]]]) -> None:
    assert json.loads(CliRunner().invoke(app, ["tell", "show.hold", "on=true", "--json"]).output) == DONE


def test_a_refusal_ends_with_one_and_says_why(told: list[tuple[str, dict[str, Any]]]) -> None:
    result = CliRunner().invoke(app, ["look", "undo"])
    assert result.exit_code == 1
    assert "nothing to undo" in result.output


@pytest.mark.parametrize("text", ["exposure.ev", "=3", ""])
def test_what_is_no_pair_is_bad_input(text: str) -> None:
    with pytest.raises(InputError, match="KEY=VALUE"):
        pairs([text])


def test_without_a_stage_it_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="openstage run"):
        running.console_of(tmp_path, tmp_path)


def test_a_console_that_does_not_answer_is_said() -> None:
    with pytest.raises(ProcessError, match="does not answer"):
        running.tell("http://127.0.0.1:9", "look.undo", {})
