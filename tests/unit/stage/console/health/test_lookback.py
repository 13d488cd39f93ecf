"""What the operator looks back at outlives the console: commands, alerts that are over, graphs."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from stage.console.health.lookback import KEEP_NS, LOG_SLOTS, NAME, Lookback, LookbackFile, Ring
from stage.console.health.watch import HISTORY_NS, Watch
from stage.messages.commands import CommandResult
from stage.units import NS_PER_S
from tests.unit.stage.console.world import STAGE


def told(number: int) -> CommandResult:
    return CommandResult(
        number=str(number),
        name="look.recall",
        who="anna",
        accepted=True,
        text=f"preset-{number}",
        frame_number=number,
        done_ns=number,
    )


def test_a_ring_tells_each_line_once_under_its_key_and_forgets_the_oldest() -> None:
    ring = Ring("log", 3, ["a", "b"])
    assert ring.news() == {"log/0": "a", "log/1": "b"}
    ring.add("c")
    ring.replace("C")
    ring.add("d")
    assert ring.news() == {"log/2": "C", "log/0": "d"}
    assert ring.news() == {}
    assert list(ring.lines) == ["b", "C", "d"]


def test_the_next_console_shows_what_the_one_before_had_and_goes_on(tmp_path: Path) -> None:
    before = Lookback()
    watch = Watch(STAGE, 0, before)
    for number in range(LOG_SLOTS + 7):
        watch.hear(told(number), 0)
    for step in range(4):
        watch.turn(step * HISTORY_NS)
    LookbackFile(tmp_path).keep(before, 0)

    watch = Watch(STAGE, 3 * NS_PER_S, Lookback(LookbackFile(tmp_path).read()))
    shown = watch.turn(3 * NS_PER_S).shown
    texts = [line["text"] for key, line in shown.items() if key.startswith("log/") and isinstance(line, dict)]
    assert texts == [f"preset-{number}" for number in range(7, LOG_SLOTS + 7)]
    assert len([key for key in shown if key.startswith("history/")]) == 4 + 1
    watch.hear(told(99), 4 * NS_PER_S)
    changed = watch.turn(3 * NS_PER_S + 1).shown
    assert [key for key in changed if key.startswith("log/")] == ["log/0"], "the oldest line gives way"


@pytest.mark.parametrize("kept", [b"", b"\xc1", b"\x93\x01\x02\x03", b"\x81\xa3log\x05"])
def test_what_was_kept_and_cannot_be_read_is_lost_and_said(
    tmp_path: Path, kept: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_bytes(kept)
    assert LookbackFile(tmp_path).read() == {}
    assert "before the console's restart is lost" in caplog.text


def test_nothing_kept_is_nothing_to_say(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert LookbackFile(tmp_path).read() == {}
    assert caplog.text == ""


def test_it_is_kept_every_two_seconds_and_a_disk_that_takes_nothing_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    folder = tmp_path / "run"
    file, lookback = LookbackFile(folder), Lookback({"log": ["a"]})
    for turn in range(3):
        file.keep(lookback, turn * KEEP_NS)
    assert caplog.text.count("the history cannot be kept") == 1
    folder.mkdir()
    file.keep(lookback, 3 * KEEP_NS - 1)
    assert not (folder / NAME).exists()
    file.keep(lookback, 3 * KEEP_NS)
    assert LookbackFile(folder).read()["log"] == ["a"]
    (folder / NAME).unlink()
    folder.rmdir()
    file.keep(lookback, 4 * KEEP_NS)
    assert caplog.text.count("the history cannot be kept") == 2
