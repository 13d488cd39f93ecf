"""`openstage bench fuzz`: damaged and hostile datagrams and requests at every port of a running stage.

Each one is a message that was once right (what the simulators, python-osc and browsers send) with bytes changed, cut,
repeated, joined to another, or random bytes altogether. Nothing may end a process, and the walls' lateness is compared
with the same stage's in the same run while the same messages are made and sent to nobody: what the sender itself takes
of this machine is no matter of the stage.
"""

from __future__ import annotations

import random
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from threading import Thread

import tomlkit
from pythonosc.osc_message_builder import OscMessageBuilder

from stage.files.loading import load_stage
from stage.manager.run_dir import running_stage
from stage.units import NS_PER_MS, NS_PER_S
from tools.bench.survival.running import RunningShow, running_show
from tools.live.free_port import free_port
from tools.sim.stage_variant import write_variant

BATCH_NS = NS_PER_S // 50
ASIDE_S = 20.0
"""For about so long messages go to nobody, for comparison: half of it before, half after."""
MOST_LATER = 1.5
"""The walls' lateness at most, median and p99, as a multiple of the comparison's; below `LATE_FLOOR_MS` none counts."""
LATE_FLOOR_MS = 1.0
LONGEST = 60_000
LISTEN_EVERY = 200
"""Messages, at most, between two looks at what the bus says."""
REQUEST_SHARE = 0.1
"""Of all messages: requests to the console. The others are datagrams."""
ANSWER_S = 5.0
EXTREME = (0, 1, 0x7F, 0x80, 0xFF)
OSC_WORDS = (
    *("/stage/look/ev", "/stage/preset/recall", "/stage/ping", "/stage/subscribe"),
    *("/stage/*/{a,b}", "/stage/black"),
)
Ports = dict[str, tuple[int, Callable[[random.Random], bytes]]]
"""Every port of datagrams, and what is sent there when it is right."""
OscValue = str | bytes | bool | int | float | None
OSC_VALUES: tuple[OscValue, ...] = (1, 0.5, "dusk", True, b"\x00\xff", 1e308, -1, "x" * 300, "../../etc/passwd", None)
TEXTS = (
    *('{"values": {"exposure.ev": 0.1}}', '{"preset": "dusk"}', '{"scene": "boxes"}', '{"on": true}'),
    *("[[[[1]]]]", "NaN"),
)
PATHS = ("api/commands/look.set", "api/commands/look.recall", "api/commands/scene.switch", "api/presets/x", "api/state")


@dataclass(frozen=True, slots=True)
class _Flood:
    """How many messages, and how many a second."""

    count: int
    rate_hz: int


@dataclass(slots=True)
class Told:
    """What was sent where, and what the console answered."""

    sent: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)


class Fuzzer:
    """Makes messages; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def datagram(self, valid: Callable[[random.Random], bytes]) -> bytes:
        """One message: damaged at least once. Right ones are orders and poses, which are carried out: what they cost
        the walls is no matter of what is refused."""
        chance = self._random.random()
        if chance < 0.1:
            return self._random.randbytes(self._random.choice((0, 1, 4, 29, 100, 1400, LONGEST)))
        message = bytearray(valid(self._random))
        for _ in range(self._random.choice((1, 1, 2, 8))):
            message = self._damaged(message)
        return bytes(message[:LONGEST])

    def _damaged(self, message: bytearray) -> bytearray:
        if not message:
            return message
        at = self._random.randrange(len(message))
        match self._random.randrange(5):
            case 0:
                message[at] ^= 1 << self._random.randrange(8)
            case 1:
                message[at] = self._random.choice(EXTREME)
            case 2:
                del message[at:]
            case 3:
                message = message + message[at:] * self._random.choice((1, 3, 100))
            case _:
                message[at:at] = self._random.randbytes(4)
        return message[:LONGEST]

    def request(self) -> bytes:
        """A request to the console, of which anything may be wrong."""
        body = self.datagram(lambda r: r.choice(TEXTS).encode())[:4000]
        method, path = self._random.choice(("POST", "PUT", "GET", "DELETE")), self._random.choice(PATHS)
        head = f"{method} /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        raw = head.encode()
        return (bytes(self._damaged(bytearray(raw))) if self._random.random() < 0.3 else raw) + body


def freed_datagram(chance: random.Random) -> bytes:
    """A FreeD D1 packet of some pose, its checksum right."""
    body = bytes([0xD1, chance.randrange(4), *chance.randbytes(26)])
    return bytes([*body, (0x40 - sum(body)) % 256])


def osc_datagram(chance: random.Random) -> bytes:
    """An OSC message to this stage."""
    builder = OscMessageBuilder(chance.choice(OSC_WORDS))
    for value in chance.choices(OSC_VALUES, k=chance.randrange(3)):
        builder.add_arg(value, OscMessageBuilder.ARG_TYPE_DOUBLE if isinstance(value, float) else None)
    return bytes(builder.build().dgram)


def fuzz_figures(stage: Path, count: int, seed: int, rate_hz: int) -> dict[str, object]:
    """Processes that ended, answers of the console, and the walls' lateness with and without. Raises ProcessError."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        variant = _with_osc(write_variant(stage, Path(folder) / "stage", scene="boxes"))
        with running_show(variant, Path(folder) / "run", "--simulate", "handheld", settled_ns=NS_PER_S) as show:
            ports = _ports(variant)
            before, flood = _pids(show), _Flood(count, rate_hz)
            aside = _Flood(min(count, round(rate_hz * ASIDE_S / 2)), rate_hz)
            with _nobody(ports) as (dead_ports, dead_console):
                first = _late_ms(show, lambda: _send(show, dead_ports, dead_console, Fuzzer(seed), aside))
                told = Told()
                loud = _late_ms(show, lambda: _send(show, ports, _console(show), Fuzzer(seed), flood, told))
                last = _late_ms(show, lambda: _send(show, dead_ports, dead_console, Fuzzer(seed), aside))
            show.listen_for(2 * NS_PER_S)
            ended = sorted(role for role, pid in _pids(show).items() if before.get(role) != pid)
            refused = show.order("look.set", {"values": {"exposure.ev": 0.0}, "fade_s": 0.0}) is not True
    quiet, fuzzed = _lateness([*first, *last]), _lateness(loud)
    ratio = {name: max(fuzzed[name], LATE_FLOOR_MS) / max(quiet[name], LATE_FLOOR_MS) for name in ("p50", "p99")}
    return {
        "sent": dict(told.sent),
        "answers_of_the_console": dict(sorted(told.answers.items())),
        "wall_lateness_sent_to_nobody_ms": quiet,
        "wall_lateness_fuzzed_ms": fuzzed,
        "wall_lateness_ratio": ratio | {"limit": MOST_LATER},
        "processes_ended": ended,
        "operator_is_heard_afterwards": not refused,
        "good": not ended and not refused and max(ratio.values()) <= MOST_LATER,
    }


