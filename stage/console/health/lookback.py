"""What the operator can look back at: the last lines of each kind, kept over the console's own restart."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgpack

from stage.console.link.plain import Plain
from stage.process.keeping import Keeping
from stage.units import NS_PER_S

HISTORY_SLOTS = 240
"""Points of half a second over two minutes."""
HOUR_SLOTS = 240
"""Points of fifteen seconds over an hour."""
PAST_SLOTS = 100
"""Past alerts."""
LOG_SLOTS = 50
"""Commands; dragging a slider counts once."""
SEEN_PARTS = 3
"""Code, subject, and who has seen it."""
NAME = "console_lookback.msgpack"
KEEP_NS = 2 * NS_PER_S

log = logging.getLogger("openstage.console")


class Ring:
    """The last lines of one kind: line n has the key `kind/(n mod slots)`, so the state does not grow."""

    def __init__(self, kind: str, slots: int, lines: Iterable[Plain]) -> None:
        self.lines: deque[Plain] = deque(maxlen=slots)
        self._kind = kind
        self._slots = slots
        self._count = 0
        self._news: dict[str, Plain] = {}
        for line in lines:
            self.add(line)

    def add(self, line: Plain) -> None:
        """Add a line."""
        self.lines.append(line)
        self._count += 1
        self._tell()

    def replace(self, line: Plain) -> None:
        """Replace the last line. There must be one."""
        self.lines[-1] = line
        self._tell()

    def news(self) -> dict[str, Plain]:
        """What changed since the last call, by its key."""
        news, self._news = self._news, {}
        return news

    def _tell(self) -> None:
        self._news[f"{self._kind}/{(self._count - 1) % self._slots}"] = self.lines[-1]


class Lookback:
    """All rings. `kept`: the lines of a console before this one, oldest first; they are shown again."""

    def __init__(self, kept: Mapping[str, Iterable[Plain]] | None = None) -> None:
        lines = kept or {}
        told = [line for line in lines.get("seen", ()) if isinstance(line, list) and len(line) == SEEN_PARTS]
        self.seen = {(str(code), str(subject)): str(who) for code, subject, who in told}
        """Who has seen which alert that is not over."""
        self.history = Ring("history", HISTORY_SLOTS, lines.get("history", ()))
        self.hour = Ring("hour", HOUR_SLOTS, lines.get("hour", ()))
        self.past = Ring("past", PAST_SLOTS, lines.get("past", ()))
        self.log = Ring("log", LOG_SLOTS, lines.get("log", ()))
        self._rings = {"history": self.history, "hour": self.hour, "past": self.past, "log": self.log}

    def news(self) -> dict[str, Plain]:
        """What changed since the last call, by its key."""
        return {key: line for ring in self._rings.values() for key, line in ring.news().items()}

    def lines(self) -> dict[str, list[Plain]]:
        """All lines, and who has seen which alert, for the next console."""
        rings = {kind: list(ring.lines) for kind, ring in self._rings.items()}
        return {**rings, "seen": [[*key, who] for key, who in self.seen.items()]}


class LookbackFile:
    """A file in the run directory; the next run of the stage starts without it."""

    def __init__(self, run_dir: Path, keeping: Keeping | None = None) -> None:
        self._path = run_dir / NAME
        self._keeping = keeping or Keeping()
        self._next_ns = 0

    def read(self) -> dict[str, list[Plain]]:
        """The stored lines; empty where none can be read, which is logged."""
        try:
            found = msgpack.unpackb(self._path.read_bytes())
            return {str(kind): list(lines) for kind, lines in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError, msgpack.UnpackException) as error:
            log.warning("the history from before the console's restart is lost: %s", error)
            return {}

    def keep(self, lookback: Lookback, now_ns: int) -> None:
        """Write it every two seconds."""
        if now_ns < self._next_ns:
            return
        self._next_ns = now_ns + KEEP_NS
        self._keeping.write(self._path, msgpack.packb(lookback.lines()), "the history", now_ns)
