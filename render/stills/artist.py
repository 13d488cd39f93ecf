"""Draws pictures of sets under looks that are not on air, one by one, in its own thread."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path
from queue import Empty, SimpleQueue

import cv2
import moderngl

from render.gl.context import create_offscreen_context
from render.stills.drawing import SetDrawing, pinhole_view
from stage.clock import Clock
from stage.errors import OpenStageError, StorageError
from stage.files.loading import load_scene, named_scene
from stage.messages.stills import StillAsked, StillDrawn
from stage.model.place import Place
from stage.model.stagefile import Quality
from stage.units import NS_PER_S

MOST_SETS = 2
"""Sets held at once, to bound memory: the one on air and the one before or after it."""
SCENE_TIME_S = 10.0
"""Every still shows this scene time, so the same request gives the same picture."""
JPEG_QUALITY = 85
REST = 2
"""After each still nothing is drawn for this many times its duration: the wall's share of the graphics card."""
LONGEST_REST_NS = 2 * NS_PER_S
IDLE_S = 120.0
"""After this time without a request the sets are freed, and the graphics card with them."""
STOP_S = 2.0

log = logging.getLogger("openstage.stills")


class StillArtist:
    """Draws requested stills. All OpenGL objects are made with the first still and belong to that thread."""

    def __init__(self, folder: Path, quality: Quality, place: Place | None, clock: Clock) -> None:
        """`folder`, `quality` and `place` are the stage file's."""
        self._folder, self._quality, self._place, self._clock = folder, quality, place, clock
        self._held: OrderedDict[tuple[str, str], SetDrawing] = OrderedDict()
        self._context: moderngl.Context | None = None

    def draw(self, asked: StillAsked) -> StillDrawn:
        """The still, or the reason why there is none."""
        begun_ns = self._clock.now_ns()
        try:
            jpeg, problem = self._jpeg(asked), ""
        except (OpenStageError, moderngl.Error, MemoryError) as error:  # the card has no memory for another set
            log.warning("no still of %s: %s", asked.scene, error)
            jpeg, problem = b"", str(error) or "not enough memory"
        return StillDrawn(asked.key, asked.scene, jpeg, problem, self._clock.now_ns() - begun_ns)

    def close(self) -> None:
        """Free everything; the next still makes it afresh."""
        while self._held:
            self._held.popitem()[1].close()
        if self._context is not None:
            self._context.release()
            self._context = None

    def _jpeg(self, asked: StillAsked) -> bytes:
        drawing = self._drawing(asked.scene, asked.revision)
        size_px = (asked.width_px, asked.height_px)
        view = pinhole_view(asked.position_m, asked.orientation, asked.fov_deg, size_px)
        rgb = drawing.still(view, size_px, drawing.moment(asked.look, SCENE_TIME_S, self._place))
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        done, file = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if not done:
            raise StorageError("a still could not be encoded")
        return bytes(file)

    def _drawing(self, scene: str, revision: str) -> SetDrawing:
        """The set, read if it is not held or its files have changed. Raises InputError, GraphicsError."""
        name = (scene, revision)
        if name not in self._held:
            stale = [held for held in self._held if held[0] == scene]
            oldest = list(self._held)[: max(0, len(self._held) + 1 - MOST_SETS)]
            for held in stale or oldest:
                self._held.pop(held).close()
            self._context = self._context or create_offscreen_context()
            path = named_scene(scene, self._folder)
            self._held[name] = SetDrawing(load_scene(path), path.parent, self._quality, self._context)
        self._held.move_to_end(name)
        return self._held[name]


class StillThread:
    """Runs the artist beside a loop that must keep sending its heartbeat."""

    def __init__(self, folder: Path, quality: Quality, place: Place | None, clock: Clock) -> None:
        self._artist = StillArtist(folder, quality, place, clock)
        self._clock = clock
        self._asked: SimpleQueue[StillAsked | None] = SimpleQueue()
        self._done: SimpleQueue[StillDrawn] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._under_way: set[str] = set()

    @property
    def alive(self) -> bool:
        """False once an unexpected error has ended the thread."""
        return self._thread is None or self._thread.is_alive()

    def ask(self, asked: StillAsked) -> None:
        """Queue a request; one that is being drawn already is not begun again."""
        if asked.key in self._under_way:
            return
        self._under_way.add(asked.key)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._asked.put(asked)

    def take(self) -> StillDrawn | None:
        """A still drawn since the last call; each is returned once."""
        try:
            drawn = self._done.get_nowait()
        except Empty:
            return None
        self._under_way.discard(drawn.key)
        return drawn

    def close(self) -> None:
        """Stop after the still that is being drawn."""
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join(STOP_S)

    def _work(self) -> None:
        artist = self._artist
        while True:
            try:
                asked = self._asked.get(timeout=IDLE_S)
            except Empty:
                artist.close()
                continue
            if asked is None:
                break
            drawn = artist.draw(asked)
            self._done.put(drawn)
            self._clock.rest_until_ns(self._clock.now_ns() + min(REST * drawn.drawn_ns, LONGEST_REST_NS))
        artist.close()