def _with_osc(stage: Path) -> Path:
    document = tomlkit.parse(stage.read_text(encoding="utf-8"))
    document["osc"] = {"host": "127.0.0.1", "port": free_port(socket.SOCK_DGRAM)}
    stage.write_text(tomlkit.dumps(document), encoding="utf-8")
    return stage


def _ports(stage: Path) -> Ports:
    """Every port of datagrams, and what is sent there when it is right."""
    loaded = load_stage(stage)
    ports: Ports = {f"source {source.name}": (source.port, freed_datagram) for source in loaded.sources}
    if loaded.osc is not None:
        ports["osc"] = (loaded.osc.port, osc_datagram)
    return ports


def _console(show: RunningShow) -> int:
    running = running_stage(show.run_dir)
    return int(running.console.rstrip("/").rpartition(":")[2]) if running else 0


@contextmanager
def _nobody(ports: Ports) -> Iterator[tuple[Ports, int]]:
    """Ports like these that belong to nobody of the stage, and one where a request is answered without being read."""
    with ExitStack() as stack:
        dead: Ports = {}
        for name, (_, valid) in ports.items():
            ear = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            ear.bind(("127.0.0.1", 0))
            dead[name] = ear.getsockname()[1], valid
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        stack.callback(door.shutdown, socket.SHUT_RDWR)
        Thread(target=_turn_away, args=(door,), daemon=True).start()
        yield dead, door.getsockname()[1]


def _turn_away(door: socket.socket) -> None:
    """Answer every request at once, until the door is closed."""
    with suppress(OSError):
        while True:
            line, _ = door.accept()
            with line, suppress(OSError):
                line.sendall(b"HTTP/1.1 400 no\r\n\r\n")
                line.shutdown(socket.SHUT_WR)
                while line.recv(LONGEST):
                    pass


def _send(
    show: RunningShow, ports: Ports, console: int, fuzzer: Fuzzer, flood: _Flood, told: Told | None = None
) -> None:
    told = told or Told()
    requests = round(flood.count * REQUEST_SHARE)
    turns = _turns(tuple(ports), flood.count - requests, requests)
    started_ns, number = show.clock.now_ns(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        for where in turns:
            if where == "console":
                told.answers[_answer(console, fuzzer.request())] += 1
            else:
                port, valid = ports[where]
                with suppress(OSError):
                    mouth.sendto(fuzzer.datagram(valid), ("127.0.0.1", port))
            told.sent[where] += 1
            number += 1
            due_ns = started_ns + number * NS_PER_S // flood.rate_hz
            if due_ns > show.clock.now_ns() + BATCH_NS or number % LISTEN_EVERY == 0:
                show.listen(max(0, due_ns - show.clock.now_ns()))


def _turns(ports: tuple[str, ...], datagrams: int, requests: int) -> Iterator[str]:
    """Where each message goes: the ports in turn, requests evenly among them."""
    every = max(1, datagrams // max(1, requests))
    for number in range(datagrams):
        yield ports[number % len(ports)]
        if number % every == 0:
            yield "console"


def _answer(port: int, request: bytes) -> str:
    """The status of the console's answer to a request."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            return line.recv(64)[9:12].decode("ascii", "replace") or "closed"
    except OSError as error:
        return type(error).__name__


def _pids(show: RunningShow) -> dict[str, int]:
    return {role: state.pid for role, state in show.heard.states.items()}


def _late_ms(show: RunningShow, work: Callable[[], object]) -> list[float]:
    """How late each of the walls' frames was while the work was done, in milliseconds."""
    show.listen()
    show.heard.late_ns.clear()
    work()
    return [late_ns / NS_PER_MS for late_ns in show.heard.late_ns]


def _lateness(late_ms: list[float]) -> dict[str, float]:
    late_ms = late_ms if len(late_ms) > 1 else [0.0, 0.0]
    return {"p50": median(late_ms), "p99": quantiles(late_ms, n=100)[98], "frames": float(len(late_ms))}
