"""Who may do what: every route by role and origin, sessions, cookies, wrong tries, what a restart keeps."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import msgpack
import pytest
from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from stage.clock import ManualClock
from stage.console.app import build_app
from stage.console.check.runner import CheckRunner
from stage.console.door.access import LONGEST_NS, MOST_SESSIONS, UNUSED_NS, Need, Role, Sessions, clean_name, need_of
from stage.console.door.api import add_door, who_gives
from stage.console.door.door import OWN_USER, SIGN_IN_CLOSE, Door, Doorkeeper
from stage.console.door.kept import SESSIONS_FILE
from stage.console.door.keys import Keys
from stage.console.door.wrong_tries import (
    ALL_BACK_NS,
    FIRST_BACK_NS,
    FIRST_TRIES,
    MOST_ADDRESSES,
    ONE_BACK_NS,
    TRIES_OF_ALL,
    TRIES_OF_ONE,
    WrongTries,
)
from stage.console.link.ensemble import Ensemble
from stage.console.parts import PARTS
from stage.units import NS_PER_S
from tests.unit.stage.console.world import a_ground, preview

NAME = "stage.lan:8140"
HERE = "127.0.0.1"
TABLET, LAPTOP, STRANGER = "192.168.7.20", "192.168.7.21", "192.168.7.66"
KEYS = Keys("111111", "222222", "operator-token-0123456789", "viewer-token-0123456789")
LOOK, ACT, OPEN = Need.LOOK, Need.ACT, Need.NOTHING

ROUTES: dict[str, Need] = {
    "GET /": OPEN,
    "GET /api/session": OPEN,
    "POST /api/session": OPEN,
    "PUT /api/session": OPEN,
    "DELETE /api/session": OPEN,
    "GET /openapi.json": LOOK,
    "GET /metrics": LOOK,
    "GET /api/health": LOOK,
    "GET /api/alerts": LOOK,
    "GET /api/stage": LOOK,
    "GET /api/state": LOOK,
    "GET /preview/{output}.jpg": LOOK,
    "GET /api/shelf": LOOK,
    "GET /api/commands": LOOK,
    "POST /api/commands/{name}": ACT,
    "GET /api/check": LOOK,
    "POST /api/check": ACT,
    "POST /api/setup/points": ACT,
    "DELETE /api/setup/points": ACT,
    "DELETE /api/setup/points/{number}": ACT,
    "PUT /api/setup/align": ACT,
    "DELETE /api/setup/align": ACT,
    "POST /api/setup/ends": ACT,
    "PUT /api/setup/ends": ACT,
    "POST /api/setup/listen": ACT,
    "PUT /api/setup/listen": ACT,
    "DELETE /api/setup/listen": ACT,
    "PUT /api/setup/source": ACT,
    "DELETE /api/check": ACT,
    "GET /api/check/heat/{wall}.png": LOOK,
    "GET /api/check/{view}.png": LOOK,
    "GET /api/presets": LOOK,
    "GET /api/presets/{name}": LOOK,
    "GET /api/presets/{name}/compare/{other}": LOOK,
    "PUT /api/presets/{name}": ACT,
    "DELETE /api/presets/{name}": ACT,
    "POST /api/presets/{name}/restore": ACT,
    "POST /api/presets/{name}/rename": ACT,
    "POST /api/presets/{name}/lock": ACT,
    "POST /api/presets/{name}/key": ACT,
    "POST /api/presets/{name}/colour": ACT,
    "POST /api/presets/order": ACT,
    "GET /api/takes": LOOK,
    "GET /api/takes/{day}/{name}/{output}.{kind}": LOOK,
    "POST /api/takes/{day}/{name}": ACT,
    "DELETE /api/takes/{day}/{name}": ACT,
    "POST /api/takes/{day}/{name}/restore": ACT,
    "GET /api/shows": LOOK,
    "GET /api/shows/{name}": LOOK,
    "PUT /api/shows/{name}": ACT,
    "POST /api/shows/{name}/cues/{cue}": ACT,
    "POST /api/shows/import": ACT,
    "GET /api/stills/{preset}.jpg": LOOK,
    "POST /api/lights/{fixture}/identify": ACT,
    "POST /api/lights/import": ACT,
    "GET /api/events": LOOK,
    "GET /ws/state": LOOK,
    "WEBSOCKET /ws/state": LOOK,
    "WEBSOCKET /ws/pictures": LOOK,
}
"""Every route, and what it asks for. A route that is not here fails the test: think, then add it."""


class House:
    """A console with all its parts, at a network address unless it is `loopback_only`."""

    def __init__(self, folder: Path, loopback_only: bool = False) -> None:
        self.folder = folder
        self.clock = ManualClock(10**15)
        self.door = self.new_door(loopback_only)
        self.ground = a_ground(folder, self.clock, self.door)
        self.ensemble = Ensemble(PARTS, self.ground)
        self.state = self.ground.board
        self.app = build_app(self.state, self.door, self.ensemble.parts, folder / "no-page")

    def new_door(self, loopback_only: bool = False) -> Door:
        """A door as a console that is started again has it."""
        return Door(self.clock, None if loopback_only else KEYS, self.folder, ("stage.lan",))

    def client(self, address: str, name: str = NAME) -> TestClient:
        """A browser or script at an address."""
        return TestClient(self.app, base_url=f"http://{name}", client=(address, 50000), raise_server_exceptions=False)

    def owner(self, name: str = "127.0.0.1:8140") -> TestClient:
        """The user who runs the stage, through the console's Unix socket."""
        return TestClient(marked(self.app, True), base_url=f"http://{name}", raise_server_exceptions=False)

    def signed_in(self, address: str, pin: str, name: str = "ann") -> TestClient:
        """A browser that has shown a PIN."""
        client = self.client(address)
        assert client.post("/api/session", json={"pin": pin, "name": name}).status_code == 200
        return client


