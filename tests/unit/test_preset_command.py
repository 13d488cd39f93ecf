"""`openstage preset`: what is typed becomes a request, and what is refused is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from tools import running
from tools.cli import app

STORM = {"name": "storm", "revision": "abc", "groups": ["sky"], "own": True, "locked": True, "duration_s": 2.0}
PRESETS = [STORM | {"title": "Storm", "problem": ""}]
ROWS = [{"path": "weather.rain", "a": 0.0, "b": 0.5}]
Sent = tuple[str, str, Any, dict[str, str]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    heard: list[Sent] = []

    def send(console: str, method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
        heard.append((method, path, body, headers))
        refused = path.endswith("/rename")
        return {"accepted": not refused, "text": "is locked" if refused else "saved"}

    def ask(console: str, path: str) -> Any:
        return ROWS if "compare" in path else STORM if path.endswith("storm") else PRESETS

    monkeypatch.setattr(running, "console_of", lambda run_dir, base: "http://127.0.0.1:1")
    monkeypatch.setattr(running, "send", send)
    monkeypatch.setattr(running, "ask", ask)
    return heard


@pytest.mark.parametrize(
    ("typed", "request_sent"),
    [
        (["save", "gale", "--title", "Gale"], ("PUT", "/api/presets/gale", {"title": "Gale"}, {"If-Match": "*"})),
        (
            ["save", "gale", "--group", "sky", "--fade", "2"],
            ("PUT", "/api/presets/gale", {"groups": ["sky"], "transition": {"duration_s": 2.0}}, {"If-Match": "*"}),
        ),
        (["save", "storm", "--over"], ("PUT", "/api/presets/storm", {"groups": ["sky"]}, {"If-Match": "abc"})),
        (["lock", "storm"], ("POST", "/api/presets/storm/lock", {"on": True}, {})),
        (["lock", "storm", "--off"], ("POST", "/api/presets/storm/lock", {"on": False}, {})),
        (["order", "a", "b"], ("POST", "/api/presets/order", {"names": ["a", "b"]}, {})),
        (["delete", "../x"], ("DELETE", "/api/presets/..%2Fx", None, {})),
        (["restore", "storm"], ("POST", "/api/presets/storm/restore", {}, {})),
    ],
)
def test_what_is_typed_is_sent(sent: list[Sent], typed: list[str], request_sent: Sent) -> None:
    result = CliRunner().invoke(app, ["preset", *typed])
    assert (result.exit_code, sent) == (0, [request_sent])


def test_a_refusal_ends_with_one_and_says_why(sent: list[Sent]) -> None:
    result = CliRunner().invoke(app, ["preset", "rename", "storm", "gale"])
    assert (result.exit_code, "is locked" in result.output) == (1, True)


def test_lists_and_comparisons_are_printed(sent: list[Sent]) -> None:
    assert "own locked" in CliRunner().invoke(app, ["preset", "list"]).output
    assert json.loads(CliRunner().invoke(app, ["preset", "list", "--json"]).output) == PRESETS
    assert "weather.rain" in CliRunner().invoke(app, ["preset", "compare", "storm"]).output
    assert json.loads(CliRunner().invoke(app, ["preset", "compare", "storm", "--json"]).output) == ROWS
