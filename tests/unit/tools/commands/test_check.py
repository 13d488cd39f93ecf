"""`python -m tools.dev.check`: every check runs, and a failed one says what to do."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.places import ROOT
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
    assert [each.name for each in check.CHECKS] == ["format", "lint", "imports", "generated", "sizes", "page", "types"]
    assert all(Path(each.command[0]).is_file() for each in check.CHECKS)


def test_quick_leaves_out_what_takes_long(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(check, "CHECKS", (GOOD, replace(BAD, quick=False)))
    assert check.main(["--quick"]) == 0
    assert capsys.readouterr().out.splitlines() == ["good      ok"]
    assert check.main() == 1


def test_the_hook_before_a_commit_runs_the_quick_checks_and_nothing_from_elsewhere() -> None:
    config = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: *(.*)", config) == ["local"]
    assert re.findall(r"entry: *(.*)", config) == [".venv/bin/python -m tools.dev.check --quick"]
    assert [each.name for each in check.CHECKS if not each.quick] == ["page", "types"]
