"""`python -m tools.bench.ingest.junk RATE_HZ SECONDS BEGIN_NS PORT...`: datagrams that are no packets, at this rate.

They are spread over the ports of the sources of the bench; prints how many left."""

from __future__ import annotations

import random
import socket
import sys

from stage.clock import MonotonicClock
from stage.units import NS_PER_MS, NS_PER_S

HOST = "127.0.0.1"
KINDS = 512
"""Different datagrams, made beforehand."""


def datagrams(seed: int) -> list[bytes]:
    """Random bytes of 1 to 64; none begins like a message of FreeD."""
    chance = random.Random(seed)
    return [bytes((chance.randrange(0xD0),)) + chance.randbytes(chance.randrange(64)) for _ in range(KINDS)]


def main() -> None:
    """Send what is due every millisecond, until the time is over."""
    rate_hz, seconds, begin_ns, *ports = (int(text) for text in sys.argv[1:])
    junk, clock, sent = datagrams(seed=1), MonotonicClock(), 0
    total = rate_hz * seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        moment_ns = begin_ns
        while sent < total:
            clock.sleep_until_ns(moment_ns)
            moment_ns += NS_PER_MS
            due = min(total, (clock.now_ns() - begin_ns) * rate_hz // NS_PER_S)
            for n in range(sent, due):
                udp.sendto(junk[n % KINDS], (HOST, ports[n % len(ports)]))
            sent = max(sent, due)
    print(sent)


if __name__ == "__main__":
    main()
