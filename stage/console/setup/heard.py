"""What arrives on a port while somebody sets a tracker up, as the page shows it. Written by `openstage tracker listen
--steered`, read by the console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeardStream:
    """One tracked thing of one sender. `told`: what is known of it; `notes`: what is odd about it."""

    sender: str
    protocol: str
    id: str
    title: str
    told: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListenState:
    """`where`: what is listened to, in words; `chosen`: which stream, from 0, -1 where none arrives.

    `step`: the move that is asked for ("" none), `words`: how to make it, `tried`: what the last one looked like,
    `steps`: all moves in order, `made`: those that were taken. `seen` and `problems` follow from the moves; `block` is
    the source that reads the chosen stream, `with_moves` with the axes and signs that were found. `problem`: why
    nothing is heard.
    """

    listening: bool = False
    port: int = 0
    where: str = ""
    streams: tuple[HeardStream, ...] = ()
    chosen: int = -1
    unknown: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    step: str = ""
    words: str = ""
    tried: str = ""
    made: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    block: str = ""
    with_moves: bool = False
    problem: str = ""
