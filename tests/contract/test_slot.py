"""The newest frame in shared memory: at once, whole, once; and ZeroMQ where there is no slot."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stage.bus.slot import HEAD, TURN, SlotReader, SlotWriter, remove_slots, slot_path
from stage.bus.zmq_bus import ZmqBus
from stage.messages.frames import Frame
from stage.messages.topics import TOPIC_BY_NAME
from tests.looks import a_look

FRAMES = "conductor.frame"
WAIT_NS = 50_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slot"


def frame(number: int, name: str = "boxes") -> Frame:
    return Frame(
        number=number,
        present_ns=0,
        decided_ns=0,
        scene=name,
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=a_look(),
        cameras=(),
    )


def test_each_message_is_read_once_and_the_newest_only(path: Path) -> None:
    writer, reader = SlotWriter(path, 100), SlotReader(path)
    assert reader.find()
    assert reader.read() is None
    writer.write(b"one")
    writer.write(b"two, longer")
    assert (reader.read(), reader.read()) == (b"two, longer", None)
    writer.write(b"3")
    assert reader.read() == b"3"


def test_what_was_there_before_is_not_news(path: Path) -> None:
    writer = SlotWriter(path, 100)
    writer.write(b"old")
    reader = SlotReader(path)
    assert reader.find()
    assert reader.read() is None


def test_without_a_writer_there_is_nothing_to_read(path: Path) -> None:
    reader = SlotReader(path)
    assert not reader.find()
    assert reader.read() is None
    SlotWriter(path, 100).write(b"x")
    assert reader.find()


def test_a_message_that_is_being_written_or_torn_is_not_read(path: Path) -> None:
    writer, reader = SlotWriter(path, 100), SlotReader(path)
    reader.find()
    writer.write(b"whole")
    with path.open("r+b") as file:
        head = file.read(HEAD.size)
        file.seek(0)
        file.write(TURN.pack(3))
        file.flush()
        assert reader.read() is None, "a write is on its way"
        file.seek(HEAD.size)
        file.write(b"wHole")
        file.seek(0)
        file.write(head)
        file.flush()
        assert reader.read() is None, "its check is wrong"
        file.seek(HEAD.size)
        file.write(b"whole")
        file.flush()
    assert reader.read() == b"whole"


def test_a_message_too_long_is_said_to_be(path: Path) -> None:
    writer, reader = SlotWriter(path, 4), SlotReader(path)
    reader.find()
    writer.write(b"12345")
    assert reader.read() == b""
    writer.write(b"1234")
    assert reader.read() == b"1234"


def test_a_writer_that_was_killed_is_followed_by_the_next(path: Path) -> None:
    first, reader = SlotWriter(path, 100), SlotReader(path)
    reader.find()
    first.write(b"one")
    assert reader.read() == b"one"
    with path.open("r+b") as file:
        file.write(TURN.pack(3))
    second = SlotWriter(path, 100)
    second.write(b"two")
    assert reader.read() == b"two"


def test_a_writer_that_ended_well_is_followed_by_the_next(path: Path) -> None:
    first, reader = SlotWriter(path, 100), SlotReader(path)
    reader.find()
    first.write(b"one")
    assert reader.read() == b"one"
    first.close()
    SlotWriter(path, 100).write(b"two")
    assert reader.find()
    assert reader.read() == b"two"


@pytest.fixture
def bus(run_dir: Path) -> Iterator[ZmqBus]:
    bus = ZmqBus.in_directory(run_dir)
    yield bus
    bus.close()


def test_the_newest_frame_is_there_without_waiting(bus: ZmqBus) -> None:
    publisher = bus.publisher("conductor")
    subscriber = bus.subscriber(FRAMES, newest_only=True)
    publisher.publish(frame(1))
    publisher.publish(frame(2))
    assert subscriber.receive() == [frame(2)]
    assert subscriber.receive() == []
    assert subscriber.receive(WAIT_NS // 10) == [], "what ZeroMQ carries behind it is no news"


def test_a_frame_wakes_the_one_who_waits(bus: ZmqBus) -> None:
    subscriber = bus.subscriber(FRAMES, newest_only=True)
    publisher = bus.publisher("conductor")
    for number in range(1, 100):
        publisher.publish(frame(number))
        if heard := subscriber.receive(WAIT_NS):
            break
    assert heard == [frame(number)]


def test_a_frame_too_long_for_its_slot_is_carried_by_zeromq(bus: ZmqBus) -> None:
    publisher = bus.publisher("conductor")
    subscriber = bus.subscriber(FRAMES, newest_only=True)
    long = frame(3, "x" * TOPIC_BY_NAME[FRAMES].slot_bytes)
    heard: list[object] = []
    for _ in range(100):
        publisher.publish(long)
        if heard := list(subscriber.receive(WAIT_NS)):
            break
    assert heard == [long]
    publisher.publish(frame(4))
    assert subscriber.receive() == [frame(4)]


def test_what_is_too_long_for_its_slot_is_waited_for(bus: ZmqBus) -> None:
    publisher = bus.publisher("conductor")
    subscriber = bus.subscriber(FRAMES, newest_only=True)
    long = frame(3, "x" * TOPIC_BY_NAME[FRAMES].slot_bytes)
    for _ in range(100):  # connected: the first of them may be missed
        publisher.publish(long)
        if subscriber.receive(WAIT_NS):
            break
    for number in range(4, 54):
        later = frame(number, long.scene)
        publisher.publish(later)
        assert list(subscriber.receive(100 * WAIT_NS)) == [later], "not one is missed by asking too early"


def test_without_room_in_memory_zeromq_has_to_do(bus: ZmqBus, monkeypatch: pytest.MonkeyPatch, run_dir: Path) -> None:
    def full(handle: int, start: int, size: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    publisher = bus.publisher("conductor")
    assert not slot_path(run_dir, FRAMES).exists()
    subscriber = bus.subscriber(FRAMES, newest_only=True)
    heard: list[object] = []
    for number in range(100):
        publisher.publish(frame(number))
        if heard := list(subscriber.receive(WAIT_NS)):
            break
    assert heard == [frame(number)]


def test_nothing_is_left_in_memory(run_dir: Path) -> None:
    bus = ZmqBus.in_directory(run_dir)
    bus.publisher("conductor")
    assert slot_path(run_dir, FRAMES).exists()
    bus.close()
    assert not slot_path(run_dir, FRAMES).exists()


def test_what_killed_processes_left_is_removed(run_dir: Path) -> None:
    SlotWriter(slot_path(run_dir, FRAMES), 100)
    remove_slots(run_dir)
    assert not slot_path(run_dir, FRAMES).exists()


def test_stages_in_two_directories_do_not_meet(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert slot_path(tmp_path / "a", FRAMES) != slot_path(tmp_path / "b", FRAMES)


def test_its_name_cannot_be_guessed_and_stays_for_the_run(run_dir: Path) -> None:
    here = run_dir.stat()
    path = slot_path(run_dir, FRAMES)
    assert f"{here.st_ino:x}" not in path.name
    assert slot_path(run_dir, FRAMES) == path


def test_a_slot_that_others_could_read_or_swap_is_neither_written_nor_read(run_dir: Path) -> None:
    path = slot_path(run_dir, FRAMES)
    path.write_bytes(bytes(200))
    path.chmod(0o666)
    with pytest.raises(PermissionError):
        SlotWriter(path, 100)
    assert not SlotReader(path).find()
    path.unlink()
    path.symlink_to(run_dir / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        SlotWriter(path, 100)
    assert not (run_dir / "elsewhere").exists()
    path.unlink()
