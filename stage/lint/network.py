"""Lint rules about addresses and ports: they belong to this machine, and each port is used once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

import psutil

from stage.files.finding import Finding
from stage.lint.subject import LintedStage

EVERYWHERE = ("0.0.0.0", "::")
FIRST_FREE_PORT = 1024
"""Lower ports are reserved for the system on Linux and macOS."""


def osc_port_taken(linted: LintedStage) -> Iterator[Finding]:
    """Remote control does not listen on a tracker's port."""
    osc = linted.stage.osc
    if osc is None or osc.port == 0:
        return
    for index, source in enumerate(linted.stage.sources):
        if source.port == osc.port and (source.host == osc.host or {source.host, osc.host} & set(EVERYWHERE)):
            problem = f"port {osc.port} is already used by sources[{index}] ({source.name!r})"
            yield linted.error("osc.port", problem, "Change one of the two; OSC usually uses 7400")


def system_ports(linted: LintedStage) -> Iterator[Finding]:
    """Ports that an ordinary user may listen on."""
    for field, _, port in _ears(linted):
        if 0 < port < FIRST_FREE_PORT:
            problem = f"port {port} is reserved for the system: only an administrator can listen on it"
            yield linted.warning(f"{field}.port", problem, f"Use {FIRST_FREE_PORT} or higher")


def foreign_addresses(linted: LintedStage) -> Iterator[Finding]:
    """Addresses to listen on and send from belong to this machine."""
    ears = [(f"{field}.host", host) for field, host, _ in _ears(linted)]
    if linted.stage.fixtures:
        ears.append(("lights.interface", linted.stage.lights.interface))
    for field, host in ears:
        if is_foreign(host):
            own = sorted(_own_addresses(), key=lambda address: (":" in address, address.startswith("127."), address))
            problem = f"{host} is not an address of this machine"
            remedy = f"Use the stage machine's own, or 0.0.0.0 for all networks. This machine has: {', '.join(own)}"
            yield linted.warning(field, problem, remedy)


def _ears(linted: LintedStage) -> Iterator[tuple[str, str, int]]:
    """(field, host, port) of everything that listens."""
    for index, source in enumerate(linted.stage.sources):
        yield f"sources[{index}]", source.host, source.port
    if linted.stage.osc is not None:
        yield "osc", linted.stage.osc.host, linted.stage.osc.port


def is_foreign(host: str) -> bool:
    """Whether an address is not this machine's. Names are resolved when the stage runs, not here."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    ours = host in _own_addresses() or address.is_loopback or address.is_unspecified
    return not ours and not address.is_multicast


@cache
def _own_addresses() -> frozenset[str]:
    """The addresses of all network cards, without the zone that IPv6 appends."""
    cards = psutil.net_if_addrs().values()
    found = [each.address.partition("%")[0] for card in cards for each in card]
    return frozenset(address for address in found if _is_address(address))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


NETWORK_RULES = (osc_port_taken, system_ports, foreign_addresses)
