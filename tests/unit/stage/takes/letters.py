"""Letters of a small stage, as the bus carries them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from stage.bus.bus import Letter
from stage.messages.codec import encode
from stage.messages.commands import OnAir, Slate
from stage.messages.frames import Frame, Show
from stage.messages.samples import LensState, TrackingSample
from stage.messages.takes import Datagram
from stage.messages.topics import TOPIC_OF_RECORD, Record
from stage.model.look import Look
from stage.takes.recording import Setting
from stage.units import NS_PER_S

FRAME_NS = 41_666_667
CALENDAR_NS = 1_764_500_000_000_000_000
LOOK = Look()


def time_of(number: int) -> int:
    """When a frame is decided."""
    return NS_PER_S + number * FRAME_NS


def letter(record: Record, sent_ns: int) -> Letter:
    """A record as it is sent."""
    topic = TOPIC_OF_RECORD[type(record)]
    return Letter(topic.name, topic.key(record), sent_ns, encode(record))


def frame(number: int, scene: str = "boxes") -> Frame:
    """A frame without cameras."""
    return Frame(
        number=number,
        present_ns=time_of(number + 1),
        decided_ns=time_of(number),
        scene=scene,
        scene_time_s=number / 24,
        outer_number=number - number % 12,
        outer_scene_time_s=(number - number % 12) / 24,
        look=LOOK,
        cameras=(),
    )


def second(number: int) -> list[Letter]:
    """What a stage sends in the frame of a number: a datagram, two samples, the frame."""
    at_ns = time_of(number)
    letters = [letter(Datagram(0, "127.0.0.1", at_ns, bytes(29)), at_ns - 3)]
    letters += [letter(sample(2 * number + each), at_ns - 2 + each) for each in (0, 1)]
    return [*letters, letter(frame(number), at_ns)]


def sample(number: int) -> TrackingSample:
    """A sample of camera a."""
    return TrackingSample(
        camera="a",
        source="t",
        number=number,
        captured_ns=number,
        received_ns=number,
        position_m=(0.0, 0.0, 1.0),
        orientation=(1.0, 0.0, 0.0, 0.0),
        lens=LensState(35.0),
        sender_counter=None,
    )


def on_air(slate: Slate, sent_ns: int, scene: str = "boxes") -> Letter:
    """What is on air, with a slate."""
    air = OnAir(
        look=LOOK,
        preset="neutral",
        scene=scene,
        show=Show(),
        held=False,
        undo_steps=0,
        redo_steps=0,
        fade_until_ns=0,
        changed_by="script",
        since_ns=0,
        slate=slate,
    )
    return letter(air, sent_ns)


def rolling(number: int, name: str | None = "12A", take: int = 1) -> Slate:
    """A slate that rolls since a frame."""
    return Slate(name, take, True, time_of(number))


def cut(slate: Slate) -> Slate:
    """The same after the cut."""
    return replace(slate, rolling=False, since_ns=0)


def setting(root: Path) -> Setting:
    """A recorder's setting, at a calendar time that stands."""
    return Setting(
        root=root,
        stage="small",
        stage_file="small.toml",
        rate_hz=Fraction(24),
        rate="24",
        software="test",
        calendar_ns=lambda: CALENDAR_NS,
    )
