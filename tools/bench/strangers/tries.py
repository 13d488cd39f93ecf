"""The tries of each kind of stranger at one running stage. Each yields, per try, whether it was refused."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stage.bus.slot import IN_MEMORY, slot_path
from stage.console.door.keys import Keys
from stage.osc.wire import datagram_of
from tools.bench.strangers.visit import Way

SHUT = (401, 403, 415, 429)
NOBODY = 65_534
"""The user id of nobody, by convention."""
GUESSES = 30
TOPIC = "TOPIC"
"""Stands for a topic in the names of this stage's shared memory."""
READS = ("/api/state", "/api/health", "/api/stage", "/api/shelf", "/api/presets", "/api/shows", "/openapi.json")
PAGES = ("/ws/state", "/ws/pictures")
ORDER = "/api/commands/show.black"
BLACK = {"black": True}
PROXIES = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of a running stage. `front`: the network's; `forwarded`: the same through a forwarder on this machine;
    `own`: the owner's socket. `ports`: UDP, by role."""

    front: Way
    forwarded: Way
    own: Way
    keys: Keys
    run_dir: Path
    ports: dict[str, int]


Tries = Iterator[bool]


def nobody(way: Way) -> Tries:
    """Who has shown nothing."""
    for path in READS:
        yield way.ask("GET", path).status in SHUT
    for path in PAGES:
        yield not way.opens_page(path)
    yield way.ask("POST", ORDER, BLACK).status in SHUT
    yield way.ask("POST", "/api/session", {"name": "me"}).status in SHUT


def stranger(doors: Doors) -> Tries:
    """At the console's address, without a PIN."""
    yield from nobody(doors.front)


def forwarder(doors: Doors) -> Tries:
    """Through a forwarder on the stage's machine: it comes from loopback, and nothing says that it was forwarded."""
    yield from nobody(doors.forwarded)


def own_socket_through_a_proxy(doors: Doors) -> Tries:
    """Through a proxy that was put in front of the owner's own socket and says for whom it asks."""
    for header in PROXIES:
        yield doors.own.ask("GET", "/api/state", headers={header: "203.0.113.5"}).status in SHUT
        yield doors.own.ask("POST", ORDER, BLACK, {header: "203.0.113.5"}).status in SHUT


def foreign_host(doors: Doors) -> Tries:
    """A name that somebody made to point here; with the operator's own session."""
    cookie = signed_in(doors, token=doors.keys.operator_token)
    for name in ("evil.example", f"{doors.front.host}.evil.example", "", "localhost.evil.example:80"):
        yield doors.front.ask("GET", "/api/state", headers={"Host": name, "Cookie": cookie}).status in SHUT
        yield doors.front.ask("POST", ORDER, BLACK, {"Host": name, "Cookie": cookie}).status in SHUT


def foreign_origin(doors: Doors) -> Tries:
    """A page of another site in the operator's browser, which sends the operator's session along."""
    cookie = signed_in(doors, token=doors.keys.operator_token)
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        given = {"Origin": origin, "Cookie": cookie}
        yield doors.front.ask("POST", ORDER, BLACK, given).status in SHUT
        yield not doors.front.opens_page("/ws/state", given)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        given = {"Content-Type": kind, "Cookie": cookie}
        yield doors.front.ask("POST", ORDER, json.dumps(BLACK).encode(), given).status in SHUT
    sites = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Cookie": cookie}
    yield doors.front.ask("GET", "/api/state", headers=sites).status in SHUT


def wrong_pin(doors: Doors) -> Tries:
    """Who guesses; and the right PIN from a device that was in before still gets in."""
    cookie = signed_in(doors, pin=doors.keys.operator_pin)
    for number in range(GUESSES):
        yield doors.front.ask("POST", "/api/session", {"pin": f"{number:06d}"}).status in SHUT
        yield doors.front.ask("GET", "/api/state", headers={"Authorization": f"Bearer guess-{number}"}).status in SHUT
    again = doors.front.ask("POST", "/api/session", {"pin": doors.keys.operator_pin}, {"Cookie": cookie})
    yield again.status == 200
    yield doors.front.ask("POST", "/api/session", {"token": doors.keys.operator_token}).status == 200


