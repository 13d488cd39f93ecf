"""The Stage page finds a tracker: what arrives, the moves that give its axes, and the block in the stage file."""

from __future__ import annotations

import re
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Browser, Page, expect

from stage.files.loading import load_stage
from tests.e2e.test_look_page import Running, browser, stage
from tests.e2e.test_stage_page import opened
from tests.unit.tracking.listening.test_listening import ENDS, device, made

__all__ = ["browser", "stage"]

AXES = ["+y", "-x", "+z"]


class Tracker:
    """A device that stands still until a move is made with it; its axes are its own and it pans the other way."""

    def __init__(self, port: int) -> None:
        self._moves = made(device("freed", axes=AXES, pan_sign=-1))
        self._kept = self._moves["right"][0][1]
        self._port, self._ended, self._lock = port, False, threading.Lock()
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def move(self, name: str) -> None:
        """Make a move, from rest to rest, and wait until it is made."""
        for _, data in self._moves[name]:
            with self._lock:
                self._kept = data
            time.sleep(0.05)

    def close(self) -> None:
        self._ended = True
        self._thread.join()

    def _send(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as to:
            while not self._ended:
                with self._lock:
                    data = self._kept
                to.sendto(data, ("127.0.0.1", self._port))
                time.sleep(0.02)


@contextmanager
def tracker() -> Iterator[tuple[Tracker, int]]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with closing(Tracker(port)) as sending:
        yield sending, port


def find(page: Page, port: int) -> None:
    page.get_by_role("button", name="Find a tracker").tap()
    page.get_by_label("Port", exact=True).fill(str(port))
    page.locator("form.setup-touch button[type=submit]").tap()


def test_a_tracker_is_heard_moved_and_saved(browser: Browser, stage: Running) -> None:
    with opened(browser, stage, "stage") as page, tracker() as (sending, port):
        find(page, port)
        row = page.locator('[data-stream="freed 2"]')
        expect(row).to_contain_text(re.compile(r"freed id 2 from 127\.0\.0\.1: [45]\d\.\d\d packets/s"))
        expect(page.locator(".heard-block")).to_contain_text(f"port = {port}")
        page.get_by_role("button", name="Ask for the moves").tap()
        for name in ENDS:
            expect(page.locator('.heard-moves [aria-current="step"]')).to_have_text(name)
            sending.move(name)
            page.get_by_role("button", name="Made", exact=True).tap()
        block = page.locator(".heard-block")
        expect(block).to_contain_text('axes = ["+y", "-x", "+z"]')
        expect(block).to_contain_text("pan_sign = -1")
        page.get_by_label("Name", exact=True).fill("crane")
        page.get_by_label("Name", exact=True).press("Tab")
        expect(block).to_contain_text('name = "crane"')
        page.get_by_label("Moves camera").select_option("a")
        page.get_by_role("button", name="Save into the stage file").tap()
        expect(page.locator("dialog")).to_contain_text("the source is new, moves camera a")
    path = next(file for file in (stage.run_dir.parent).glob("*.toml") if "before" not in file.name)
    saved = load_stage(path)
    (found,) = [source for source in saved.sources if source.name == "crane"]
    assert (found.port, list(found.axes), found.pan_sign) == (port, AXES, -1)
    assert next(camera for camera in saved.cameras if camera.name == "a").source == "crane"
    assert tomllib.loads(path.read_text())["sources"][-1]["name"] == "crane"


def test_the_stages_own_port_is_heard_as_the_stage_hears_it(browser: Browser, stage: Running) -> None:
    with opened(browser, stage, "stage") as page:
        port = int(page.locator('.patch [data-source="tracker-a"]').inner_text().split("127.0.0.1:")[1].split()[0])
        find(page, port)
        dialog = page.locator("dialog")
        expect(dialog).to_contain_text("as the running stage hears it")
        expect(dialog.locator("[data-stream]")).to_contain_text("freed id")
        expect(dialog).to_contain_text("Save over tracker-a")
        page.get_by_role("button", name="Stop", exact=True).tap()
        expect(dialog).to_contain_text("What arrived at")


def test_a_port_of_another_program_is_told(browser: Browser, stage: Running) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as taken:
        taken.bind(("0.0.0.0", 0))
        with opened(browser, stage, "stage") as page:
            find(page, taken.getsockname()[1])
            expect(page.get_by_role("alert")).to_contain_text("is in use, and not by the stage that runs")
