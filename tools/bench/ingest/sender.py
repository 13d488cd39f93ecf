"""`python -m tools.bench.ingest.sender TRAFFIC_JSON PORT...`: sends the bench's traffic from its own process."""

from __future__ import annotations

import json
import socket
import sys

from stage.clock import MonotonicClock
from tools.bench.ingest.traffic import Traffic

HOST = "127.0.0.1"


def main() -> None:
    """Send every datagram at its moment; print their number."""
    traffic = Traffic(**json.loads(sys.argv[1]))
    ports = [int(port) for port in sys.argv[2:]]
    clock, sent = MonotonicClock(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for moment_ns, source, datagram, _ in traffic.stream():
            clock.sleep_until_ns(moment_ns)
            udp.sendto(datagram, (HOST, ports[source]))
            sent += 1
    print(sent)


if __name__ == "__main__":
    main()
