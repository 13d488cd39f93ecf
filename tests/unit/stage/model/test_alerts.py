"""Operator texts: one table, and everything that can be raised is in it and fits the console."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import render.wall.tile_guard
import stage.console.health.alert_rules
import stage.manager.service
import stage.process.keeping
import tracking.guard.guard
from stage.model.alerts import ALERTS, LONGEST_REMEDY, LONGEST_TEXT, Severity

LONGEST_NAME = "tracker-handheld"


@pytest.mark.parametrize("code", ALERTS)
def test_texts_fit_the_console(code: str) -> None:
    alert = ALERTS[code]
    assert 0 < len(alert.text.format(subject="")) <= LONGEST_TEXT
    assert len(alert.text.format(subject=LONGEST_NAME)) <= 60
    assert 0 < len(alert.remedy.format(subject="")) <= LONGEST_REMEDY <= 120


@pytest.mark.parametrize("code", ALERTS)
def test_texts_name_only_the_subject(code: str) -> None:
    alert = ALERTS[code]
    named = {field for text in (alert.text, alert.remedy) for _, field, _, _ in Formatter().parse(text) if field}
    assert named <= {"subject"}


@pytest.mark.parametrize("code", ALERTS)
def test_texts_say_what_is_wrong_and_what_to_do(code: str) -> None:
    alert = ALERTS[code]
    assert alert.remedy.endswith(".")
    assert not alert.text.endswith(".")
    assert alert.text.isupper() is False or alert.severity is Severity.CRITICAL, "capitals are for the worst"


RAISERS = (stage.console.health.alert_rules, stage.manager.service, render.wall.tile_guard, stage.process.keeping)
SOURCE = "".join(
    Path(str(module.__file__)).read_text(encoding="utf-8")
    for module in (
        stage.console.health.alert_rules,
        stage.manager.service,
        render.wall.tile_guard,
        tracking.guard.guard,
        stage.process.keeping,
    )
)


def test_every_code_that_is_raised_has_its_words() -> None:
    raised = set(re.findall(r'(?:Symptom|Fault|_alert)\(\s*"([a-z-]+)"', SOURCE))
    raised |= {code for pair in re.findall(r'code = "([a-z-]+)" if .* else "([a-z-]+)"', SOURCE) for code in pair}
    assert len(raised) > 5
    assert raised <= set(ALERTS)


def test_every_row_of_the_table_can_be_raised() -> None:
    assert [code for code in ALERTS if f'"{code}"' not in SOURCE] == []