def marked(app: ASGIApp, own: bool) -> ASGIApp:
    """The app as a server calls it that knows whose a connection is."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"] if not own else None
        await app({**scope, "client": client, "state": {OWN_USER: own}}, receive, send)

    return called


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def routes_of(app: FastAPI) -> dict[str, BaseRoute]:
    found: dict[str, BaseRoute] = {}
    for route in app.routes:
        path = str(getattr(route, "path", ""))
        methods = {"WEBSOCKET"} if isinstance(route, WebSocketRoute) else getattr(route, "methods", None) or {"GET"}
        found |= {f"{method} {path}": route for method in methods - {"HEAD"}}
    return found


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", "dusk", path)


def test_every_route_has_a_rule_and_every_rule_a_route(house: House) -> None:
    assert set(routes_of(house.app)) == set(ROUTES)
    for row, need in ROUTES.items():
        method, path = row.split()
        assert need_of("GET" if method == "WEBSOCKET" else method, filled(path)) is need, row


@pytest.mark.parametrize(("method", "path"), [("PATCH", "/api/new"), ("POST", "/"), ("OPTIONS", "/api/state")])
def test_what_nobody_thought_of_needs_an_operator(method: str, path: str) -> None:
    assert need_of(method, path) is Need.ACT


def socket_url(client: TestClient, path: str) -> str:
    """Where a page of this console opens a socket: the test client takes no host from a relative one."""
    return f"ws://{client.base_url.netloc.decode()}{path}"


def asked(client: TestClient, row: str, **headers: str) -> int:
    """The status a request gets; a socket's close code, 101 where it opened."""
    method, path = row.replace("/api/events", "/api/events?most=1").split()
    if method == "WEBSOCKET":
        try:
            with client.websocket_connect(socket_url(client, filled(path)), headers=headers) as socket:
                socket.receive_bytes()
        except WebSocketDisconnect as closed:
            return closed.code
        return 101
    body: dict[str, str] | None = {} if method in ("POST", "PUT") else None
    return client.request(method, filled(path), headers=headers, json=body).status_code


SHUT = {401, 403, 415, 429, SIGN_IN_CLOSE, 1008}


