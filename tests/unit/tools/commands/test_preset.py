"""`openstage preset`: what is typed becomes a request, and what is refused is said."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stage.clock import ManualClock
from stage.errors import ProcessError
from stage.units import NS_PER_S
from tools.cli import app
from tools.live import running

STORM = {"name": "storm", "revision": "abc", "groups": ["sky"], "own": True, "locked": True, "duration_s": 2.0}
PRESETS = [STORM | {"title": "Storm", "problem": ""}]
ROWS = [{"path": "weather.wind_mps", "unit": "m/s", "a": 0.0, "b": 0.5}]
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
    shown = CliRunner().invoke(app, ["preset", "compare", "storm"]).output
    assert shown.split() == ["weather.wind_mps", "0", "0.5", "m/s"]
    assert json.loads(CliRunner().invoke(app, ["preset", "compare", "storm", "--json"]).output) == ROWS


class Slow(BaseHTTPRequestHandler):
    """A console: `slow` is drawn at the third time of asking, `never` never, anything else cannot be drawn."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = 422, b'{"text": "set.toml: no TOML"}'
        if "never" in self.path or ("slow" in self.path and len(self.asked) < 3):
            status, body = 202, b"{}"
        elif "slow" in self.path:
            status, body = 200, b"jpeg"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def console() -> Iterator[str]:
    Slow.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_picture_is_waited_for_but_not_forever(console: str) -> None:
    clock = ManualClock()
    assert running.picture(console, "/slow.jpg", clock) == b"jpeg"
    assert clock.now_ns() == 2 * NS_PER_S
    assert running.picture(console, "/broken.jpg", clock) == "set.toml: no TOML"
    with pytest.raises(ProcessError, match="was not drawn in 120 s"):
        running.picture(console, "/never.jpg", clock)


def test_a_picture_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def picture(console: str, path: str, clock: object) -> bytes | str:
        asked.append(path)
        return b"jpeg" if "dusk" in path else "there is no preset"

    monkeypatch.setattr(running, "console_of", lambda run_dir, base: "http://127.0.0.1:1")
    monkeypatch.setattr(running, "picture", picture)
    out = tmp_path / "dusk.jpg"
    typed = ["preset", "picture", "dusk", "--out", str(out), "--scene", "desert", "--width", "160"]
    assert CliRunner().invoke(app, typed).exit_code == 0
    assert (out.read_bytes(), asked) == (b"jpeg", ["/api/stills/dusk.jpg?width=160&scene=desert"])
    refused = CliRunner().invoke(app, ["preset", "picture", "x", "--out", str(out)])
    assert (refused.exit_code, "no preset" in refused.output) == (1, True)
    nowhere = CliRunner().invoke(app, ["preset", "picture", "dusk", "--out", str(tmp_path / "no" / "x.jpg")])
    assert nowhere.exit_code != 0