def viewer(doors: Doors) -> Tries:
    """A viewer at every route that changes something."""
    cookie = signed_in(doors, token=doors.keys.viewer_token)
    described = json.loads(doors.front.ask("GET", "/openapi.json", headers={"Cookie": cookie}).body)
    for path, methods in described["paths"].items():
        for method in methods:
            if method in ("post", "put", "delete") and path != "/api/session":
                filled = path.replace("{", "").replace("}", "")
                yield doors.front.ask(method.upper(), filled, {}, {"Cookie": cookie}).status in SHUT


def replay(doors: Doors) -> Tries:
    """Whoever sends again what was once good: a session that was signed out of, at the console and beside it."""
    cookie = signed_in(doors, token=doors.keys.operator_token)
    doors.front.ask("DELETE", "/api/session", headers={"Cookie": cookie})
    for way in (doors.front, doors.forwarded):
        yield way.ask("GET", "/api/state", headers={"Cookie": cookie}).status in SHUT
        yield way.ask("POST", ORDER, BLACK, {"Cookie": cookie}).status in SHUT
        yield not way.opens_page("/ws/state", {"Cookie": cookie})


def no_tls(doors: Doors) -> Tries:
    """Plain HTTP at the door with TLS: nothing can be read along."""
    bare = Way(doors.front.place, False, doors.front.host)
    yield bare.ask("GET", "/api/session").status == 0
    yield bare.ask("POST", "/api/session", {"pin": doors.keys.operator_pin}).status == 0


def datagrams(doors: Doors) -> Tries:
    """Remote control and tracking from an address that the stage file does not allow. That none was taken is for the
    counts to say."""
    order = datagram_of("/stage/blackout", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for port in doors.ports.values():
            for _ in range(GUESSES):
                sender.sendto(order, ("127.0.0.1", port))
    yield not on_air(doors)["show"]["black"]


def other_user(doors: Doors) -> Tries:
    """Another user of this machine: files, sockets, shared memory."""
    files = [path for path in doors.run_dir.rglob("*") if not stat.S_ISSOCK(path.stat().st_mode) and path.is_file()]
    sockets = [path for path in doors.run_dir.rglob("*") if stat.S_ISSOCK(path.stat().st_mode)]
    mine = slot_path(doors.run_dir, TOPIC).name.partition(TOPIC)[0]
    memory = list(IN_MEMORY.glob(f"{mine}*")) if IN_MEMORY.is_dir() else []
    asked: list[Callable[[], Any]] = [partial(os.listdir, doors.run_dir)]
    asked += [partial(Path.read_bytes, path) for path in (*files, *memory)]
    asked += [partial(os.truncate, path, 0) for path in memory]
    asked += [partial(_connected, path) for path in sockets]
    yield from (as_nobody(each) for each in asked)


def signed_in(doors: Doors, **key: str) -> str:
    """The cookies of somebody who has shown a PIN or a token."""
    return doors.front.ask("POST", "/api/session", {**key, "name": "ann"}).cookie


def on_air(doors: Doors) -> Any:
    """What the stage shows."""
    return json.loads(doors.own.ask("GET", "/api/state").body)["air/"]


def _connected(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as near:
        near.connect(str(path))


def as_nobody(do: Callable[[], Any]) -> bool:
    """Whether it is refused to another user: a child process becomes them first. Only root can try."""
    child = os.fork()
    if child == 0:
        refused = False
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            do()
        except (PermissionError, FileNotFoundError):  # a file of a moment, gone meanwhile, is nobody's
            refused = True
        finally:
            os._exit(0 if refused else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


TRIES: tuple[tuple[str, str, Callable[[Doors], Tries]], ...] = (
    ("stranger without a PIN", "console", stranger),
    ("forwarder on this machine", "console", forwarder),
    ("proxy at the own socket", "console", own_socket_through_a_proxy),
    ("foreign Host", "console", foreign_host),
    ("foreign Origin, foreign form", "console", foreign_origin),
    ("wrong PIN, wrong token", "console", wrong_pin),
    ("viewer", "console", viewer),
    ("replay of an ended session", "console", replay),
    ("plain HTTP at TLS", "console", no_tls),
    ("others' datagrams: OSC", "osc", datagrams),
    ("others' datagrams: tracking", "tracking", datagrams),
)
"""What is tried, the process that has to count it, and the tries."""