def test_each_role_gets_what_its_role_may(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.state.put({"pulse/": 1})
    house.ensemble.hear([preview("left", 1, (1, 2, 3))], 0)
    house.ensemble.turn(0)
    monkeypatch.setattr(CheckRunner, "start", lambda *given: None)
    clients = [house.client(STRANGER), house.signed_in(TABLET, "222222"), house.signed_in(LAPTOP, "111111")]
    clients.append(house.owner())
    for row, need in ROUTES.items():
        if row.endswith("/api/session") or row == "POST /api/commands/{name}":
            continue
        nobody, viewer, operator, here = (asked(client, row) for client in clients)
        assert (nobody in (401, SIGN_IN_CLOSE)) is (need is not OPEN), row
        assert (viewer == 403) is (need is ACT), row
        assert viewer not in SHUT - {403}, row
        assert {operator, here}.isdisjoint(SHUT), row


def test_commands_are_an_operators(house: House) -> None:
    path = "/api/commands/show.blak"
    assert house.client(STRANGER).post(path, json={}).status_code == 401
    refused = house.signed_in(TABLET, "222222").post(path, json={})
    assert (refused.status_code, refused.json()["accepted"]) == (403, False)
    assert "viewers cannot" in refused.json()["text"]
    assert house.signed_in(LAPTOP, "111111").post(path, json={}).status_code == 422


def test_no_other_sites_page_gets_anything(house: House) -> None:
    for client in (house.signed_in(LAPTOP, "111111"), house.owner()):
        for row in ROUTES:
            assert asked(client, row, origin="http://evil.example") in (403, 1008), row
            assert asked(client, row, host="evil.example") in (403, 1008), row
            if not row.startswith("WEBSOCKET"):
                foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
                assert asked(client, row, **foreign) == 403, row


def test_a_form_of_another_site_cannot_send_what_changes_something(house: House) -> None:
    client = house.owner()
    places = (("POST", "/api/commands/show.blak"), ("PUT", "/api/presets/x"), ("POST", "/api/session"))
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")
    for (method, path), kind in product(places, kinds):
        assert client.request(method, path, content=b"{}", headers={"content-type": kind}).status_code == 415


def test_a_session_is_a_cookie_that_scripts_and_other_sites_never_see(house: House) -> None:
    answer = house.client(TABLET).post("/api/session", json={"pin": "111111", "name": "ann"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("openstage-8140=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "111111" not in str(answer.headers) + answer.text
    assert answer.json() == {"accepted": True, "text": "ann: operator", "name": "ann", "role": "operator"}


def test_signing_out_ends_it(house: House) -> None:
    client = house.signed_in(TABLET, "111111")
    cookies = dict(client.cookies)
    assert client.get("/api/state").status_code == 200
    client.delete("/api/session")
    client.cookies.update(cookies)
    assert client.get("/api/state").status_code == 401


def test_the_user_who_runs_the_stage_is_an_operator_without_a_pin(house: House) -> None:
    here = house.owner()
    assert here.get("/api/session").json() == {
        "name": "operator", "role": "operator", "needs_pin": False, "signed_in": False, "address": HERE,
    }  # fmt: skip
    assert here.post("/api/session", json={"name": " ben\n@home "}).json()["name"] == "benhome"
    assert here.get("/api/session").json()["signed_in"]


@pytest.mark.parametrize("address", [HERE, "::1", "192.168.7.10"])
def test_where_there_are_pins_a_forwarder_on_this_machine_is_a_stranger(house: House, address: str) -> None:
    """As a forwarder's connection comes: from loopback or from the machine's own address, and no header says so."""
    for client in (house.client(address, f"{HERE}:8140"), house.client(address, "192.168.7.10:8140")):
        assert client.get("/api/session").json()["role"] is None
        assert client.post("/api/session", json={"name": "ann"}).status_code == 401
        for row, need in ROUTES.items():
            if need is not OPEN:
                assert asked(client, row) in (401, SIGN_IN_CLOSE), row


def test_who_comes_through_a_proxy_is_not_the_owner(house: House, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    alone = House(tmp_path / "alone", loopback_only=True).client(HERE, "127.0.0.1:8140")
    for here in (house.owner(), alone):
        assert here.get("/api/state").status_code == 200
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            assert here.get("/api/state", headers={header: "203.0.113.5"}).status_code == 401


def test_another_user_of_this_machine_is_told_how_to_get_in(tmp_path: Path) -> None:
    app = marked(House(tmp_path, loopback_only=True).app, own=False)
    other = TestClient(app, base_url="http://127.0.0.1:8140", client=(HERE, 50000))
    refused = other.get("/api/state")
    assert (refused.status_code, "--listen" in refused.json()["text"]) == (401, True)


def test_tokens_are_for_scripts(house: House) -> None:
    script = house.client(TABLET)
    for token, status in (("operator-token-0123456789", 422), ("viewer-token-0123456789", 403), ("wrong", 401)):
        given = {"Authorization": f"Bearer {token}", "X-Operator": "cron"}
        assert script.post("/api/commands/show.blak", json={}, headers=given).status_code == status
    assert script.post("/api/session", json={"token": "viewer-token-0123456789"}).json()["role"] == "viewer"


def test_a_pin_is_no_token(house: House) -> None:
    given = {"Authorization": "Bearer 111111"}
    assert house.client(TABLET).get("/api/state", headers=given).status_code == 401


def guesses(client: TestClient, number: int) -> list[int]:
    return [client.post("/api/session", json={"pin": f"{n:06d}"}).status_code for n in range(number)]


def test_wrong_tries_are_limited_and_nobody_who_is_in_is_locked_out(house: House) -> None:
    inside = house.signed_in(STRANGER, "111111")
    outside = house.client(STRANGER)
    assert guesses(outside, TRIES_OF_ONE + 2) == [401] * TRIES_OF_ONE + [429] * 2
    late = outside.post("/api/session", json={"pin": "111111"})
    assert (late.status_code, int(late.headers["retry-after"])) == (429, 60)
    assert "wait 60 s" in late.json()["text"]
    assert inside.get("/api/state").status_code == 200
    assert house.client(TABLET).post("/api/session", json={"pin": "222222"}).status_code == 200
    house.clock.advance_ns(ONE_BACK_NS)
    assert outside.post("/api/session", json={"pin": "111111"}).status_code == 200
    assert [suspect.address for suspect in house.door.suspects] == [STRANGER]


def test_the_right_pin_gets_in_from_a_device_that_was_in_before_whoever_else_has_its_address(house: House) -> None:
    known = house.signed_in(STRANGER, "111111")
    known.delete("/api/session")
    assert guesses(house.client(STRANGER), TRIES_OF_ONE + 1)[-1] == 429
    assert known.post("/api/session", json={"pin": "111111"}).status_code == 200
    assert guesses(known, TRIES_OF_ONE + 1)[-1] == 429, "its own tries are limited, too"


def test_a_stranger_keeps_no_new_device_and_no_token_out(house: House) -> None:
    for number in range(TRIES_OF_ALL + 5):
        guesses(house.client(f"192.168.9.{number}"), TRIES_OF_ONE)
    assert house.client("192.168.9.0").post("/api/session", json={"pin": "111111"}).status_code == 429
    assert house.client(TABLET).post("/api/session", json={"pin": "111111"}).status_code == 200
    at_the_strangers = house.client("192.168.9.0")
    token = {"token": "operator-token-0123456789"}
    assert at_the_strangers.post("/api/session", json=token).status_code == 200


def test_wrong_tokens_are_counted_apart_and_the_right_one_never_waits(house: House) -> None:
    script = house.client(TABLET)
    wrong = [
        script.get("/api/state", headers={"Authorization": f"Bearer guess-{n}"}).status_code
        for n in range(TRIES_OF_ONE + 1)
    ]
    assert wrong == [401] * TRIES_OF_ONE + [429]
    assert script.post("/api/session", json={"token": "guess"}).status_code == 429
    right = {"Authorization": "Bearer viewer-token-0123456789"}
    assert script.get("/api/state", headers=right).status_code == 200
    assert script.post("/api/session", json={"pin": "222222"}).status_code == 200
    assert [suspect.address for suspect in house.door.suspects] == [TABLET]


def test_a_restart_of_the_console_forgets_no_wrong_try_and_no_device(house: House) -> None:
    known = house.signed_in(LAPTOP, "111111")
    guesses(house.client(STRANGER), TRIES_OF_ONE)
    again = House(house.folder)
    again.clock.advance_ns(house.clock.now_ns() - again.clock.now_ns())
    assert guesses(again.client(STRANGER), 1) == [429]
    assert [suspect.address for suspect in again.door.suspects] == [STRANGER]
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in known.cookies.items())}
    assert again.door.known_device(Headers(headers | {"host": NAME})) is not None


def test_after_other_pins_no_device_is_known(house: House) -> None:
    client = house.signed_in(LAPTOP, "111111")
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()), "host": NAME}
    assert house.door.known_device(Headers(headers)) is not None
    house.door.take_keys(Keys("333333", "444444", "t" * 20, "u" * 20))
    assert house.door.known_device(Headers(headers)) is None


def test_a_thousand_addresses_are_little_better_than_one() -> None:
    """Each has a first try, up to a limit; all further ones come out of one purse."""
    tries = WrongTries()
    made = 0
    for _ in range(3):
        for number in range(1000):
            address = f"10.0.{number // 250}.{number % 250}"
            if tries.wait_ns(address, 0) == 0:
                tries.wrong(address, 0)
                made += 1
    assert made == FIRST_TRIES + TRIES_OF_ALL
    assert tries.wait_ns("10.0.0.1", ALL_BACK_NS - 1) == 1
    assert tries.wait_ns("10.0.0.1", ALL_BACK_NS) == 0
    assert tries.wait_ns("10.9.9.9", FIRST_BACK_NS) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8::1", "2001:db8::ffff:2"), ("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::2")],
)
def test_addresses_of_one_machine_count_as_one(one: str, other: str) -> None:
    tries = WrongTries()
    for _ in range(TRIES_OF_ONE):
        tries.wrong(one, 0)
    assert tries.wait_ns(other, 0) == ONE_BACK_NS


