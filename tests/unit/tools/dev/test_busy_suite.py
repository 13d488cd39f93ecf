"""The tests beside busy programs: every round is told, and a failure in any of them is a failure of all."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tools.dev import busy_suite
from tools.dev.busy_suite import busy_programs, main, round_of

GOOD = "def test_good() -> None:\n    pass\n"
FAILS_THE_SECOND_TIME = """
from pathlib import Path

def test_once() -> None:
    ran = Path(__file__).with_suffix(".ran")
    assert not ran.exists()
    ran.touch()
"""


def run(folder: Path, text: str, *options: str) -> int:
    tests = folder / "test_little.py"
    tests.write_text(text, encoding="utf-8")
    return main([*options, "--busy", "1", "--", "-p", "no:cacheprovider", "--rootdir", str(folder), str(tests)])


def test_good_rounds_are_counted_and_end_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, GOOD, "--rounds", "2") == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(" in ")[0] for line in told[:2]] == [
        "round 1 of 2: 1 passed, 0 failed, 0 skipped",
        "round 2 of 2: 1 passed, 0 failed, 0 skipped",
    ]
    assert told[2].startswith("2 rounds, 0 of them bad: 2 passed, 0 failed; ")


def test_one_failure_in_one_round_is_named_kept_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busy_suite, "KEPT", tmp_path / "kept")
    assert run(tmp_path, FAILS_THE_SECOND_TIME, "--rounds", "2") == 1
    told = capsys.readouterr().out
    assert "round 2 of 2: 0 passed, 1 failed, 0 skipped" in told
    assert "::test_once" in told
    assert "2 rounds, 1 of them bad: 1 passed, 1 failed; " in told
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["round-2.txt"]
    assert "assert not" in (tmp_path / "kept" / "round-2.txt").read_text(encoding="utf-8")


def test_a_run_that_tested_nothing_or_ended_early_is_bad() -> None:
    assert not round_of(b"", 1.0, 0).good
    assert str(round_of(b"", 1.0, 3)) == "0 passed, 0 failed, 0 skipped in 1 s, ended with exit code 3"
    passed = b"<testsuites><testsuite><testcase classname='a' name='b'/></testsuite></testsuites>"
    assert round_of(passed, 1.0, 0).good
    assert not round_of(passed, 1.0, 3).good


def test_the_busy_programs_are_there_and_gone_afterwards() -> None:
    family = psutil.Process()
    before = {child.pid for child in family.children()}
    with busy_programs(2):
        programs = [child for child in family.children() if child.pid not in before]
        assert len(programs) == 2
    assert not any(program.is_running() for program in programs)
