"""`openstage bench connections`: thousands of idle and slow connections to a running stage's console, while an operator
works.

They come from as many addresses of this machine as the console's limit for one address asks for. Half of them say
nothing, half send a request's head a byte at a time.
"""

from __future__ import annotations

import resource
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from time import perf_counter

from stage.manager.run_dir import running_stage
from stage.units import NS_PER_S
from tools.bench.survival.running import RunningShow, running_show
from tools.sim.stage_variant import write_variant

AN_ADDRESS = 100
"""Connections from one address."""
EVERY = 100
"""After so many connections the operator gives an order."""
HEAD = b"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
SPARE_FDS = 200
CONNECT_S = 2.0


def connection_figures(stage: Path, count: int) -> dict[str, object]:
    """How many connections were made, and how the operator fared. Raises ProcessError."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + SPARE_FDS), hard))
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        variant = write_variant(stage, Path(folder) / "stage", scene="boxes")
        with running_show(variant, Path(folder) / "run", settled_ns=NS_PER_S) as show:
            before = show.heard.states["console"].pid
            tries, opened, waits_s, refused = _crowd(show, count)
            show.listen_for(2 * NS_PER_S)
            alive = show.heard.states["console"].pid == before
    return {
        "connections": {"tried": tries, "opened": opened},
        "orders": {"given": len(waits_s), "not_accepted": refused, "longest_s": max(waits_s)},
        "console_ended": not alive,
        "good": alive and not refused,
    }


def _crowd(show: RunningShow, count: int) -> tuple[int, int, list[float], int]:
    running = running_stage(show.run_dir)
    port = int(running.console.rstrip("/").rpartition(":")[2]) if running else 0
    waits_s: list[float] = []
    refused = opened = 0
    with ExitStack() as stack:
        slow: list[socket.socket] = []
        for number, line in enumerate(_lines(port, count)):
            if line is not None:
                opened += 1
                stack.enter_context(line)
                if number % 2:
                    slow.append(line)
            if number % EVERY == EVERY - 1:
                _creep(slow)
                began_s = perf_counter()
                refused += show.order("look.set", {"values": {"exposure.ev": number / 1e5}, "fade_s": 0.0}) is not True
                waits_s.append(perf_counter() - began_s)
                show.listen(0)
    return count, opened, waits_s, refused


def _lines(port: int, count: int) -> Iterator[socket.socket | None]:
    for number in range(count):
        address = f"127.0.{1 + number // AN_ADDRESS // 250}.{1 + number // AN_ADDRESS % 250}"
        try:
            yield socket.create_connection(("127.0.0.1", port), CONNECT_S, (address, 0))
        except OSError:
            yield None


def _creep(lines: list[socket.socket]) -> None:
    """One more byte of each head."""
    for number, line in enumerate(lines):
        with suppress(OSError):
            line.send(HEAD[number % len(HEAD) : number % len(HEAD) + 1], socket.MSG_DONTWAIT)
