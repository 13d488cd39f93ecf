"""Stills under way: requested by browsers, drawn by the stills process one at a time, kept while they are current.

The server's threads ask; the bus's thread sends and hears.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from stage.console.stills.eye import StillEye, eye_after
from stage.messages.commands import OnAir
from stage.messages.frames import Frame
from stage.messages.stills import StillAsked, StillDrawn
from stage.model.look import Fixtures, InnerView, Look, OuterView
from stage.units import NS_PER_S

MOST_KEPT = 400
"""Pictures of some 15 kB each."""
MOST_WAITING = 64
FORGOTTEN_NS = 10 * NS_PER_S
"""A still is not drawn if no browser has asked again within this time."""
LOST_NS = 8 * NS_PER_S
"""An unanswered request is sent again after this time: the process was restarted, or is still drawing it."""
TRY_AGAIN_NS = 30 * NS_PER_S
"""A set that could not be drawn is retried after this time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A still, or why there is none, and since when."""

    drawn: StillDrawn
    at_ns: int


class StillQueue:
    """`ask` runs in the server's threads; `hear` and `fetch` in the bus's. `now` returns the time (ns)."""

    def __init__(self, eye: StillEye, now: Callable[[], int]) -> None:
        self._eye = eye
        self._now = now
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._waiting: OrderedDict[str, tuple[StillAsked, int]] = OrderedDict()
        self._sent: tuple[str, int] | None = None
        self._sets: tuple[str, ...] = ()
        self._rolling = False

    def ask(self, scene: str, revision: str, look: Look, width_px: int) -> tuple[str, StillDrawn | None]:
        """The key of a still, and the still if there is one; otherwise it is queued."""
        eye = self._eye
        asked = StillAsked(
            key="",
            scene=scene,
            revision=revision,
            look=seen_part(look),
            position_m=eye.position_m,
            orientation=eye.orientation,
            fov_deg=eye.fov_deg,
            width_px=width_px,
            height_px=eye.height_px(width_px),
        )
        asked = replace(asked, key=hashlib.sha256(repr(asked).encode()).hexdigest()[:24])
        now_ns = self._now()
        with self._lock:
            kept = self._kept.get(asked.key)
            if kept is not None and not (kept.drawn.problem and now_ns - kept.at_ns > TRY_AGAIN_NS):
                self._kept.move_to_end(asked.key)
                return asked.key, kept.drawn
            self._waiting[asked.key] = (asked, now_ns)
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
        return asked.key, None

    def hear(self, record: object) -> None:
        """Take in a record of the bus: stills that were drawn, the camera's place, whether a take is rolling."""
        if isinstance(record, StillDrawn):
            with self._lock:
                self._kept[record.key] = Kept(record, self._now())
                self._waiting.pop(record.key, None)
                self._sent = None
                self._sets = (record.scene, *[name for name in self._sets if name != record.scene])[:2]
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        elif isinstance(record, Frame):
            self._eye = eye_after(self._eye, record)
        elif isinstance(record, OnAir):
            self._rolling = record.slate.rolling

    def fetch(self) -> StillAsked | None:
        """The next request: one at a time, the set drawn last first. No set is read for it while a take is rolling."""
        if not self._waiting:
            return None
        now_ns = self._now()
        with self._lock:
            for key, (_, at_ns) in list(self._waiting.items()):
                if now_ns - at_ns > FORGOTTEN_NS:
                    del self._waiting[key]
            if self._sent is not None and now_ns - self._sent[1] < LOST_NS:
                return None
            for scene in (*self._sets, None):
                if scene is None and self._rolling:
                    return None
                for key, (asked, _) in self._waiting.items():
                    if scene in (None, asked.scene):
                        self._sent = (key, now_ns)
                        return asked
        return None


def seen_part(look: Look) -> Look:
    """The look without what a still does not show: the walls' own values, margins, fixtures, the frame code."""
    neutral = {"inner": InnerView(), "outer": OuterView(), "walls": (), "light_cards": (), "fixtures": Fixtures()}
    return replace(look, **neutral, frame_code=False)  # type: ignore[arg-type]  # each of its field's type
