"""The figures of `openstage bench drawing --peers`: everybody's CPU per frame, in turns, and the pictures' likeness."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from tools.bench.peers.cases import CASES
from tools.bench.peers.process import SideProcess, Turn
from tools.bench.peers.sides import OWN, SIDES, installed
from tools.live.live_stage import NULL_DRIVER

WARM_FRAMES = 6
ALIKE_FRAME = 30
"""The pictures of this frame are compared: the camera is far from where it started."""
Pictures = Mapping[str, NDArray[np.uint8]]


def peer_figures(
    cases: Sequence[str], only: Sequence[str], rounds: int, frames: int, null_driver: bool = False
) -> dict[str, Any]:
    """For each case and side the CPU time of a frame, ms, median of the rounds; for the others also the ratio to this
    product (median of the rounds' ratios; above 1 = this product takes less) and the pictures' likeness in dB.

    `only`: the sides besides this product; none: all that are installed. Raises InputError for an unknown name.
    """
    unknown = [*(set(cases) - set(CASES)), *(set(only) - set(SIDES))]
    if unknown:
        problem = f"there is no {', '.join(sorted(unknown))}"
        remedy = f"Cases: {', '.join(CASES)}. Programs: {', '.join(SIDES)}"
        raise InputError("openstage bench drawing --peers", "--case, --peer", problem, remedy)
    missing = [name for name in SIDES if not installed(name) and (not only or name in only)]
    sides = [OWN, *(name for name in only or SIDES if name != OWN and name not in missing)]
    figures: dict[str, Any] = {"rounds": rounds, "frames": frames}
    for case in cases or ("b", "c", "arc"):
        figures[case] = _case_figures(case, sides, rounds, frames, null_driver)
    if missing:
        packages = sorted({SIDES[name][1] for name in missing})
        figures["not installed"] = f"{', '.join(packages)}: install with pip install 'openstage[peers]'"
    return figures


def _case_figures(case: str, sides: Sequence[str], rounds: int, frames: int, null_driver: bool) -> dict[str, Any]:
    with _processes(case, sides, dict(one.split("=") for one in NULL_DRIVER) if null_driver else {}) as processes:
        for process in processes:
            process.draw(0, WARM_FRAMES)
        turns: dict[str, list[Turn]] = {name: [] for name in sides}
        for number in range(rounds):
            for process in processes if number % 2 == 0 else reversed(processes):
                turns[process.side].append(process.draw(WARM_FRAMES + number * frames, frames))
        pictures = {} if null_driver else _pictures(processes)
    own = turns[OWN]
    return {name: {**_row(turns[name], own), **_likeness(name, pictures)} for name in sides}


def _row(turns: Sequence[Turn], own: Sequence[Turn]) -> dict[str, float]:
    row = {
        "cpu_ms": median(turn.cpu_ms for turn in turns),
        "wall_p50_ms": min(turn.wall_p50_ms for turn in turns),
        "p99_to_p50": median(turn.wall_p99_ms / turn.wall_p50_ms for turn in turns),
    }
    if turns is not own:
        row["ratio"] = median(theirs.cpu_ms / ours.cpu_ms for theirs, ours in zip(turns, own, strict=True))
    return row


def _likeness(name: str, pictures: Mapping[str, Pictures]) -> dict[str, float]:
    return {} if name == OWN or not pictures else {"psnr_db": psnr_db(pictures[OWN], pictures[name])}


def psnr_db(one: Pictures, other: Pictures) -> float:
    """How alike the walls of two sides are: peak signal to noise over all of them, dB; infinite where equal."""
    squares = [np.square(one[name].astype(np.float64) - other[name]).ravel() for name in one]
    mean = float(np.concatenate(squares).mean())
    return float(10.0 * np.log10(255.0**2 / mean)) if mean else float("inf")


def _pictures(processes: Sequence[SideProcess]) -> dict[str, Pictures]:
    """The walls of every side on the same frame."""
    found: dict[str, Pictures] = {}
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        for process in processes:
            process.draw(ALIKE_FRAME, 1)
            file = Path(folder) / f"{process.side}.npz"
            process.picture(file)
            with np.load(file) as stored:
                found[process.side] = {name: stored[name] for name in stored.files}
    return found


@contextmanager
def _processes(case: str, sides: Sequence[str], environment: dict[str, str]) -> Iterator[list[SideProcess]]:
    with ExitStack() as stack:
        processes = []
        for name in sides:
            process = SideProcess(name, case, environment)
            stack.callback(process.close)
            processes.append(process)
        yield processes
