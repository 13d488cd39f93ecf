"""Clips of a camera's card are read as they say themselves, and matched to takes by time code."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from stage.errors import InputError
from stage.takes.index import Listed
from stage.takes.take_info import TakeInfo
from tools.takes.post.card import Clip, clip_of, clips_on
from tools.takes.post.match import matched


def write_clip(path: Path, timecode: str | None, frames: int = 12, rate: Fraction = Fraction(24)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if timecode is not None:
            stream.metadata["timecode"] = timecode
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 9, np.uint8), format="rgb24")
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))
    return path


def listed(name: str, start: str, frames: int, rate: str = "24") -> Listed:
    info = TakeInfo(
        schema="take/1",
        slate=name,
        take=1,
        stage="s",
        stage_file="s.toml",
        rate=rate,
        rolled_at="2026-11-30T10:00:00+01:00",
        start_timecode=start,
        first_frame=10,
        last_frame=10 + frames - 1,
        software="1",
    )
    return Listed(f"2026-11-30/{name}", Path(name), info, 0)


@pytest.mark.parametrize(
    ("rate", "code"),
    [
        (Fraction(24), "10:00:00:12"),
        (Fraction(25), "23:59:59:24"),
        (Fraction(24000, 1001), "01:02:03:04"),
        (Fraction(30000, 1001), "10:01:00;02"),
    ],
)
def test_a_clip_says_its_time_code_rate_and_reel(tmp_path: Path, rate: Fraction, code: str) -> None:
    clip = clip_of(write_clip(tmp_path / "A001C003_261130_R1AB.mov", code, 12, rate))
    assert (clip.timecode, clip.frames, clip.rate, clip.reel) == (code, 12, rate, "A001C003")
    assert clip.counting.drop == (";" in code)


def test_a_card_with_what_is_no_clip_is_read_and_told(tmp_path: Path) -> None:
    write_clip(tmp_path / "A001" / "A001C001.mov", "10:00:00:00")
    write_clip(tmp_path / "A001" / "A001C002.mp4", None)
    (tmp_path / "A001" / "A001C003.mov").write_bytes(b"no movie")
    (tmp_path / "A001" / ".hidden.mov").write_bytes(b"")
    (tmp_path / "A001" / "notes.txt").write_text("x")
    first, second, third = clips_on(tmp_path)
    assert first.problem is None
    assert second.problem == "has no time code"
    assert third.problem is not None
    assert "cannot be read" in third.problem
    with pytest.raises(InputError, match="has no clips"):
        clips_on(_empty(tmp_path))
    with pytest.raises(InputError, match="no folder"):
        clips_on(tmp_path / "none")


def _empty(root: Path) -> Path:
    (root / "empty").mkdir()
    return root / "empty"


def clip(start: str, frames: int, rate: Fraction = Fraction(24), name: str = "A001C001.mov") -> Clip:
    from stage.maths.timecode import counting_of, frame_of

    return Clip(Path(name), "A001", rate, frames, frame_of(start, counting_of(rate, ";" in start)), start)


def test_the_clip_that_holds_the_take_is_found_with_the_rolls_place() -> None:
    take = listed("12A", "10:00:05:00", 48)
    found = matched(
        [take, listed("13A", "11:00:00:00", 48)], [clip("10:00:00:00", 240), clip("12:00:00:00", 9, name="b.mov")]
    )
    (match,) = found.matches
    assert (match.take, match.whole, match.offset_s) == ("2026-11-30/12A", True, Fraction(5))
    assert found.takes_without == ("2026-11-30/13A",)
    assert [each.path.name for each in found.clips_without] == ["b.mov"]


def test_clips_that_hold_a_part_come_after_those_that_hold_more() -> None:
    take = listed("12A", "10:00:05:00", 240)
    found = matched([take], [clip("10:00:10:00", 960, name="b.mov"), clip("10:00:05:12", 960, name="c.mov")])
    assert [each.clip.path.name for each in found.matches] == ["c.mov", "b.mov"]
    assert [each.whole for each in found.matches] == [False, False]
    assert found.best()[take.name].clip.path.name == "c.mov"


def test_midnight_and_other_rates_do_not_matter() -> None:
    take = listed("12A", "00:00:01:00", 48)
    (match,) = matched([take], [clip("23:59:58:00", 240)]).matches
    assert match.offset_s == 3
    (match,) = matched([take], [clip("00:00:00:00", 240, Fraction(24000, 1001))]).matches
    assert match.offset_s == 1
    assert not matched([take], [clip("00:00:03:00", 24)]).matches
