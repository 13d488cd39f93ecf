"""Listening to a tracker for another program: orders as lines of JSON in, what is heard as lines of JSON out.

Orders: `{"do": "choose", "sender", "protocol", "id"}` which stream, `{"do": "name", "name"}` of the source,
`{"do": "moves"}` ask for moves from the first on, `{"do": "done"}` the move that is asked for was made,
`{"do": "skip"}` leave it out, `{"do": "stop"}` ask for none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TextIO

from pydantic import ValidationError

from stage.clock import Clock
from stage.console.link.plain import plain
from stage.console.setup.heard import HeardStream, ListenState
from stage.units import NS_PER_S
from tools.live.tracker_ears import Ears
from tools.live.tracker_moves import TURN_NS, Answers
from tracking.listening.block import block_of, settings_of
from tracking.listening.moves import MOVES, NONE_MOVED, TRIES, Outcome, moved, outcome_of
from tracking.listening.streams import Listening, Stream, StreamFindings, Timed, findings_of
from tracking.listening.words import title_of, told_of, unknown_of

Key = tuple[str, str, str]
KEPT_NS = 5 * NS_PER_S
"""What is said of a stream is said of the last few seconds; one that is silent for so long is gone."""
TOLD_NS = NS_PER_S // 2
LONGEST_NS = 900 * NS_PER_S
"""Without an order for so long nobody sits there any more."""


class Steered:
    """Which stream, which move is asked for, what followed. Pure but for what it is given; time is an argument."""

    def __init__(self, listening: Listening, where: tuple[str, int, str | None], name: str) -> None:
        self._listening, self._where, self._name = listening, where, name
        self._chosen: Key | None = None
        self._stream: Stream | None = None
        self._findings: StreamFindings | None = None
        self._left: list[str] = []
        self._moves: dict[str, list[Timed]] = {}
        self._tries = 0
        self._tried = ""
        self._outcome: Outcome | None = None

    def obey(self, order: dict[str, Any]) -> None:
        """Obey one order; one that means nothing now is left."""
        orders: dict[str, Callable[[dict[str, Any]], None]] = {
            "choose": self._choose,
            "name": self._rename,
            "moves": self._begin,
            "done": self._done,
            "skip": self._skip,
            "stop": self._stop,
        }
        if (obeyed := orders.get(str(order.get("do")))) is not None:
            obeyed(order)

    def forget_old(self, now_ns: int) -> None:
        """Forget what is older than a few seconds, and streams that are silent. During moves all is kept."""
        if self._left:
            return
        for key, stream in list(self._listening.streams.items()):
            while stream.datagrams and stream.datagrams[0][0] < now_ns - KEPT_NS:
                stream.datagrams.popleft()
            if not stream.datagrams:
                del self._listening.streams[key]

    def state(self, where: str) -> ListenState:
        """What the page shows."""
        streams = dict(sorted(self._listening.streams.items()))
        if self._left and self._chosen is not None and self._stream is not None:
            streams = {self._chosen: self._stream}
        found = {key: self._findings_of(key, stream) for key, stream in streams.items()}
        key = self._key(found)
        step = self._left[0] if self._left else ""
        return ListenState(
            listening=True,
            port=self._listening.port,
            where=where,
            streams=tuple(
                HeardStream(one.sender, one.protocol, one.id, title_of(one), told_of(one), one.notes)
                for one in found.values()
            ),
            chosen=list(found).index(key) if key in found else -1,
            unknown=unknown_of(self._listening),
            steps=tuple(MOVES),
            step=step,
            words=MOVES.get(step, ""),
            tried=self._tried,
            made=tuple(self._moves),
            seen=self._outcome.seen if self._outcome else (),
            problems=self._outcome.problems if self._outcome else (),
            block=self._block(key, found),
            with_moves=self._outcome is not None,
        )

    def _findings_of(self, key: Key, stream: Stream) -> StreamFindings:
        """While moves are made, what was known before them: each move is too short to say it again."""
        if self._left and key == self._chosen and self._findings is not None:
            return self._findings
        return findings_of(stream, self._listening.port)

    def _key(self, found: dict[Key, StreamFindings]) -> Key | None:
        if self._chosen is not None or not found:
            return self._chosen
        return max(found, key=lambda key: found[key].packets)

    def _block(self, key: Key | None, found: dict[Key, StreamFindings]) -> str:
        findings = self._findings if self._outcome is not None else found.get(key) if key else None
        stream = self._stream if self._outcome is not None else self._listening.streams.get(key) if key else None
        if findings is None or stream is None:
            return ""
        moves = {} if self._outcome is None else self._outcome.settings
        try:
            return block_of(settings_of(stream, findings, self._where, moves, self._name))
        except ValidationError:
            return ""

    def _choose(self, order: dict[str, Any]) -> None:
        key = (str(order.get("sender")), str(order.get("protocol")), str(order.get("id")))
        if key in self._listening.streams:
            self._stop(order)
            self._chosen, self._outcome, self._moves, self._tried = key, None, {}, ""

    def _rename(self, order: dict[str, Any]) -> None:
        self._name = str(order.get("name"))

    def _begin(self, order: dict[str, Any]) -> None:
        streams = self._listening.streams
        key = self._chosen or max(streams, key=lambda each: len(streams[each].datagrams), default=None)
        if key is None or (stream := streams.get(key)) is None:
            return
        self._chosen, self._stream = key, stream
        self._findings = findings_of(stream, self._listening.port)
        self._left, self._moves, self._outcome = list(MOVES), {}, None
        self._ask("")

    def _done(self, order: dict[str, Any]) -> None:
        if not self._left or self._stream is None:
            return
        datagrams, name = list(self._stream.datagrams), self._left[0]
        seen = moved(self._stream, self._listening.port, name, datagrams)
        self._tries += 1
        if seen == NONE_MOVED and self._tries < TRIES:
            self._ask_again(f"{name}: {seen}. Make it again")
            return
        if seen != NONE_MOVED:
            self._moves[name] = datagrams
        self._next(f"{name}: {seen}")

    def _skip(self, order: dict[str, Any]) -> None:
        if self._left:
            self._next(f"{self._left[0]}: left out")

    def _stop(self, order: dict[str, Any]) -> None:
        self._left = []

    def _next(self, tried: str) -> None:
        self._left = self._left[1:]
        self._ask(tried)
        if not self._left and self._stream is not None:
            self._outcome = outcome_of(self._stream, self._listening.port, self._moves)

    def _ask(self, tried: str) -> None:
        self._tries = 0
        self._ask_again(tried)

    def _ask_again(self, tried: str) -> None:
        self._tried = tried
        if self._stream is not None:
            self._stream.datagrams.clear()


def run_steered(
    ears: Ears, steered: Steered, listening: Listening, orders: Answers, told: TextIO, clock: Clock
) -> None:
    """Listen and obey until the orders end, or nobody gives one any more."""
    due_ns = clock.now_ns()
    until_ns = due_ns + LONGEST_NS
    while not orders.ended and clock.now_ns() < until_ns:
        for heard in ears.heard(TURN_NS):
            listening.hear(heard.received_ns, heard.sender, heard.data)
        now_ns = clock.now_ns()
        while (line := orders.line()) is not None and not orders.ended:
            steered.obey(order_of(line))
            due_ns, until_ns = now_ns, now_ns + LONGEST_NS
        if now_ns >= due_ns:
            due_ns = now_ns + TOLD_NS
            steered.forget_old(now_ns)
            print(json.dumps(plain(steered.state(ears.where))), file=told, flush=True)


def order_of(line: str) -> dict[str, Any]:
    """An order of a line; none where it is no JSON object."""
    try:
        order = json.loads(line)
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}