def test_addresses_are_forgotten() -> None:
    tries = WrongTries()
    for number in range(MOST_ADDRESSES + 50):
        tries.wrong(f"10.1.{number // 250}.{number % 250}", number)
    assert len(tries._of) <= MOST_ADDRESSES
    tries.wrong("10.9.9.9", 10**18)
    assert len(tries._of) == 1


def test_a_session_ends_when_nobody_uses_it_or_after_a_week() -> None:
    sessions = Sessions()
    token = sessions.begin("ann", Role.OPERATOR, TABLET, 0)
    assert sessions.visitor(token, TABLET, UNUSED_NS) is not None
    assert sessions.visitor(token, TABLET, 2 * UNUSED_NS + 1) is None
    token = sessions.begin("ann", Role.OPERATOR, TABLET, 0)
    for now_ns in range(0, LONGEST_NS + 1, UNUSED_NS):
        assert sessions.visitor(token, TABLET, now_ns) is not None
    assert sessions.visitor(token, TABLET, LONGEST_NS + 1) is None


def test_sessions_are_bounded_and_random() -> None:
    sessions = Sessions()
    tokens = [sessions.begin("a", Role.VIEWER, TABLET, number) for number in range(MOST_SESSIONS + 3)]
    assert len(set(tokens)) == len(tokens)
    assert min(map(len, tokens)) >= 43
    assert len(sessions.kept()) == MOST_SESSIONS
    assert sessions.visitor(tokens[0], TABLET, 9) is None
    assert sessions.visitor(tokens[-1], TABLET, 9) is not None


