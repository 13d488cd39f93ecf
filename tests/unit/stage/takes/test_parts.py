"""A part of a take is readable up to its last whole message, whatever happened to the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from numpy.typing import NDArray

from stage.bus.bus import Letter
from stage.errors import InputError
from stage.takes.part_reader import PartReader
from stage.takes.part_writer import PartWriter, index_path
from tests.unit.stage.takes.letters import CALENDAR_NS, second

ABOUT = {"take": "1", "rolled_ns": "0"}


def written(path: Path, frames: int = 10, finished: bool = True) -> list[Letter]:
    writer = PartWriter(path, ABOUT, CALENDAR_NS)
    letters = [letter for number in range(100, 100 + frames) for letter in second(number)]
    for letter in letters:
        writer.write(letter)
    writer.flush()
    if finished:
        writer.finish()
    else:
        writer.abandon()
    return letters


def read(path: Path) -> list[Letter]:
    with PartReader(path) as reader:
        return [found.letter for found in reader.messages()]


def frames(path: Path) -> NDArray[Any]:
    with PartReader(path) as reader:
        return reader.frames()


def bare(letters: list[Letter]) -> list[tuple[str, int, bytes]]:
    return [(letter.topic, letter.sent_ns, letter.payload) for letter in letters]


@pytest.mark.parametrize("finished", [True, False])
def test_what_was_written_is_read(tmp_path: Path, finished: bool) -> None:
    path = tmp_path / "part-001.mcap"
    letters = written(path, finished=finished)
    with PartReader(path) as reader:
        found = list(reader.messages())
        assert reader.whole == finished
        assert reader.about == ABOUT
    assert bare([each.letter for each in found]) == bare(letters)
    assert [each.calendar_ns - each.letter.sent_ns for each in found] == [CALENDAR_NS] * len(letters)


def test_other_readers_of_the_format_read_it(tmp_path: Path) -> None:
    path = tmp_path / "part-001.mcap"
    letters = written(path)
    with path.open("rb") as file:
        messages = list(make_reader(file, validate_crcs=True).iter_messages())
    assert [message.data[4:] for _, _, message in messages] == [letter.payload for letter in letters]
    assert {channel.topic for _, channel, _ in messages} == {letter.topic for letter in letters}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_part_cut_anywhere_keeps_every_whole_message(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "whole.mcap"
    if not path.exists():
        written(path)
    with PartReader(path) as reader:
        found = list(reader.messages())
    whole = path.read_bytes()
    length = data.draw(st.integers(found[0].offset, len(whole) - 1))
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(whole[:length])
    ends = [each.offset for each in found[1:]]
    expected = sum(end <= length for end in ends)
    assert len(read(cut)) in (expected, expected + 1)
    assert bare(read(cut)) == bare([each.letter for each in found[: len(read(cut))]])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_bit_never_changes_a_record(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "whole.mcap"
    if not path.exists():
        written(path)
    good = {(letter.topic, letter.payload) for letter in read(path)}
    with PartReader(path) as reader:
        begin = next(reader.messages()).offset
    damaged = bytearray(path.read_bytes())
    place = data.draw(st.integers(begin, len(damaged) - 1))
    damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    other = tmp_path / "damaged.mcap"
    other.write_bytes(damaged)
    payloads = {payload for _, payload in good}
    assert all(letter.payload in payloads for letter in read(other))


def test_frames_are_found_by_their_place(tmp_path: Path) -> None:
    path = tmp_path / "part-001.mcap"
    letters = written(path)
    with PartReader(path) as reader:
        rows = reader.frames()
        assert list(rows["number"]) == list(range(100, 110))
        found = reader.message_at(int(rows["offset"][7]))
    assert found is not None
    assert found.letter.payload == [letter for letter in letters if letter.topic == "conductor.frame"][7].payload


def test_a_lost_or_damaged_index_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "part-001.mcap"
    written(path)
    before = frames(path)
    for damage in (b"", b"no array", None):
        if damage is None:
            index_path(path).unlink()
        else:
            index_path(path).write_bytes(damage)
        assert np.array_equal(frames(path), before)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89MCAP0\r\n", bytes(5000)])
def test_what_is_no_part_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "part-001.mcap"
    path.write_bytes(content)
    with pytest.raises(InputError):
        PartReader(path)
