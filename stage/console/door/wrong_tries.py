"""How often a wrong PIN may be tried: per address and in all. Pure: time is an argument.

Each address has a few tries, which come back one by one; so have all addresses together, so that a thousand of them
are no better than one. A PIN of six digits then lasts for months against a machine that never stops. Who is in
already is not asked here, so nobody can lock them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from stage.units import NS_PER_S

TRIES_OF_ONE, ONE_BACK_NS = 5, 60 * NS_PER_S
TRIES_OF_ALL, ALL_BACK_NS = 20, 30 * NS_PER_S
MOST_ADDRESSES = 1024
ALERT_TRIES = 3
"""So many wrong tries of one address are no slip of the finger: the operators are told."""
ALERT_NS = 600 * NS_PER_S
SUBNET_BITS = 64
"""A machine has as many IPv6 addresses of its subnet as it likes: they count as one."""


@dataclass(slots=True)
class _Bucket:
    """Tries used up, as time: it runs back to now at one try per `back_ns`."""

    until_ns: int
    wrong: int = 0
    last_ns: int = 0


@dataclass(frozen=True, slots=True)
class Suspect:
    """An address from which a wrong PIN or token came, how often, and when last."""

    address: str
    wrong: int
    last_ns: int


class WrongTries:
    """One per console."""

    def __init__(self) -> None:
        self.suspects: tuple[Suspect, ...] = ()
        """Addresses the operators should know of, the most persistent first; replaced whole, so any thread reads it."""
        self._of: dict[str, _Bucket] = {}
        self._all = _Bucket(0)

    def wait_ns(self, address: str, now_ns: int) -> int:
        """How long until this address may try again; 0 = now."""
        own = self._of.get(_counted(address), _Bucket(0))
        one_ns = own.until_ns - now_ns - (TRIES_OF_ONE - 1) * ONE_BACK_NS
        all_ns = self._all.until_ns - now_ns - (TRIES_OF_ALL - 1) * ALL_BACK_NS
        return max(0, one_ns, all_ns)

    def wrong(self, address: str, now_ns: int) -> int:
        """A wrong try; how many this address has made."""
        self._forget(now_ns)
        own = self._of.setdefault(_counted(address), _Bucket(now_ns))
        own.until_ns = max(own.until_ns, now_ns) + ONE_BACK_NS
        self._all.until_ns = max(self._all.until_ns, now_ns) + ALL_BACK_NS
        own.wrong, own.last_ns = own.wrong + 1, now_ns
        worst = sorted(self._of.items(), key=lambda item: -item[1].wrong)
        self.suspects = tuple(
            Suspect(name, each.wrong, each.last_ns) for name, each in worst[:3] if each.wrong >= ALERT_TRIES
        )
        return own.wrong

    def _forget(self, now_ns: int) -> None:
        """Addresses that have all their tries back and are no news; the oldest where there are too many."""
        for name in [n for n, b in self._of.items() if b.until_ns <= now_ns and now_ns - b.last_ns > ALERT_NS]:
            del self._of[name]
        while len(self._of) >= MOST_ADDRESSES:
            del self._of[min(self._of, key=lambda name: self._of[name].last_ns)]


def _counted(address: str) -> str:
    """The address a try is counted for."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    host_bits = 128 - SUBNET_BITS
    return f"{IPv6Address(int(parsed) >> host_bits << host_bits)}/{SUBNET_BITS}"
