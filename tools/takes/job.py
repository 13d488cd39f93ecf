"""One order to draw a take again, and its doing: frame after frame, skipping what is drawn already."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from render.gl.context import create_offscreen_context
from render.view.material import Material
from stage.files.loading import find_stage
from stage.messages.frames import Frame
from stage.takes.take import Take
from tools.proof.picture_file import write_picture
from tools.takes.camera_view import Framing, beauty, passes_of, timecode_header, write_exr
from tools.takes.digest_book import DigestBook
from tools.takes.movie_job import movie_paths, write_movies
from tools.takes.redraw import Redraw, Span, Wish, digests_of, shown_frames
from tools.takes.restored import RestoredStage

Tell = Callable[[str], None]
TOLD_EVERY = 24
BYTE_BITS = 8
PNG_BITS = 16
AS_IT_WAS = Wish()
WHOLE = Span()


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be drawn of the take in a folder. `out` None: only compared. `camera` None: the outputs. `stage`:
    another stage file or bundled stage; None: the take's own, as it was. `movie`: its kind, instead of pictures."""

    take: Path
    out: Path | None
    verify: bool = False
    camera: str | None = None
    size_px: tuple[int, int] = (1920, 1080)
    margin_deg: float = 0.0
    passes: tuple[str, ...] = ()
    wish: Wish = AS_IT_WAS
    stage: str | None = None
    span: Span = WHOLE
    pre_roll: bool = False
    movie: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job. `drawn` frames were drawn now, `kept` were there already."""

    drawn: int
    kept: int
    book: DigestBook | None
    out: Path | None

    @property
    def different(self) -> int:
        """Frames that are not what the outputs carried."""
        return 0 if self.book is None else len(self.book.different)

    @property
    def said(self) -> str:
        """In words."""
        where = "" if self.out is None else f" in {self.out}"
        kept = f", {self.kept} were there already" if self.kept else ""
        return "\n".join([f"{self.drawn} frames drawn{where}{kept}", *([] if self.book is None else [self.book.said])])

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        book = self.book
        compared = None if book is None else {"equal": book.equal, "different": book.different, "unknown": book.unknown}
        return {"drawn": self.drawn, "kept": self.kept, "compared": compared, "out": str(self.out or "")}


def run_job(take: Take, job: Job, tell: Tell) -> Done:
    """Do it. Raises InputError for what is missing."""
    places = shown_frames(take, job.span, job.pre_roll)
    with contextlib.ExitStack() as held:
        if job.stage is not None:
            path = find_stage(job.stage).resolve()
        else:
            path = held.enter_context(RestoredStage(take)).path
        scene = take.frame(places[0]).scene
        ctx = create_offscreen_context()
        held.callback(ctx.release)
        redraw = Redraw(ctx, path, scene, job.wish)
        held.callback(redraw.close)
        if job.movie is not None and job.out is not None:
            return _movies(take, job, places, redraw, tell)
        if job.camera is None:
            return _outputs(take, job, places, redraw, tell)
        probe = None
        if job.passes:
            probe = Redraw(ctx, path, scene, job.wish, Material.PROBE)
            held.callback(probe.close)
        return _camera(take, job, places, redraw, probe, tell)


def _movies(take: Take, job: Job, places: list[int], redraw: Redraw, tell: Tell) -> Done:
    """A movie that is there already is left."""
    assert job.movie is not None
    assert job.out is not None
    framing = None if job.camera is None else Framing(job.camera, job.size_px, job.margin_deg)
    names = [output.name for output in redraw.stage.outputs] if job.camera is None else [job.camera]
    paths = movie_paths(job.out, names, job.movie)
    if all(path.is_file() for path in paths.values()):
        return Done(0, len(places), None, job.out)
    return Done(write_movies(take, redraw, places, paths, job.movie, framing=framing, tell=tell), 0, None, job.out)


def _outputs(take: Take, job: Job, places: list[int], redraw: Redraw, tell: Tell) -> Done:
    book = DigestBook(digests_of(take)) if job.verify else None
    drawn = kept = 0
    for count, place in enumerate(places):
        number = int(take.numbers[place])
        files = _output_files(job.out, [output.name for output in redraw.stage.outputs], number)
        if book is None and files and all(path.is_file() for path in files.values()):
            kept += 1
            continue
        redraw.draw(take.frame(place))
        drawn += 1
        if book is not None:
            book.compare(number, redraw.renderer.readback.digest())
        if files:
            codes = redraw.outputs()
            for name, path in files.items():
                _write_codes(path, codes[name], redraw.renderer.readback.bits(name))
        if count % TOLD_EVERY == TOLD_EVERY - 1:
            tell(f"{count + 1} of {len(places)} frames")
    return Done(drawn, kept, book, job.out)


def _camera(take: Take, job: Job, places: list[int], redraw: Redraw, probe: Redraw | None, tell: Tell) -> Done:
    assert job.camera is not None
    framing = Framing(job.camera, job.size_px, job.margin_deg)
    rate = Fraction(take.info.rate)
    drawn = kept = 0
    for count, place in enumerate(places):
        number = int(take.numbers[place])
        path = None if job.out is None else job.out / f"{job.camera}.{number:08}.exr"
        if path is None or path.is_file():
            kept += 1
            continue
        frame = redraw.draw(take.frame(place))
        picture = beauty(redraw, frame, framing)
        extra = {}
        if probe is not None:
            probe.draw(frame)
            extra = passes_of(probe, frame, _after(take, place), framing, job.passes)
        header = timecode_header(take.info.start_timecode, place - take.info.pre_roll, rate)
        fresh = path.with_name(f"{path.name}.new")
        write_exr(fresh, picture, extra, frame, framing, header)
        fresh.replace(path)
        drawn += 1
        if count % TOLD_EVERY == TOLD_EVERY - 1:
            tell(f"{count + 1} of {len(places)} frames")
    return Done(drawn, kept, None, job.out)


def _after(take: Take, place: int) -> Frame | None:
    return take.frame(place + 1) if place + 1 < len(take.numbers) else None


def _output_files(out: Path | None, outputs: list[str], number: int) -> dict[str, Path]:
    return {} if out is None else {name: out / f"{name}.{number:08}.png" for name in outputs}


def _write_codes(path: Path, codes: np.ndarray[Any, np.dtype[np.uint16]], bits: int) -> None:
    """8 bit as they are; 10 bit in the upper bits of 16."""
    fresh = path.with_name(f"{path.stem}.new.png")
    write_picture(fresh, codes.astype(np.uint8) if bits == BYTE_BITS else codes << (PNG_BITS - bits))
    fresh.replace(path)
