"""Ports, buffers, firewalls, addresses of this machine. IO; the judgements are pure functions."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from stage.model.fixture import ARTNET_PORT, SACN_PORT
from stage.model.stagefile import Stage
from tools.doctor.finding import Finding, bad, good, note

RECEIVE_BUFFER = 1 << 20
RMEM_MAX = Path("/proc/sys/net/core/rmem_max")
UFW = Path("/etc/ufw/ufw.conf")
FIREWALLD = Path("/run/firewalld")
NFTABLES = Path("/etc/nftables.conf")
CONSOLE_PORT = 8400


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a stage listens on, and what for."""

    kind: socket.SocketKind
    host: str
    number: int
    purpose: str


def ports_of(stage: Stage | None) -> list[Port]:
    """What a stage listens on; without one, what any does."""
    found = [Port(socket.SOCK_STREAM, "127.0.0.1", CONSOLE_PORT, "console")]
    if stage is None:
        return found
    for source in stage.sources:
        host, number = getattr(source, "host", "0.0.0.0"), getattr(source, "port", None)
        if isinstance(number, int):
            found.append(Port(socket.SOCK_DGRAM, str(host), number, f"tracker {source.name}"))
    if stage.osc is not None:
        found.append(Port(socket.SOCK_DGRAM, stage.osc.host, stage.osc.port, "remote control"))
    if stage.fixtures and stage.lights.on and stage.lights.listen:
        number = SACN_PORT if stage.lights.protocol == "sacn" else ARTNET_PORT
        found.append(Port(socket.SOCK_DGRAM, stage.lights.interface, number, "lamps"))
    return found


def ports(stage: Stage | None) -> Iterator[Finding]:
    """Whether the stage's ports can be had."""
    for port in dict.fromkeys(ports_of(stage)):
        yield judged_port(port, _taken(port))


def judged_port(port: Port, problem: str) -> Finding:
    """A port that another program holds is not heard."""
    what = f"{'TCP' if port.kind is socket.SOCK_STREAM else 'UDP'} {port.number} ({port.purpose})"
    if not problem:
        return good(what, "is free")
    if port.purpose == "console":
        return note(what, problem, "The console takes the next free port, or the one that --console-port says")
    return bad(
        what, problem, f"`sudo ss -lunp 'sport = {port.number}'` names the program; a stage that runs holds it, too"
    )


def buffers() -> Iterator[Finding]:
    """Whether a burst of packets can wait until it is read."""
    if sys.platform != "linux":
        return
    with suppress(OSError, ValueError):
        yield judged_buffer(int(RMEM_MAX.read_text()))


def judged_buffer(most: int) -> Finding:
    """Receivers ask for a mebibyte; the kernel gives at most this."""
    if most >= RECEIVE_BUFFER:
        return good("network buffers", f"up to {most // 1024} KiB")
    remedy = f"`sudo sysctl -w net.core.rmem_max={RECEIVE_BUFFER}` (for good: a file in /etc/sysctl.d)"
    return note("network buffers", f"at most {most // 1024} KiB: bursts of tracking packets may be lost", remedy)


def firewall(stage: Stage | None) -> Iterator[Finding]:
    """A firewall that is on, with the ports it must let in."""
    ufw = UFW.exists() and "enabled=yes" in _text(UFW).lower()
    names = [name for name, on in (("ufw", ufw), ("firewalld", FIREWALLD.exists())) if on]
    if NFTABLES.exists() and "drop" in _text(NFTABLES):
        names.append("nftables")
    yield judged_firewall(names, [port for port in ports_of(stage) if not port.host.startswith("127.")])


def judged_firewall(names: Iterable[str], wanted: Iterable[Port]) -> Finding:
    """What it lets in only root can see; so it is said what it must."""
    names = list(names)
    if not names:
        return good("firewall", "none found on this machine")
    udp = " ".join(f"{port.number}/udp" for port in wanted if port.kind is socket.SOCK_DGRAM)
    says = f"{', '.join(names)} is on"
    if not udp:
        return note("firewall", says, "For tablets let the console's port in: the one after --listen, over TCP")
    return note("firewall", says, f"It must let in {udp}, and for tablets the port after --listen over TCP")


def addresses() -> Iterator[Finding]:
    """Interfaces that are up, besides loopback."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        f"{each.address} ({name})"
        for name, each_of in psutil.net_if_addrs().items()
        for each in each_of
        if name in up and each.family is socket.AF_INET and not each.address.startswith("127.")
    ]
    if found:
        yield good("network", ", ".join(found))
    else:
        yield note("network", "no interface is up", "Plug in the stage network: trackers and tablets come over it")


def _taken(port: Port) -> str:
    """Why it cannot be had; "" where it can."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, port.kind) as probe:
        try:
            if port.kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((port.host, port.number))
        except OSError as error:
            return f"cannot be had on {port.host}: {error.strerror}"
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
