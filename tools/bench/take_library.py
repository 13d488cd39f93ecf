"""How soon thousands of takes are listed, and a frame of a long take is read; with what memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import psutil

from stage.bus.bus import Letter
from stage.messages.codec import encode
from stage.messages.frames import Frame
from stage.messages.samples import LensState, TrackingSample
from stage.messages.takes import Datagram
from stage.messages.topics import TOPIC_OF_RECORD, Record
from stage.model.look import Look
from stage.takes.index import INDEX, TakeIndex
from stage.takes.part_writer import PartWriter
from stage.takes.take import Take
from stage.takes.take_info import TakeInfo, write_info
from stage.units import NS_PER_S

NEWEST = 200
"""As many as a page shows."""
MOST_MS = {"index_opens_ms": 200.0, "seek_p99_ms": 100.0}
MOST_MB = 64.0
"""What opening a take of any length and reading it in a thousand places may cost."""
TAKES_A_DAY, SEEKS, SEED, RATE_HZ, SAMPLES = 200, 1000, 7, 24, 10
MS, MB = 1e3, 1e6
WORD = "note 4999"


def library_figures(takes: int, minutes: float) -> dict[str, Any]:
    """The figures: `takes` of a library, one take of `minutes` with a tracker of 240 Hz."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as name:
        root = Path(name)
        for number in range(takes):
            _small_take(root / "many", number)
        index = _index_figures(root / "many")
        long = _long_take(root / "long", round(minutes * 60 * RATE_HZ))
        figures = {**index, **_seek_figures(long)}
    good = all(figures[key] <= most for key, most in MOST_MS.items()) and figures["memory_mb"] <= MOST_MB
    return {**figures, "good": good}


def _index_figures(root: Path) -> dict[str, float]:
    made = _seconds(lambda: TakeIndex(root).listed(most=NEWEST))
    opened = [_seconds(lambda: TakeIndex(root).listed(most=NEWEST)) for _ in range(5)]
    searched = _seconds(lambda: TakeIndex(root).listed(WORD, NEWEST))
    size = (root / INDEX).stat().st_size
    count = TakeIndex(root).count()
    return {
        "takes": count,
        "index_made_ms": made * MS,
        "index_opens_ms": float(np.median(opened)) * MS,
        "search_ms": searched * MS,
        "index_mb": size / MB,
    }


def _seek_figures(folder: Path) -> dict[str, float]:
    process = psutil.Process()
    before = process.memory_info().rss
    begun = perf_counter()
    with Take(folder) as take:
        opened = perf_counter() - begun
        places = np.random.default_rng(SEED).integers(0, len(take.numbers), SEEKS)
        waits = [_seconds(lambda place=int(place): take.frame(place)) for place in places]  # type: ignore[misc]
        grown = process.memory_info().rss - before
        length = sum(path.stat().st_size for path in folder.iterdir())
        return {
            "minutes": take.seconds / 60.0,
            "take_mb": length / MB,
            "take_opens_ms": opened * MS,
            "seek_p50_ms": float(np.median(waits)) * MS,
            "seek_p99_ms": float(np.percentile(waits, 99)) * MS,
            "memory_mb": grown / MB,
        }


def _small_take(root: Path, number: int) -> None:
    day, place = divmod(number, TAKES_A_DAY)
    folder = root / f"{2026 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}" / f"{place // 8 + 1}A_t{number:05}"
    folder.mkdir(parents=True)
    (folder / "part-001.mcap").write_bytes(b"")
    write_info(folder, _info(f"{place // 8 + 1}A", number % 10_000, note=f"note {number}"), whole=False)


def _long_take(root: Path, frames: int) -> Path:
    folder = root / "2026-11-30" / "1A_t001"
    folder.mkdir(parents=True)
    about = {"rolled_ns": "0", "slate": "1A", "take": "1", "stage": "long", "rate": str(RATE_HZ)}
    part = PartWriter(folder / "part-001.mcap", about, 0)
    look = Look()
    period_ns = round(NS_PER_S / Fraction(RATE_HZ))
    for number in range(frames):
        at_ns = number * period_ns
        for each in range(SAMPLES):
            sample_ns = at_ns + each * period_ns // SAMPLES
            part.write(_letter(Datagram(0, "10.0.0.1", sample_ns, bytes(29)), sample_ns))
            part.write(_letter(replace(_SAMPLE, number=number * SAMPLES + each, captured_ns=sample_ns), sample_ns))
        part.write(_letter(_frame(number, at_ns, look), at_ns))
    part.finish()
    write_info(folder, _info("1A", 1).model_copy(update={"first_frame": 0, "last_frame": frames - 1}))
    return folder


_SAMPLE = TrackingSample(
    camera="a",
    source="t",
    number=0,
    captured_ns=0,
    received_ns=0,
    position_m=(0.0, -3.0, 1.5),
    orientation=(1.0, 0.0, 0.0, 0.0),
    lens=LensState(35.0),
    sender_counter=None,
)


def _frame(number: int, at_ns: int, look: Look) -> Frame:
    return Frame(
        number=number,
        present_ns=at_ns,
        decided_ns=at_ns,
        scene="boxes",
        scene_time_s=number / RATE_HZ,
        outer_number=number,
        outer_scene_time_s=number / RATE_HZ,
        look=look,
        cameras=(),
    )


def _letter(record: Record, sent_ns: int) -> Letter:
    return Letter(TOPIC_OF_RECORD[type(record)].name, "", sent_ns, encode(record))


def _info(slate: str, take: int, note: str = "") -> TakeInfo:
    return TakeInfo(
        schema="take/1",
        slate=slate,
        take=take,
        stage="bench",
        stage_file="bench.toml",
        rate=str(RATE_HZ),
        status="complete",
        rolled_at=f"2026-11-30T10:00:00.{take % 1000:03}+00:00",
        start_timecode="10:00:00:00",
        software="bench",
        content={f"stage/scenes/boxes/{name}": "0" * 64 for name in ("scene.toml", "a.glb", "b.png")},
        note=note,
    )


def _seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun
