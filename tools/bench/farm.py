"""A take drawn by workers of dask.distributed next to a plain pool of processes, and with a worker killed."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any

import psutil

from stage.takes.take import Take
from tools.takes.farm.farm import draw_chunk, farmed, spans_of
from tools.takes.job import Job, run_job
from tools.takes.redraw import Span

Tell = Callable[[str], None]
KILLED_OF = 3
SOON_S = 0.05


def farm_figures(folder: Path, workers: Sequence[int], frames: int, chunk: int, tell: Tell) -> dict[str, Any]:
    """The figures for `frames` frames of the take in a folder, from the roll on. Times include the start of workers."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as name, Take(folder) as take:
        root = Path(name)
        first = int(take.numbers[min(take.info.pre_roll, len(take.numbers) - 1)])
        job = Job(folder, root / "here", span=Span(first, first + frames - 1))
        figures: dict[str, Any] = {"frames": frames, "chunk": chunk, "cores": os.cpu_count()}
        figures["here_frames_s"] = frames / _timed(root / "here", lambda: run_job(take, job, tell))
        known = _digests(root / "here")
        spans = spans_of(take, job, chunk)
        good = True
        for count in workers:
            pooled, farmed_out = replace(job, out=root / f"pool{count}"), replace(job, out=root / f"dask{count}")
            figures[f"pool_{count}_frames_s"] = frames / _timed(pooled.out, partial(_pool, pooled, spans, count))
            dask = partial(farmed, take, farmed_out, f"local:{count}", chunk, tell)
            figures[f"dask_{count}_frames_s"] = frames / _timed(farmed_out.out, dask)
            good = good and _digests(pooled.out) == known and _digests(farmed_out.out) == known
        figures["killed"] = killed = _killed(take, replace(job, out=root / "killed"), chunk, tell)
        killed["equal"] = _digests(root / "killed") == known
        return {**figures, "good": good and bool(killed["equal"])}


def _pool(job: Job, spans: Sequence[Span], workers: int) -> None:
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(draw_chunk, [replace(job, span=span) for span in spans]))


def _killed(take: Take, job: Job, chunk: int, tell: Tell) -> dict[str, Any]:
    """One of three workers is killed once the first picture is there."""
    assert job.out is not None
    job.out.mkdir()
    killed: list[int] = []
    killer = Thread(target=_kill_one, args=(job.out, killed), daemon=True)
    killer.start()
    done = farmed(take, job, f"local:{KILLED_OF}", chunk, tell)
    return {"workers": KILLED_OF, "killed": len(killed), "frames": done.drawn + done.kept}


def _kill_one(out: Path, killed: list[int]) -> None:
    while not any(out.glob("*.png")):
        sleep(SOON_S)
    for child in psutil.Process().children(recursive=True):
        if "spawn_main" in " ".join(child.cmdline()) and child.num_threads() > 2:
            child.send_signal(signal.SIGKILL)
            killed.append(child.pid)
            return


def _timed(out: Path | None, act: Callable[[], object]) -> float:
    assert out is not None
    out.mkdir(exist_ok=True)
    begun = perf_counter()
    act()
    return perf_counter() - begun


def _digests(folder: Path | None) -> dict[str, str]:
    assert folder is not None
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
