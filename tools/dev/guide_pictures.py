"""`python -m tools.dev.guide_pictures`: the pictures of the operator's guide, taken from a running demo
stage in Chromium.

The stage is the real one: two walls, a hand-held camera simulated at the wire, the witness, a cue list. It needs
Playwright and Chromium, like the browser tests.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stage.files.loading import find_stage
from tools.dev.chromium import chromium
from tools.sim.stage_variant import write_variant

OUT = Path(__file__).parents[2] / "stage" / "console" / "web" / "guide"
STAGE = "two-walls"
COARSER = 3
"""LED pitch is multiplied by this: a machine without a graphics card draws walls, witness and browser on the same
cores, and the guide must show a stage that is on time."""
SIZE = {"width": 1280, "height": 800}
QUALITY = 82
READY_S = 120.0
STILLS_MS = 240_000.0
"""Time for the presets' pictures, which are drawn one by one beside the show: every tile must have one."""
SETTLED_S = 30.0
LOOK_S = 4.0
LOWEST = 19
"""The Unix priority (niceness): without a graphics card the browser draws on the cores that the walls need."""
PAGES = ("shoot", "look", "stage", "health")
COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cue.load", {"cue_list": "demo-day"}),
    ("cue.fire", {"step": "next"}),
    ("cue.fire", {"cue": "1B", "fade_s": 0.0}),
)
ROLL: tuple[str, dict[str, Any]] = ("shot.roll", {"slate": "1B"})
"""After the stills: no set is read for them during a take."""


def main() -> None:
    """Run the stage and photograph every page."""
    OUT.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", "tools.dev.build_console"], check=True)
    with running() as url:
        for name, arguments in COMMANDS:
            tell(url, name, arguments)
        os.nice(LOWEST)
        photograph(url)


def photograph(url: str) -> None:
    """Photograph every page, in a browser of lower priority than the stage."""
    with chromium() as browser:
        page = browser.new_page(viewport=SIZE, has_touch=True)  # type: ignore[arg-type]  # a TypedDict of playwright
        page.goto(f"{url}#shoot")
        page.wait_for_selector(".still")
        page.wait_for_selector(".still-none", state="detached", timeout=STILLS_MS)
        tell(url, *ROLL)
        time.sleep(SETTLED_S)
        for name in PAGES:
            page.goto(f"{url}#{name}")
            time.sleep(LOOK_S)
            path = OUT / f"{name}.jpg"
            page.screenshot(path=path, type="jpeg", quality=QUALITY)
            print(f"{path}: {path.stat().st_size // 1024} kB")


@contextmanager
def running() -> Iterator[str]:
    """Run the demo stage; yields its console's address."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        options = ["--offscreen", "--simulate", "handheld", "--witness", "--console-port", "0"]
        stage = write_variant(find_stage(STAGE), Path(folder), coarser=COARSER)
        command = [sys.executable, "-m", "tools.cli", "run", str(stage), *options, "--run-dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            yield ready(Path(folder))
        finally:
            os.kill(process.pid, signal.SIGINT)
            process.wait(timeout=READY_S)


def ready(run_dir: Path) -> str:
    """The console's address, once frames are on the wall."""
    given_up = time.monotonic() + READY_S
    while time.monotonic() < given_up:
        time.sleep(0.5)
        try:
            url = str(json.loads((run_dir / "manager.json").read_text())["console"])
            with urllib.request.urlopen(f"{url}api/state", timeout=2.0) as answer:
                state = json.load(answer)
            if "report/render" in state and "air/" in state:
                return url
        except (OSError, ValueError, KeyError):
            continue
    raise SystemExit("the stage did not start")


def tell(url: str, name: str, arguments: dict[str, Any]) -> None:
    """Give a command."""
    headers = {"Content-Type": "application/json", "X-Operator": "Ann"}
    request = urllib.request.Request(f"{url}api/commands/{name}", json.dumps(arguments).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10.0) as answer:
            print(json.load(answer)["text"])
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{name}: {refused.read().decode()}") from refused


if __name__ == "__main__":
    main()
