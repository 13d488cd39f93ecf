"""`python -m tools.bench.timing.sender JSON`: sends the rows' datagrams over UDP, each at its moment."""

from __future__ import annotations

import heapq
import json
import socket
import sys
from collections.abc import Iterator

from stage.clock import MonotonicClock
from stage.process.lifeline import die_with_parent
from tools.bench.timing.offline import SOURCE
from tools.bench.timing.rows import ROWS

HOST = "127.0.0.1"
Due = tuple[int, int, bytes]
"""When, to which port, what."""


def plan(names: list[str], ports: list[int], seed: int, seconds: float) -> Iterator[Due]:
    """Every row's datagrams, in order of time since the start."""
    rows = [next(row for row in ROWS if row.name == name) for name in names]

    def to(port: int, index: int) -> Iterator[Due]:
        return ((at_ns, port, data) for at_ns, data in rows[index].stream(SOURCE, seed + index, seconds))

    return heapq.merge(*(to(port, index) for index, port in enumerate(ports)))


def main() -> None:
    """Send everything that the order says; print how many datagrams left."""
    die_with_parent()
    order = json.loads(sys.argv[1])
    clock, sent = MonotonicClock(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for at_ns, port, data in plan(order["rows"], order["ports"], order["seed"], order["seconds"]):
            clock.sleep_until_ns(order["epoch_ns"] + at_ns)
            udp.sendto(data, (HOST, port))
            sent += 1
    print(sent)


if __name__ == "__main__":
    main()
