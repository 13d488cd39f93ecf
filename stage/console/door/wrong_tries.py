"""How often a wrong PIN may be tried: per device, per address and in all. Pure: time is an argument.

- A device that has signed in before has tries of its own: nobody else can use them up.
- Other devices count by address. Each address has a few tries, which are restored one by one, and all addresses that
  have been wrong before share a limit, so a thousand gain nothing over one.
- An address that has not been wrong yet does not wait for those: its first try has a limit of its own, larger than
  there are addresses in a usual network. So a stranger cannot keep a new device out by being wrong all the time.

All together a six-digit PIN withstands months of non-stop guessing. Visitors already signed in are not counted here,
and tokens, which are too long to guess, never wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from stage.units import NS_PER_S

TRIES_OF_ONE, ONE_BACK_NS = 5, 60 * NS_PER_S
TRIES_OF_ALL, ALL_BACK_NS = 20, 30 * NS_PER_S
FIRST_TRIES, FIRST_BACK_NS = 254, 60 * NS_PER_S
"""First tries of addresses: as many as a network of the usual size (/24) has, then one a minute."""
MOST_ADDRESSES = 1024
ALERT_TRIES = 3
"""This many wrong tries from one address are no typing mistake: the operators are alerted."""
ALERT_NS = 600 * NS_PER_S
FORGET_NS = 24 * 3600 * NS_PER_S
"""So long an address has been wrong before."""
SUBNET_BITS = 64
"""A machine can take any IPv6 address in its subnet: they count as one."""


@dataclass(slots=True)
class _Bucket:
    """Used tries, stored as a time: one is restored every `back_ns`."""

    until_ns: int = 0
    wrong: int = 0
    last_ns: int = 0

    def wait_ns(self, now_ns: int, tries: int, back_ns: int) -> int:
        return max(0, self.until_ns - now_ns - (tries - 1) * back_ns)

    def use(self, now_ns: int, back_ns: int) -> None:
        self.until_ns = max(self.until_ns, now_ns) + back_ns
        self.wrong, self.last_ns = self.wrong + 1, now_ns


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
        self._devices: dict[str, _Bucket] = {}
        self._all = _Bucket()
        self._first = _Bucket()

    def wait_ns(self, address: str, now_ns: int, device: str | None = None) -> int:
        """How long until this address may try again; 0 = now. `device`: its digest where it has signed in before."""
        if device is not None:
            return self._devices.get(device, _Bucket()).wait_ns(now_ns, TRIES_OF_ONE, ONE_BACK_NS)
        own = self._of.get(_counted(address))
        if own is None:
            return self._first.wait_ns(now_ns, FIRST_TRIES, FIRST_BACK_NS)
        in_all_ns = self._all.wait_ns(now_ns, TRIES_OF_ALL, ALL_BACK_NS)
        return max(own.wait_ns(now_ns, TRIES_OF_ONE, ONE_BACK_NS), in_all_ns)

    def wrong(self, address: str, now_ns: int, device: str | None = None) -> int:
        """Count a wrong try; returns how many this address, or this device, has made."""
        self._forget(now_ns)
        if device is not None:
            known = self._devices.setdefault(device, _Bucket())
            known.use(now_ns, ONE_BACK_NS)
            return known.wrong
        name = _counted(address)
        if name in self._of:
            self._all.use(now_ns, ALL_BACK_NS)
        else:
            self._first.use(now_ns, FIRST_BACK_NS)
        own = self._of.setdefault(name, _Bucket())
        own.use(now_ns, ONE_BACK_NS)
        self._tell()
        return own.wrong

    def kept(self) -> dict[str, Any]:
        """All counts, for a restarted console."""
        return {
            "of": {name: _told(bucket) for name, bucket in self._of.items()},
            "devices": {name: _told(bucket) for name, bucket in self._devices.items()},
            "all": _told(self._all),
            "first": _told(self._first),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Restore what `kept` returned. Raises ValueError, KeyError or TypeError on anything else."""
        self._of = {str(name): _Bucket(*map(int, told)) for name, told in dict(kept["of"]).items()}
        self._devices = {str(name): _Bucket(*map(int, told)) for name, told in dict(kept["devices"]).items()}
        self._all, self._first = _Bucket(*map(int, kept["all"])), _Bucket(*map(int, kept["first"]))
        self._tell()

    def _tell(self) -> None:
        worst = sorted(self._of.items(), key=lambda item: -item[1].wrong)
        self.suspects = tuple(
            Suspect(name, each.wrong, each.last_ns) for name, each in worst[:3] if each.wrong >= ALERT_TRIES
        )

    def _forget(self, now_ns: int) -> None:
        """Drop what is long over; the oldest where there are too many."""
        for buckets in (self._of, self._devices):
            for name in [n for n, b in buckets.items() if b.until_ns <= now_ns and now_ns - b.last_ns > FORGET_NS]:
                del buckets[name]
            while len(buckets) >= MOST_ADDRESSES:
                oldest = min(buckets, key=lambda name: buckets[name].last_ns)
                del buckets[oldest]


def _told(bucket: _Bucket) -> tuple[int, int, int]:
    return bucket.until_ns, bucket.wrong, bucket.last_ns


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
