"""A job in chunks of frames on dask.distributed: a scheduler somewhere, or workers on this machine. IO.

A chunk is drawn by the same function as the whole job, and leaves what is there already: a worker that dies costs its
chunk at most, which another one draws again. Workers need the same release, the take's folder and `--out` by the same
paths (a shared disk).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from stage.errors import InputError
from stage.takes.take import Take
from tools.takes.job import Done, Job, run_job
from tools.takes.redraw import Span, shown_frames

Tell = Callable[[str], None]
LOCAL = "local"
MOST_WORKERS = 64
DEATHS = 5
"""So many workers may die over one chunk, until it is the chunk's fault."""
PATIENCE_S = "20s"


def spans_of(take: Take, job: Job, chunk: int) -> list[Span]:
    """The frames to draw, in chunks by number. Raises InputError where there are none, or the job cannot be divided."""
    if job.verify or job.movie is not None or job.out is None:
        remedy = "Draw PNGs or EXRs on the farm, and compare or make the movie here"
        raise InputError("take render", "", "only pictures can be drawn in chunks", remedy)
    numbers = [int(take.numbers[place]) for place in shown_frames(take, job.span, job.pre_roll)]
    groups = [numbers[begin : begin + chunk] for begin in range(0, len(numbers), chunk)]
    return [Span(group[0], group[-1], job.span.step) for group in groups]


def farmed(take: Take, job: Job, address: str, chunk: int, tell: Tell) -> Done:
    """Do a job on a farm: `tcp://HOST:PORT` of a dask scheduler, or `local:N` workers. Raises InputError."""
    spans = spans_of(take, job, chunk)
    with _client(address, len(spans)) as client:
        return gathered(client, job, spans, tell)


def gathered(client: Any, job: Job, spans: list[Span], tell: Tell) -> Done:
    """Every chunk, as they come back. Raises InputError for one that cannot be drawn."""
    import distributed

    waiting = {client.submit(draw_chunk, replace(job, span=span), pure=False): span for span in spans}
    drawn = kept = 0
    for count, future in enumerate(distributed.as_completed(list(waiting)), start=1):
        span = waiting[future]
        try:
            done = future.result()
        except distributed.KilledWorker as error:
            problem = f"{DEATHS} workers died over frames {span.first} to {span.last}"
            raise InputError("--farm", "", problem, "Draw these frames here, and read what is said") from error
        drawn, kept = drawn + done[0], kept + done[1]
        tell(f"frames {span.first} to {span.last} done, {count} of {len(spans)} chunks")
    return Done(drawn, kept, None, job.out)


def draw_chunk(job: Job) -> tuple[int, int]:
    """On a worker: a chunk's frames; how many were drawn, how many there already."""
    with Take(job.take) as take:
        done = run_job(take, job, lambda text: None)
    return done.drawn, done.kept


@contextmanager
def _client(address: str, chunks: int) -> Iterator[Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        remedy = "Install it here and on the workers: pip install 'openstage[farm]'"
        raise InputError("--farm", "", "needs dask.distributed", remedy) from error
    with dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}):
        if address == LOCAL or address.startswith(f"{LOCAL}:"):
            with (
                distributed.LocalCluster(
                    n_workers=min(_workers(address), chunks),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    host="127.0.0.1",
                ) as cluster,
                distributed.Client(cluster) as client,
            ):
                yield client
            return
        try:
            client = distributed.Client(address, timeout=PATIENCE_S)
        except (OSError, ValueError) as error:
            problem = f"no scheduler answers at {address}"
            raise InputError("--farm", "", problem, "Start one: `dask scheduler`, and `dask worker ADDRESS`") from error
        with client:
            yield client


def _workers(address: str) -> int:
    _, _, count = address.partition(":")
    if not count:
        return 2
    if not count.isdigit() or not 1 <= int(count) <= MOST_WORKERS:
        raise InputError("--farm", "", f"{address!r} is no number of workers", "Write local:3")
    return int(count)
