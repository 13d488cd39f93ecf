"""The bench of the picture: what it prints, and that a broken limit is told."""

from __future__ import annotations

import json
import math

import pytest
from typer.testing import CliRunner

from tools.bench.picture import picture as bench
from tools.bench.picture.picture import PictureFigure, picture_figures
from tools.cli import app

LIMITS = {
    "reflection": {0.01, 1e-4},
    "sky": {1e-3, 2.0, 0.03, 0.06, 0.10},
    "colour on a 17^3 grid": {1.0},
    "encoder, anything goes in": {0},
}


def test_every_figure_is_a_number_within_its_limit_and_says_against_what() -> None:
    figures = picture_figures()
    assert {about: {one.limit for one in rows.values()} for about, rows in figures.items()} == LIMITS
    for rows in figures.values():
        for name, one in rows.items():
            assert one.good, name
            assert one.against, name
    assert {len(rows) for rows in figures.values()} == {3, 22, 7, 10}


def test_a_value_at_its_limit_is_good_and_no_number_is_not() -> None:
    assert PictureFigure(1.0, 1.0, "codes").good
    assert not PictureFigure(1.01, 1.0, "codes").good
    assert not PictureFigure(math.nan, 1.0, "codes").good


@pytest.mark.parametrize(("value", "status"), [(0.5, 0), (1.5, 1)])
def test_a_broken_limit_is_told_and_ends_with_1(monkeypatch: pytest.MonkeyPatch, value: float, status: int) -> None:
    figures = {
        "colour": {"PQ": PictureFigure(value, 1.0, "codes of 10 bit", "OpenColorIO"), "CDL": PictureFigure(0, 1, "")}
    }
    monkeypatch.setattr(bench, "picture_figures", lambda: figures)
    done = CliRunner().invoke(app, ["bench", "picture", "--json"])
    assert done.exit_code == status
    row = json.loads(done.stdout)["colour"]["PQ"]
    assert row == {
        "value": value,
        "limit": 1.0,
        "unit": "codes of 10 bit",
        "good": value <= 1.0,
        "against": "OpenColorIO",
    }
    plain = CliRunner().invoke(app, ["bench", "picture"]).stdout
    assert f"good {value <= 1.0}" in plain