def test_a_console_that_is_started_again_knows_who_was_in(house: House) -> None:
    client = house.signed_in(TABLET, "222222", "bea")
    kept = house.folder / SESSIONS_FILE
    assert kept.stat().st_mode & 0o777 == 0o600
    token = client.cookies["openstage-8140"]
    assert token.encode() not in kept.read_bytes()
    visitor = house.new_door().sessions.visitor(token, TABLET, house.clock.now_ns())
    assert visitor is not None
    assert (visitor.name, visitor.role, visitor.who) == ("bea", Role.VIEWER, f"bea@{TABLET}")


BROKEN_SESSIONS: dict[str, object] = {"sessions": {"a": {}}}


@pytest.mark.parametrize(
    "kept",
    [b"", b"\xc1", msgpack.packb(["other", {}]), msgpack.packb([KEYS.mark, BROKEN_SESSIONS]), msgpack.packb(7)],
)
def test_what_was_kept_and_cannot_be_read_lets_nobody_in(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / SESSIONS_FILE).write_bytes(kept)
    assert Door(ManualClock(), KEYS, tmp_path).sessions.kept() == {}


def test_other_pins_put_everybody_out(house: House) -> None:
    client = house.signed_in(TABLET, "111111")
    house.state.put({"pulse/": 1})
    with client.websocket_connect(socket_url(client, "/ws/state")) as socket:
        socket.receive_bytes()
        socket.send_text("1")
        house.door.take_keys(Keys("333333", "444444", "t" * 20, "u" * 20))
        socket.portal.call(house.state.put, {"pulse/": 2})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == SIGN_IN_CLOSE
    assert client.get("/api/state").status_code == 401
    assert client.post("/api/session", json={"pin": "333333"}).status_code == 200


