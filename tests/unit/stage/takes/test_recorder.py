"""From roll to cut, also over crashes and full disks."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

import pytest

from stage.bus.bus import Letter
from stage.messages.commands import Slate
from stage.messages.frames import Frame
from stage.messages.samples import TrackingSample
from stage.takes.library import TakeLibrary
from stage.takes.part_writer import PartWriter
from stage.takes.places import parts_of, take_folders
from stage.takes.recorder import Recorder
from stage.takes.recovery import recover_all
from stage.takes.take import Take
from stage.takes.take_info import FILE, read_info
from stage.units import NS_PER_S
from tests.unit.stage.takes.letters import cut, on_air, rolling, second, setting, time_of

CONTENT = {"stage/small.toml": "0" * 64}


def recorder_in(root: Path, pre_roll_s: float = 0.5) -> Recorder:
    return Recorder(setting(root), int(pre_roll_s * NS_PER_S), lambda scenes: CONTENT)


def play(recorder: Recorder, numbers: Iterable[int], slates: dict[int, Slate]) -> list[Letter]:
    """Frames, and slates that are turned just before some of them; returns everything sent."""
    sent: list[Letter] = []
    for number in numbers:
        letters = [on_air(slates[number], time_of(number) - 10)] if number in slates else []
        letters += second(number)
        sent += letters
        recorder.take(letters, time_of(number))
    return sent


def killed(recorder: Recorder) -> None:
    """What was flushed is all that is left of it."""
    assert recorder.recording is not None
    recorder.recording.part.abandon()


def only_take(root: Path) -> Path:
    (folder,) = take_folders(root)
    return folder


def test_a_take_holds_what_was_sent_from_its_pre_roll_to_its_cut(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    slate = rolling(50)
    sent = play(recorder, range(100), {50: slate, 80: cut(slate)})
    folder = only_take(tmp_path)
    info = read_info(folder)
    assert (info.slate, info.take, info.status, info.lost) == ("12A", 1, "complete", 0)
    assert info.content == CONTENT
    with Take(folder) as take:
        numbers = list(take.numbers)
        assert numbers == list(range(numbers[0], 80))
        assert info.pre_roll == sum(take.present_ns < slate.since_ns)
        assert 10 <= info.pre_roll <= 13  # half a second at 24 frames/s
        samples = [
            each.record.number for each in take.records("tracking.sample") if isinstance(each.record, TrackingSample)
        ]
        assert samples[-60:] == list(range(100, 160))
        assert [record.record for record in take.records("conductor.frame")][-1] == take.frame(len(numbers) - 1)
        assert isinstance(take.frame(3), Frame)
    assert recorder.recording is None
    assert sent


def test_the_next_take_is_another_folder_and_a_repeated_number_loses_nothing(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    first, again = rolling(10), rolling(30)
    play(recorder, range(50), {10: first, 20: cut(first), 30: again, 40: cut(again)})
    assert [folder.name for folder in take_folders(tmp_path)] == ["12A_t001", "12A_t001b"]


def test_takes_in_a_row_have_their_own_pre_roll_and_no_gap(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    first, second_take = rolling(30), rolling(200, take=2)
    play(recorder, range(240), {30: first, 60: cut(first), 200: second_take, 230: cut(second_take)})
    for folder, begin, end in zip(take_folders(tmp_path), (18, 188), (60, 230), strict=True):
        with Take(folder) as take:
            assert list(take.numbers) == list(range(begin, end))
            assert take.info.lost == 0
            airs = [each.sent_ns for each in take.records("show.air")]
            assert airs == sorted(airs)


def test_rolling_on_without_a_cut_ends_the_take_before(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    play(recorder, range(50), {10: rolling(10), 20: rolling(20, "12B"), 30: cut(rolling(20, "12B"))})
    assert [read_info(folder).status for folder in take_folders(tmp_path)] == ["complete", "complete"]


@pytest.mark.parametrize("name", ["场1", "Сцена 4", "12/A..\\", "a" * 32, None, "../../x", "CON: 1?"])
def test_a_slate_in_any_script_is_kept(tmp_path: Path, name: str | None) -> None:
    recorder = recorder_in(tmp_path)
    slate = rolling(10, name)
    play(recorder, range(30), {10: slate, 20: cut(slate)})
    folder = only_take(tmp_path)
    assert read_info(folder).slate == name
    assert folder.resolve().parent.parent == tmp_path.resolve()
    assert len(TakeLibrary(tmp_path).listed(name or "")) == 1


def test_a_killed_recorder_loses_nothing_that_it_was_given(tmp_path: Path) -> None:
    """The recorder is dropped without any farewell; the next one goes on with the same take."""
    before = recorder_in(tmp_path)
    slate = rolling(20)
    play(before, range(40), {20: slate})
    killed(before)
    with Take(only_take(tmp_path)) as take:
        assert list(take.numbers)[-1] == 39
    after = recorder_in(tmp_path)
    play(after, range(45, 60), {45: slate, 55: cut(slate)})
    folder = only_take(tmp_path)
    assert len(parts_of(folder)) == 2
    with Take(folder) as take:
        assert list(take.numbers)[-15:] == [*range(35, 40), *range(45, 55)]
        assert take.info.status == "complete"


def test_a_take_without_a_cut_is_recovered(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    play(recorder, range(40), {20: rolling(20)})
    killed(recorder)
    folder = only_take(tmp_path)
    part = parts_of(folder)[0]
    part.write_bytes(part.read_bytes()[:-7])  # a power cut in the middle of a message
    assert recover_all(tmp_path) == [folder]
    info = read_info(folder)
    assert (info.status, info.last_frame) == ("recovered", 38)
    assert 10 <= info.pre_roll <= 13
    with Take(folder) as take:
        assert list(take.numbers)[-1] == 38
    assert recover_all(tmp_path) == []


def test_a_take_whose_file_is_lost_is_known_from_its_recording(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    slate = rolling(20, "7C", 4)
    play(recorder, range(40), {20: slate, 30: cut(slate)})
    folder = only_take(tmp_path)
    (folder / FILE).unlink()
    recover_all(tmp_path)
    info = read_info(folder)
    assert (info.slate, info.take, info.status) == ("7C", 4, "recovered")


def test_a_full_disk_is_told_and_recording_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = recorder_in(tmp_path, pre_roll_s=10.0)
    slate = rolling(20)
    play(recorder, range(30), {20: slate})
    with monkeypatch.context() as full:

        def refuse(self: PartWriter) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(PartWriter, "flush", refuse)
        play(recorder, range(30, 60), {})
        problem = recorder.state(time_of(60)).problem
        assert problem is not None
        assert "No space left" in problem
    play(recorder, range(60, 90), {})
    assert recorder.state(time_of(90)).problem is None
    play(recorder, range(90, 100), {95: cut(slate)})
    with Take(only_take(tmp_path)) as take:
        assert set(take.numbers) >= {*range(20, 95)}
        assert len(take.numbers) == len(set(take.numbers))
    assert len(parts_of(only_take(tmp_path))) == 2


def test_a_disk_that_refuses_for_longer_than_the_pre_roll_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = recorder_in(tmp_path, pre_roll_s=0.5)
    slate = rolling(20)
    play(recorder, range(30), {20: slate})
    with monkeypatch.context() as full:

        def refuse(self: PartWriter) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(PartWriter, "flush", refuse)
        play(recorder, range(30, 130), {})
    play(recorder, range(130, 200), {190: cut(slate)})
    with Take(only_take(tmp_path)) as take:
        assert set(take.numbers) >= {*range(20, 190)}
        assert take.info.lost == 0


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    root = tmp_path / "takes"
    root.write_text("a file")
    recorder = recorder_in(root)
    play(recorder, range(30), {10: rolling(10)})
    assert recorder.state(0).problem is not None
    root.unlink()
    play(recorder, range(30, 80), {})
    assert recorder.state(0).problem is None
    assert recorder.recording is not None
    killed(recorder)
