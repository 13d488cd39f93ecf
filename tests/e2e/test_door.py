"""Signing in as a person does it: the real server, a browser that is not at the stage's machine."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from stage.clock import ManualClock, MonotonicClock
from stage.console.app import build_app
from stage.console.door.access import UNUSED_NS
from stage.console.door.door import Door
from stage.console.door.keys import Keys
from stage.console.door.part import DoorPart
from stage.console.door.wrong_tries import ONE_BACK_NS, TRIES_OF_ONE
from stage.console.health.watch import Watch
from stage.console.link.picture_part import PicturePart
from stage.console.link.plain import plain
from stage.console.link.web_server import Entrance, WebServer, listening_socket, url_of
from stage.messages.commands import OnAir
from stage.messages.frames import Show
from stage.process.edge import Edge
from tests.e2e.patience import PATIENCE_S
from tests.looks import a_look
from tests.unit.stage.console.world import STAGE, a_ground
from tools.dev.build_console import DIST, WEB, build, run_npm
from tools.dev.chromium import chromium

OPERATOR, VIEWER, WRONG = "135790", "246801", "999999"
PULSE_S = 0.2
AIR = OnAir(
    look=a_look(),
    preset="dusk",
    scene="courtyard",
    show=Show(),
    held=False,
    undo_steps=0,
    redo_steps=0,
    fade_until_ns=0,
    changed_by="ann@192.0.2.7",
    since_ns=0,
)


class Served:
    """A console on a network as far as its visitors can tell, with a stage that is only said to be there."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(10**15)
        self.door = Door(self.clock, Keys(OPERATOR, VIEWER, "t" * 24, "u" * 24))
        self._server = WebServer(listening_socket("127.0.0.1", 0), Edge(MonotonicClock().now_ns), Entrance(pins=True))
        self.url = url_of(self._server.bound)
        stands_on = a_ground(folder, self.clock, self.door, self._server.call)
        self.state = stands_on.board
        self._app = build_app(self.state, self.door, (DoorPart(stands_on), PicturePart(stands_on)))
        self._ends = threading.Event()
        self._feeder = threading.Thread(target=self._feed)

    def __enter__(self) -> Served:
        self._server.start(self._app)
        self._feeder.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ends.set()
        self._feeder.join()
        self._server.close()

    def _feed(self) -> None:
        clock = MonotonicClock()
        watch = Watch(STAGE, clock.now_ns())
        self._server.call(self.state.put, {"stage/": plain(STAGE), "air/": plain(AIR)})
        while not self._ends.wait(PULSE_S):
            self._server.call(self.state.put, watch.turn(clock.now_ns()).shown)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    build(WEB, DIST, run_npm)
    with chromium() as found:
        yield found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path) as console:
        yield console


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    page.goto(served.url)
    yield page
    context.close()


def sees(page: Page, selector: str, text: str) -> None:
    expect(page.locator(selector)).to_contain_text(text)


def touch_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).tap()
    page.get_by_role("button", name="Enter").tap()


def is_in(page: Page, badge: str) -> None:
    """The door is gone, the page lives, and the badge says so."""
    expect(page.locator(".door")).to_have_count(0)
    expect(page.locator("main")).not_to_have_class(re.compile("is-old"))
    sees(page, ".badge", badge)


def test_nothing_is_shown_before_a_pin_is(page: Page, tmp_path: Path) -> None:
    sees(page, ".door", "Operator or viewer PIN")
    expect(page.locator("main")).to_have_class(re.compile("is-old"))
    assert page.evaluate("fetch('/api/state').then((answer) => answer.status)") == 401
    assert page.evaluate("document.querySelector('.door').scrollHeight <= window.innerHeight")
    for button in page.locator(".door-keys button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    page.screenshot(path=str(tmp_path / "door.png"))


def test_a_viewer_signs_in_by_touch_and_cannot_act(page: Page, tmp_path: Path) -> None:
    page.locator(".door-name input").fill("Bea")
    touch_pin(page, WRONG)
    sees(page, ".door-problem", "that PIN is not right")
    touch_pin(page, VIEWER)
    is_in(page, "VIEW ONLY")
    sees(page, ".badge", "Bea")
    page.screenshot(path=str(tmp_path / "viewer.png"))
    for button in page.locator(".switch").all():
        expect(button).to_be_disabled()
    refused = page.evaluate("fetch('/api/check', {method: 'DELETE'}).then((answer) => answer.status)")
    assert refused == 403
    assert page.evaluate("document.cookie") == "", "no script sees the session"


def test_an_operator_signs_in_by_keyboard_is_named_and_signs_out(page: Page) -> None:
    page.locator(".door-name input").fill("Ann")
    page.locator(".door-name input").press("Tab")
    page.keyboard.type("1357908")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    is_in(page, "only you here")
    expect(page.locator(".switch").first).to_be_enabled()
    page.locator(".badge").tap()
    sees(page, ".people", "Ann")
    page.locator(".my-name input").fill("Anna")
    page.locator(".my-name button").tap()
    sees(page, ".badge", "Anna")
    page.locator(".badge").tap()
    page.locator(".sign-out").tap()
    sees(page, ".door", "Operator or viewer PIN")


COUNT_CONNECTIONS = """
    window.tried = 0;
    window.WebSocket = class extends WebSocket {
        constructor(...given) { super(...given); window.tried += 1; }
    };
"""


def test_a_session_that_is_over_leads_to_the_door_and_not_to_endless_tries(page: Page, served: Served) -> None:
    page.add_init_script(COUNT_CONNECTIONS)
    page.clock.install()
    page.reload()
    page.locator(".door-name input").fill("Ann")
    touch_pin(page, OPERATOR)
    is_in(page, "only you here")
    tried = page.evaluate("window.tried")
    assert tried >= 2, "its state and its pictures"
    served.clock.advance_ns(UNUSED_NS + 1)
    sees(page, ".door", "Operator or viewer PIN")
    page.clock.run_for(10_000)
    assert page.evaluate("window.tried") == tried
    touch_pin(page, OPERATOR)
    is_in(page, "only you here")
    expect(page.locator(".lost")).to_have_count(0)
    assert page.evaluate("window.tried") == tried + 2


def test_the_address_printed_at_the_start_is_the_operators(page: Page, served: Served) -> None:
    page.goto("about:blank")
    page.goto(f"{served.url}#key={'t' * 24}")
    is_in(page, "only you here")
    assert page.url == served.url, "the key is not left in the address"
    page.reload()
    is_in(page, "only you here")


def test_who_guesses_is_told_to_wait(page: Page, served: Served) -> None:
    for _ in range(TRIES_OF_ONE):
        touch_pin(page, WRONG)
        sees(page, ".door-problem", "that PIN is not right")
    touch_pin(page, OPERATOR)
    sees(page, ".door-problem", "too many wrong tries: wait 60 s")
    served.clock.advance_ns(ONE_BACK_NS)
    touch_pin(page, OPERATOR)
    is_in(page, "only you here")