def test_an_open_page_is_closed_when_its_session_is_over_and_kept_while_it_is_used(house: House) -> None:
    client = house.signed_in(TABLET, "222222")
    with client.websocket_connect(socket_url(client, "/ws/state")) as socket:
        assert msgpack.unpackb(socket.receive_bytes())[:2] == [1, True]
        for number in range(2, 5):
            socket.send_text(str(number - 1))
            house.clock.advance_ns(UNUSED_NS - NS_PER_S)
            socket.portal.call(house.state.put, {"pulse/": number})
            assert msgpack.unpackb(socket.receive_bytes())[2] == {"pulse/": number}
        house.clock.advance_ns(UNUSED_NS + NS_PER_S)
        socket.portal.call(house.state.put, {"pulse/": 9})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == SIGN_IN_CLOSE


def test_everybody_sees_who_is_here(house: House) -> None:
    told: list[list[tuple[str, str, str | None]]] = []
    house.door.told = lambda people: told.append([(p.name, p.role, p.page) for p in people.people])
    client = house.signed_in(TABLET, "111111", "ann")
    with client.websocket_connect(socket_url(client, "/ws/state")) as socket:
        socket.receive_bytes()
        assert client.put("/api/session", json={"page": "look", "name": "anna"}).status_code == 200
        here = house.owner()
        with here.websocket_connect(socket_url(here, "/ws/state")) as other:
            other.receive_bytes()
    assert told == [
        [("ann", "operator", None)],
        [("anna", "operator", "look")],
        [("anna", "operator", "look"), ("operator", "operator", None)],
        [("anna", "operator", "look")],
        [],
    ]


def test_what_is_no_sign_in_is_said(house: House) -> None:
    client, json = house.client(TABLET), {"content-type": "application/json"}
    for body in (b"[]", b"{", b'{"pin": 1}', b'{"pin": "1", "role": "operator"}', b"x" * 4000, b"[" * 4000):
        assert client.post("/api/session", content=body, headers=json).status_code == 422, body[:20]
    assert client.post("/api/session", content=b"x" * 5000, headers=json).status_code == 413


@pytest.mark.parametrize(
    ("given", "name"), [(" Ann  Lee ", "Ann Lee"), ("a\nb@c", "abc"), ("", "x"), ("\x00", "x"), ("é" * 99, "é" * 40)]
)
def test_names_are_one_line(given: str, name: str) -> None:
    assert clean_name(given, "x") == name


def test_broken_cookies_open_nothing(house: House) -> None:
    client = house.client(TABLET)
    for cookie in (b"openstage-8140=", b"openstage-8140=\x80", b"a=b; ;;=", b"openstage-9=" + b"x" * 50):
        assert client.get("/api/state", headers={b"cookie": cookie}).status_code == 401, cookie


def test_commands_carry_the_sessions_name(tmp_path: Path) -> None:
    app, door = FastAPI(), Door(ManualClock(), KEYS)

    @app.get("/api/who")
    def who(request: Request) -> str:
        return who_gives(request)

    add_door(app, door)
    app.add_middleware(Doorkeeper, door=door)
    tablet = TestClient(app, base_url=f"http://{NAME}", client=(TABLET, 50000))
    tablet.post("/api/session", json={"pin": "111111", "name": "ann"})
    assert tablet.get("/api/who", headers={"X-Operator": "somebody else"}).json() == f"ann@{TABLET}"
    here = TestClient(marked(app, own=True), base_url="http://127.0.0.1:8140")
    assert here.get("/api/who", headers={"X-Operator": "command line"}).json() == f"command line@{HERE}"
