"""A take in chunks on workers, one of them killed: every frame once, equal to what is drawn here; movies are locked to
frame numbers."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import av
import numpy as np
import psutil
import pytest

from stage.errors import InputError
from stage.takes.take import Take
from tests.shaders.takes.test_redraw import FRAMES, TELL, ctx, shot
from tools.takes.farm.farm import farmed, spans_of
from tools.takes.farm.job_description import arguments, description
from tools.takes.job import Job, run_job
from tools.takes.movie import CODECS, Movie
from tools.takes.redraw import Span

__all__ = ["ctx", "shot"]


def pictures(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def kill_a_worker(out: Path, killed: list[int]) -> None:
    while not any(out.iterdir()):
        sleep(0.05)
    workers = [each for each in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(each.cmdline())]
    os.kill(workers[-1].pid, signal.SIGKILL)
    killed.append(workers[-1].pid)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_killed_worker_costs_only_its_chunk(shot: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    job = Job(shot, here, span=Span(FRAMES.start, FRAMES.start + 7))
    killed: list[int] = []
    with Take(shot) as take:
        run_job(take, job, TELL)
        Thread(target=kill_a_worker, args=(there, killed), daemon=True).start()
        done = farmed(take, replace(job, out=there), "local:2", 2, TELL)
    assert len(killed) == 1
    assert done.drawn + done.kept == 8
    assert pictures(there) == pictures(here)
    assert len(pictures(here)) == 8


def test_chunks_hold_every_frame_once(shot: Path, tmp_path: Path) -> None:
    with Take(shot) as take:
        spans = spans_of(take, Job(shot, tmp_path), 7)
        held = [n for span in spans for n in range(span.first or 0, (span.last or 0) + 1)]
        assert held == list(FRAMES)
        thinned = spans_of(take, Job(shot, tmp_path, span=Span(step=3)), 2)
        numbers = [n for span in thinned for n in range(span.first or 0, (span.last or 0) + 1, 3)]
        assert numbers == list(FRAMES)[::3]
        for wrong in (Job(shot, tmp_path, movie="prores"), Job(shot, None, verify=True)):
            with pytest.raises(InputError, match="in chunks"):
                spans_of(take, wrong, 7)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "local:none", "local:0"])
def test_a_farm_that_is_not_there_is_told(shot: Path, tmp_path: Path, address: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("tools.takes.farm.farm.PATIENCE_S", "1s")
    with Take(shot) as take, pytest.raises(InputError):
        farmed(take, Job(shot, tmp_path), address, 8, TELL)


def test_an_open_job_description_names_every_chunk(shot: Path, tmp_path: Path) -> None:
    from openjd.model import decode_job_template

    with Take(shot) as take:
        job = Job(shot, tmp_path, camera="a", passes=("depth",))
        spans = spans_of(take, job, 6)
    template = description(job, spans)
    decode_job_template(template=json.loads(json.dumps(template)))
    (frames,) = template["steps"][0]["parameterSpace"]["taskParameterDefinitions"]
    assert frames["range"] == ["30-35", "36-41", "42-47", "48-49"]
    assert "--passes" in arguments(job)


@pytest.mark.parametrize("kind", ["prores", "prores4444", "h264"])
def test_a_movie_has_a_picture_for_every_frame_with_its_time_code(shot: Path, tmp_path: Path, kind: str) -> None:
    with Take(shot) as take:
        (tmp_path / "png").mkdir()
        run_job(take, Job(shot, tmp_path / "png", span=Span(34, 41)), TELL)
        done = run_job(take, Job(shot, tmp_path, span=Span(34, 41), movie=kind), TELL)
        start = take.info.start_timecode
    assert done.drawn == 8
    import cv2

    with av.open(str(tmp_path / f"wall{CODECS[kind].ending}")) as file:
        stream = file.streams.video[0]
        tags = {**file.metadata, **stream.metadata} | {k: v for each in file.streams for k, v in each.metadata.items()}
        assert stream.average_rate == Fraction(24)
        assert tags["timecode"] == start[:-2] + f"{int(start[-2:]) + 4:02}"
        shown = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(shown) == 8
    for number, picture in zip(range(34, 42), shown, strict=True):
        wanted = np.asarray(cv2.imread(str(tmp_path / "png" / f"wall.{number:08}.png")))[..., ::-1]
        assert np.abs(picture.astype(float) - wanted).mean() < 3.0


def test_a_missing_frame_repeats_the_one_before(tmp_path: Path) -> None:
    movie = Movie(tmp_path / "a.mov", "prores", Fraction(24), "10:00:00:00")
    for number, grey in ((0, 1000), (1, 20_000), (4, 60_000)):
        movie.write(number, np.full((64, 96, 3), grey, np.uint16))
    assert not (tmp_path / "a.mov").exists()
    movie.finish()
    with av.open(str(tmp_path / "a.mov")) as file:
        means = [frame.to_ndarray(format="rgb24").mean() for frame in file.decode(video=0)]
    assert len(means) == 5
    assert means[1] == means[2] == means[3] != means[4]


def test_a_size_that_no_movie_has_is_told(tmp_path: Path) -> None:
    for kind, size in (("dnxhr", (64, 64)), ("prores", (65, 64))):
        movie = Movie(tmp_path / "a.mov", kind, Fraction(24), "10:00:00:00")
        with pytest.raises(InputError):
            movie.write(0, np.zeros((size[1], size[0], 3), np.uint16))
        movie.abandon()
    assert list(tmp_path.iterdir()) == []


def test_dnxhr_is_written(tmp_path: Path) -> None:
    movie = Movie(tmp_path / "a.mov", "dnxhr", Fraction(24000, 1001), "10:00:00:00")
    for number in range(3):
        movie.write(number, np.full((256, 512, 3), 9000 * number, np.uint16))
    movie.finish()
    with av.open(str(tmp_path / "a.mov")) as file:
        assert file.streams.video[0].codec_context.name == "dnxhd"
        assert len(list(file.decode(video=0))) == 3
