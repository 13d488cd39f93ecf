"""Records of takes: raw datagrams, and what the recorder is doing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Datagram:
    """A tracker's datagram as it came, whatever became of it. `port` is the number of its listening address, in the
    order of the stage file's sources."""

    port: int
    sender: str
    received_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Playing:
    """A take on the walls: frame `at_number` of it is shown at `since_ns`, from there on it goes by its own `rate`
    times `speed` (0 = it stands), between `first` and `last`. `roll`: its first frame after the roll."""

    take: str
    rate: str
    first: int
    last: int
    roll: int
    at_number: int
    since_ns: int
    speed: float = 1.0
    loop: bool = False


@dataclass(frozen=True, slots=True)
class RecorderState:
    """What the recorder is doing. `take`: the take being written, by name; `seconds`, `bytes` and `lost` frames are its
    own. `minutes_left`: room for takes on the disk, at the rate of the last minutes. `problem`: why nothing is written,
    though a take rolls."""

    take: str | None
    seconds: float
    bytes: int
    lost: int
    minutes_left: float
    folder: str
    problem: str | None
    sent_ns: int
