"""Movies of a take: each output as it carried its codes, or the set as a camera sees it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stage.maths.colour_transfer import srgb_signal
from stage.maths.timecode import counting_of, frame_of, text_of
from stage.takes.take import Take
from tools.takes.camera_view import Framing, beauty
from tools.takes.movie import CODECS, Movie
from tools.takes.redraw import Redraw

Tell = Callable[[str], None]
TOLD_EVERY = 24
FULL = 65_535
"""A code of 16 bits at full range."""


def movie_paths(out: Path, names: list[str], kind: str) -> dict[str, Path]:
    """Where the movie of each output, or of a camera, lies."""
    return {name: out / f"{name}{CODECS[kind].ending}" for name in names}


def write_movies(
    take: Take,
    redraw: Redraw,
    places: list[int],
    paths: dict[str, Path],
    kind: str,
    *,
    framing: Framing | None,
    tell: Tell,
) -> int:
    """Draw the frames and write a movie to each path: of the outputs by name, or with `framing` of its camera. Returns
    how many frames were drawn. Raises InputError."""
    first, rate = int(take.numbers[places[0]]), Fraction(take.info.rate)
    step = int(np.diff(take.numbers[places]).min()) if len(places) > 1 else 1
    timecode = timecode_of(take, first)
    with ExitStack() as held:
        movies = {name: Movie(path, kind, rate / step, timecode) for name, path in paths.items()}
        for movie in movies.values():
            held.callback(movie.abandon)
        for count, place in enumerate(places):
            number = (int(take.numbers[place]) - first) // step
            for name, codes in _pictures(take, redraw, place, framing).items():
                movies[name].write(number, codes)
            if count % TOLD_EVERY == TOLD_EVERY - 1:
                tell(f"{count + 1} of {len(places)} frames")
        for movie in movies.values():
            movie.finish()
        held.pop_all()
    return len(places)


def timecode_of(take: Take, number: int) -> str:
    """The time code of a frame by number."""
    counting = counting_of(Fraction(take.info.rate))
    roll = int(take.numbers[min(take.info.pre_roll, len(take.numbers) - 1)])
    return text_of(frame_of(take.info.start_timecode, counting) + number - roll, counting)


def _pictures(take: Take, redraw: Redraw, place: int, framing: Framing | None) -> dict[str, NDArray[np.uint16]]:
    """(h, w, 3) full-range codes of 16 bits."""
    frame = redraw.draw(take.frame(place))
    if framing is not None:
        shown = srgb_signal(np.clip(beauty(redraw, frame, framing), 0.0, 1.0))
        return {framing.camera: np.round(shown * FULL).astype(np.uint16)}
    readback = redraw.renderer.readback
    outputs = redraw.outputs()
    return {name: _full(codes, readback.bits(name)) for name, codes in outputs.items()}


def _full(codes: NDArray[np.uint16], bits: int) -> NDArray[np.uint16]:
    most = (1 << bits) - 1
    return ((codes.astype(np.uint32) * FULL + most // 2) // most).astype(np.uint16)
