"""How often a wrong PIN may be tried: per address and in all. Pure: time is an argument.

Each address has a few tries, which are restored one by one. All addresses together have a limit too, so a thousand
gain nothing over one: a six-digit PIN then withstands months of non-stop guessing. Visitors already signed in are
not counted here, so nobody can lock them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from stage.units import NS_PER_S

TRIES_OF_ONE, ONE_BACK_NS = 5, 60 * NS_PER_S
TRIES_OF_ALL, ALL_BACK_NS = 20, 30 * NS_PER_S
MOST_ADDRESSES = 1024
ALERT_TRIES = 3
"""This many wrong tries from one address are no typing mistake: the operators are alerted."""
ALERT_NS = 600 * NS_PER_S
SUBNET_BITS = 64
"""A machine can take any IPv6 address in its subnet: they count as one."""


@dataclass(slots=True)
class _Bucket:
    """Used tries, stored as a time: one is restored every `back_ns`."""

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
        """Addresses the operators should know of, most persistent first; replaced whole, so any thread may read it."""
        self._of: dict[str, _Bucket] = {}
        self._all = _Bucket(0)

    def wait_ns(self, address: str, now_ns: int) -> int:
        """How long until this address may try again; 0 = now."""
        own = self._of.get(_counted(address), _Bucket(0))
        one_ns = own.until_ns - now_ns - (TRIES_OF_ONE - 1) * ONE_BACK_NS
        all_ns = self._all.until_ns - now_ns - (TRIES_OF_ALL - 1) * ALL_BACK_NS
        return max(0, one_ns, all_ns)

    def wrong(self, address: str, now_ns: int) -> int:
        """Count a wrong try; returns how many this address has made."""
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
        """Drop addresses with all tries restored and nothing to report; the oldest where there are too many."""
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
