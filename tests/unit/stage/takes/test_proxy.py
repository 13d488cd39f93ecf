"""A take's small movies: their pictures are those of the frames that their times name, also after a kill."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from stage.messages.frames import Preview
from stage.takes.proxy import MOVIE, THUMBNAIL, TakeProxies, proxies_of

RATE = Fraction(24000, 1001)
NUMBERS = [*range(1000, 1100, 5), 1203, 1207]


def grey_of(number: int) -> int:
    return 30 + (number * 7) % 190


def preview(number: int, output: str = "wall", size: tuple[int, int] = (96, 55)) -> Preview:
    pixels = np.full((size[1], size[0], 4), grey_of(number), np.uint8)
    return Preview("render", output, number, *size, pixels.tobytes())


def shown(path: Path) -> dict[int, float]:
    """Mean grey by frame after the first."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        frames = list(file.decode(video=0))
        return {
            round(Fraction(frame.pts or 0) * Fraction(stream.time_base or 1) * RATE): float(
                frame.to_ndarray(format="rgb24").mean()
            )
            for frame in frames
        }


def written(folder: Path) -> TakeProxies:
    proxies = TakeProxies(folder, RATE)
    for number in NUMBERS:
        proxies.take(preview(number))
        proxies.take(preview(number, "witness", (64, 36)))
    return proxies


def test_pictures_lie_at_their_frames(tmp_path: Path) -> None:
    proxies = written(tmp_path)
    proxies.take(preview(1100))  # late: dropped
    proxies.take(preview(1300, size=(32, 32)))  # another size: dropped
    proxies.close()
    assert proxies_of(tmp_path) == {"wall": 1000, "witness": 1000}
    found = shown(tmp_path / MOVIE.format("wall"))
    assert sorted(found) == [number - 1000 for number in NUMBERS]
    for place, grey in found.items():
        assert grey == pytest.approx(grey_of(place + 1000), abs=4)
    thumbnail = np.asarray(cv2.imread(str(tmp_path / THUMBNAIL.format("wall"))))
    assert thumbnail.mean() == pytest.approx(grey_of(1000), abs=3)


def test_a_movie_whose_writer_was_killed_plays_up_to_its_last_fragment(tmp_path: Path) -> None:
    (tmp_path / "rolling").mkdir()
    (tmp_path / "killed").mkdir()
    proxies = written(tmp_path / "rolling")
    shutil.copyfile(tmp_path / "rolling" / MOVIE.format("wall"), tmp_path / "killed" / MOVIE.format("wall"))
    proxies.close()
    found = shown(tmp_path / "killed" / MOVIE.format("wall"))
    assert len(found) >= 10
    assert set(found) <= {number - 1000 for number in NUMBERS}


def test_what_cannot_be_encoded_costs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    proxies = TakeProxies(tmp_path / "none", RATE)
    for number in (1, 2):
        proxies.take(preview(number))
        proxies.take(preview(number, "small", (8, 8)))
    proxies.close()
    assert proxies_of(tmp_path) == {}
    assert caplog.text.count("no proxy of") == 1
