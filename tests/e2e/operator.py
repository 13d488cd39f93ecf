"""Somebody at the console of a live stage: asks and gives orders over its HTTP API."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.patience import PATIENCE_S
from tools.live.live_stage import LiveStage


class Operator:
    """Somebody at the console's API."""

    def __init__(self, live: LiveStage, folder: Path) -> None:
        self.live, self.folder = live, folder
        address = live.run_dir / "console.json"
        self.until(address.is_file)
        self.url = json.loads(address.read_text())["url"].rstrip("/")
        self.until(lambda: "air/" in self.get("/api/state"))

    def until(self, done: Callable[[], bool]) -> None:
        given_up = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < given_up, "it never came"
            self.live.check()
            time.sleep(0.1)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE_S) as response:
            return json.load(response)

    def tell(self, command: str, **arguments: Any) -> dict[str, Any]:
        return self.post(f"/api/commands/{command}", arguments)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            answer = json.load(error)
        return answer

    def air(self) -> Any:
        return self.get("/api/state")["air/"]
