"""Disks: what cannot be written is found within a second; little room is told before it matters."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stage.manager.disk import LEAST_BYTES, LEAST_SHARE, PROBE_NS, SOON_NS, SPAN_NS, DiskWatch, Filling, Room
from stage.units import NS_PER_S

TB = 10**12
MINUTE_NS = 60 * NS_PER_S


def filled(rate_bytes_s: float, free_bytes: float, total_bytes: int = 4 * TB) -> str:
    """What is said of a disk that has filled at this rate for ten minutes and has so much left."""
    filling, said = Filling(), ""
    for second in range(-600, 1):
        said = filling.low(Room(second * NS_PER_S, round(free_bytes - second * rate_bytes_s), total_bytes))
    return said


@given(st.floats(1e5, 1e9), st.floats(1.0, 24 * 60))
def test_a_disk_is_low_when_it_will_be_full_in_half_an_hour(rate_bytes_s: float, left_min: float) -> None:
    """By the definition: what is left, over how fast it goes."""
    free_bytes = rate_bytes_s * left_min * 60
    said = filled(rate_bytes_s, free_bytes)
    if free_bytes > LEAST_BYTES * 1.01 and left_min > SOON_NS / MINUTE_NS * 1.01:
        assert said == ""
    if left_min < SOON_NS / MINUTE_NS * 0.99:
        assert said.endswith(f"full in {left_min:.0f} min as it fills now") or abs(left_min % 1 - 0.5) < 0.02


def test_a_disk_that_does_not_fill_is_low_only_where_there_is_little_room() -> None:
    assert filled(0, LEAST_BYTES) == ""
    assert filled(0, LEAST_BYTES - 1) == "200 MB are left"
    small = 10**8
    assert filled(0, LEAST_SHARE * small, small) == ""
    assert filled(0, LEAST_SHARE * small - 1, small) == "10 MB are left"


def test_one_large_file_is_no_trend_until_a_minute_has_passed() -> None:
    filling = Filling()
    assert filling.low(Room(0, TB, 4 * TB)) == ""
    assert filling.low(Room(NS_PER_S, TB // 2, 4 * TB)) == ""
    assert filling.low(Room(SPAN_NS // 2, TB // 2, 4 * TB)).endswith("full in 1 min as it fills now")


def test_a_folder_that_takes_no_file_is_found_at_the_next_look(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    watch = DiskWatch(run_dir, (tmp_path,))
    first, other = watch.look(0)
    assert (first.folder, first.cannot) == (str(run_dir), "")
    assert (other.folder, other.cannot) == (str(tmp_path), "")
    assert watch.look(PROBE_NS - 1) == []
    assert list(run_dir.iterdir()) == []
    run_dir.rmdir()
    assert watch.look(PROBE_NS)[0].cannot == "No such file or directory"


def test_a_quota_that_takes_only_a_part_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda handle, content: len(content) // 2)
    assert DiskWatch(tmp_path).look(0)[0].cannot == "No space left on device"
