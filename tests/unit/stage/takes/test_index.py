"""The index says what the files say, whatever became of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from stage.messages.control import AlertState
from stage.messages.frames import Frame
from stage.takes.index import INDEX, TakeIndex
from stage.takes.library import TakeLibrary
from stage.takes.marks import Marks
from stage.takes.places import find_take, take_folders
from stage.takes.recovery import recover
from stage.takes.take_info import FILE, read_info
from tests.unit.stage.takes.letters import cut, frame, letter, rolling, second, time_of
from tests.unit.stage.takes.test_library import three_takes
from tests.unit.stage.takes.test_recorder import play, recorder_in


def names(index: TakeIndex, words: str = "") -> list[str]:
    return [each.name.split("/")[1] for each in index.listed(words)]


def test_the_index_follows_the_files(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    index = TakeIndex(tmp_path)
    assert names(index) == ["14C_t001", "12A_t002", "12A_t001"]
    assert index.count() == 3
    assert [each.name.split("/")[1] for each in index.listed(most=1)] == ["14C_t001"]
    library.change("12A_t002", {"note": "the GOOD one", "rating": 4})
    assert names(index, "good") == names(index, "4star") == ["12A_t002"]
    shutil.rmtree(library.find("12A_t001"))
    assert names(index) == ["14C_t001", "12A_t002"]
    shutil.copytree(library.find("12A_t002"), library.find("12A_t002").with_name("other"))
    assert index.count() == 3


@pytest.mark.parametrize("harm", ["removed", "garbage", "other", "empty"])
def test_an_index_that_is_lost_or_damaged_is_made_again(tmp_path: Path, harm: str) -> None:
    three_takes(tmp_path)
    before = TakeIndex(tmp_path)
    said = before.listed()
    before.close()
    path = tmp_path / INDEX
    if harm == "removed":
        path.unlink()
    elif harm == "other":
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 999")
        db.close()
    else:
        path.write_bytes(b"" if harm == "empty" else os.urandom(5000))
    assert TakeIndex(tmp_path).listed() == said
    assert path.is_file()


def test_two_read_and_write_one_index(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    one, other = TakeIndex(tmp_path), TakeIndex(tmp_path)
    assert one.listed() == other.listed()
    library.change("14C_t001", {"circled": True})
    assert names(one, "circled") == names(other, "circled") == ["14C_t001"]


def test_a_folder_without_takes_or_that_is_not_there_lists_none(tmp_path: Path) -> None:
    assert TakeIndex(tmp_path / "none").listed() == []
    assert TakeIndex(tmp_path).count() == 0
    assert not (tmp_path / "none").exists()


def test_a_damaged_take_is_listed_with_its_problem_until_it_is_mended(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    folder = library.find("14C_t001")
    index = TakeIndex(tmp_path)
    (folder / FILE).write_text("{")
    assert [each.problem is None for each in index.listed()] == [False, True, True]
    (folder / FILE).unlink()
    assert index.listed()[0].info is None
    recover(folder)
    assert [each.problem for each in index.listed()] == [None] * 3


def test_a_take_is_found_by_its_looks_and_alerts(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    slate = rolling(20)
    play(recorder, range(30), {20: slate})
    alert = AlertState("source-lost", "tracker-a", True, "", 0)
    recorder.take([letter(alert, time_of(30)), *second(30)], time_of(30))
    play(recorder, range(31, 40), {35: cut(slate)})
    index = TakeIndex(tmp_path)
    assert names(index, "neutral") == names(index, "source-lost tracker-a") == ["12A_t001"]
    assert names(index, "dusk") == []


def with_skipped(number: int, skipped: int | None) -> Frame:
    from dataclasses import replace

    return replace(frame(number), skipped=skipped)


@pytest.mark.parametrize(("skipped", "lost", "undecided"), [(0, 4, 0), (3, 1, 3), (4, 0, 4), (9, 0, 4), (None, 0, 4)])
def test_frames_that_were_never_decided_are_not_lost(skipped: int | None, lost: int, undecided: int) -> None:
    marks = Marks(0)
    for each in (frame(10), with_skipped(15, skipped), frame(15), frame(16)):
        marks.hear(letter(each, time_of(each.number)))
    assert (marks.lost, marks.skipped, marks.first, marks.last) == (lost, undecided, 10, 16)


def test_a_take_that_went_on_with_another_recorder_is_counted_whole(tmp_path: Path) -> None:
    before = recorder_in(tmp_path)
    slate = rolling(20)
    play(before, range(40), {20: slate})
    assert before.recording is not None
    before.recording.part.abandon()
    after = recorder_in(tmp_path)
    play(after, range(36, 60), {40: slate, 55: cut(slate)})
    (folder,) = take_folders(tmp_path)
    recover(folder)  # what the recorder does beside its work, at the same time
    info = read_info(folder)
    assert (info.status, info.last_frame, info.lost) == ("complete", 54, 0)
    assert 10 <= info.pre_roll <= 13


@pytest.mark.parametrize("name", ["../x", "/etc", "2026-11-30/../../x", "", "2026-11-30/none", "none"])
def test_a_name_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    from stage.errors import InputError

    three_takes(tmp_path)
    with pytest.raises(InputError):
        find_take(tmp_path, name)


def test_the_library_counts_what_it_lists(tmp_path: Path) -> None:
    library: TakeLibrary = three_takes(tmp_path)
    assert library.count("12A") == len(library.listed("12A")) == 2
