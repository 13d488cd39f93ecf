"""The show's reserve: what was kept there last is found, whole, whatever happens meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stage.bus.slot import remove_slots, slot_path
from stage.conductor.reserve import HEAD, NAME, Reserve

ROOM = 4096


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    remove_slots(tmp_path)


@pytest.fixture
def factory(tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:
    return tmp_path_factory


@given(st.lists(st.binary(min_size=1, max_size=ROOM), min_size=1, max_size=5))
def test_the_last_show_is_found_by_the_next_process(
    tmp_path_factory: pytest.TempPathFactory, shows: list[bytes]
) -> None:
    home = tmp_path_factory.mktemp("run")
    writer = Reserve(home, ROOM)
    for moment, show in enumerate(shows):
        assert writer.write(show, moment)
    assert Reserve(home, ROOM).newest() == (len(shows) - 1, shows[-1])
    remove_slots(home)


@given(st.integers(0, HEAD.size + 40), st.integers(1, 3))
def test_a_process_killed_while_it_writes_leaves_the_show_before(
    tmp_path_factory: pytest.TempPathFactory, written: int, before: int
) -> None:
    """However much of it was written: the other half is whole."""
    home = tmp_path_factory.mktemp("run")
    reserve = Reserve(home, ROOM)
    for moment in range(before):
        reserve.write(b"show %d" % moment, moment)
    torn = HEAD.pack(99, 40, 0) + bytes(range(40))
    handle = os.open(slot_path(home, NAME), os.O_RDWR)
    os.pwrite(handle, torn[:written], (before % 2) * (HEAD.size + ROOM))
    os.close(handle)
    found = Reserve(home, ROOM).newest()
    assert found == (before - 1, b"show %d" % (before - 1))
    remove_slots(home)


def test_the_next_process_does_not_write_over_the_last_show(home: Path) -> None:
    first = Reserve(home, ROOM)
    first.write(b"one", 1)
    second = Reserve(home, ROOM)
    assert second.newest() == (1, b"one")
    second.write(b"two", 2)
    halves = slot_path(home, NAME).read_bytes()
    assert b"one" in halves
    assert b"two" in halves


def test_all_its_room_is_taken_when_it_is_made(home: Path) -> None:
    """So no disk that fills up later can keep it from being written."""
    Reserve(home, ROOM)
    assert os.stat(slot_path(home, NAME)).st_blocks * 512 >= 2 * (HEAD.size + ROOM)


def test_a_show_too_long_for_it_and_one_without_room_are_refused(home: Path, tmp_path: Path) -> None:
    reserve = Reserve(home, ROOM)
    assert not reserve.write(bytes(ROOM + 1), 1)
    assert reserve.newest() is None
    none = Reserve(home, 1 << 60)
    assert not none.write(b"show", 1)
    assert none.newest() is None
