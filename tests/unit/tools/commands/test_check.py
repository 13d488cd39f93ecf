"""`python -m tools.dev.check`: every check runs, and a failed one says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.dev import check

GOOD = check.Check("good", (sys.executable, "-c", ""), "nothing")
BAD = check.Check("bad", (sys.executable, "-c", "print('line 3 is crooked'); raise SystemExit(1)"), "straighten it")


def test_all_good_ends_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "CHECKS", (GOOD, GOOD))
    assert check.main() == 0


def test_one_bad_ends_with_1_tells_the_remedy_and_still_runs_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "CHECKS", (BAD, GOOD))
    assert check.main() == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == ["bad       FAILED", "good      ok"]
    assert "line 3 is crooked" in told.err
    assert "check bad failed: straighten it" in told.err


def test_format_lint_imports_generated_files_and_types_are_checked() -> None:
    assert [each.name for each in check.CHECKS] == ["format", "lint", "imports", "generated", "sizes", "types"]
    assert all(Path(each.command[0]).is_file() for each in check.CHECKS)
