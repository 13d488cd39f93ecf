"""The edge of a process: one net round everything that comes from outside it.

A datagram, a request or a record may make any library fail in any way. `Edge.net` is entered for one of them: what is
raised inside is a counted refusal of that one, and the loop goes on. Errors while a process starts, and in work that
nothing from outside asked for, stay outside the net: they end the process, and the manager starts it again.

    with edge.net("datagram", sender):
        handle(datagram)
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from threading import Lock
from types import TracebackType

from stage.errors import PacketError
from stage.units import NS_PER_S

MOST_KINDS = 64
"""Reasons that are counted apart; further ones are counted together, so a stranger cannot fill the memory."""
OTHERS = "other"
AGAIN_NS = 60 * NS_PER_S
"""A reason is logged when it first occurs, then at most once in this time, with its count."""
LONGEST_TEXT = 200

log = logging.getLogger("openstage.edge")


class Edge:
    """What one process refused, by reason. `now_ns` is its clock."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self.refused: Counter[str] = Counter()
        self.last = ""
        """The last reason; "" while nothing has been refused."""
        self._now_ns = now_ns
        self._told_ns: dict[str, int] = {}
        self._lock = Lock()  # the console serves requests in a thread of their own

    @property
    def count(self) -> int:
        """Everything refused since the process started."""
        return self.refused.total()

    def net(self, what: str, sender: object = "") -> Net:
        """The net round one `what` (a datagram, a record) from `sender`."""
        return Net(self, what, sender)

    def refuse(self, reason: str, sender: object = "", detail: str = "") -> None:
        """Count a refusal; log its reason at most once a minute."""
        now_ns = self._now_ns()
        with self._lock:
            kind = reason if reason in self.refused or len(self.refused) < MOST_KINDS else OTHERS
            self.refused[kind] += 1
            self.last = kind
            told_ns = self._told_ns.get(kind)
            tell = told_ns is None or now_ns - told_ns >= AGAIN_NS
            if tell:
                self._told_ns[kind] = now_ns
        if tell:
            words = f"{kind}: {detail}" if detail else kind
            log.warning("refused (%d so far): %s (from %s)", self.refused[kind], plain(words), plain(sender))


class Net:
    """Round one thing from outside. After it, `caught` is what was raised inside, or None."""

    __slots__ = ("_edge", "_sender", "_what", "caught")

    def __init__(self, edge: Edge, what: str, sender: object) -> None:
        self._edge, self._what, self._sender = edge, what, sender
        self.caught: Exception | None = None

    def __enter__(self) -> Net:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.caught = error
        reason = error.reason if isinstance(error, PacketError) else type(error).__name__
        self._edge.refuse(f"{self._what}: {reason}", self._sender, str(error))
        return True


def plain(text: object) -> str:
    """A stranger's text as a log can hold it: printable, on one line, not long."""
    return "".join(c if c.isprintable() else "?" for c in str(text)[:LONGEST_TEXT]) or "the system"
