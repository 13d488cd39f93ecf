"""What a comparison with the path tracer says of its figures, and what its pictures show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tools.bench.light.account import Account, Row
from tools.bench.light.sheet import BAND_PX, EDGE_PX, sheet
from tools.tracing.likeness import Likeness

GOOD = Likeness(
    flip=0.05, flip_hdr=0.06, floor=0.02, flip_without_foliage=0.05, flip_of_foliage=None, flip_of_surfaces=0.06,
    median=0.02, worst=0.2, mean_ratio=1.01,
)  # fmt: skip


def row(night: bool = False, name: str = "street", **changes: float) -> Row:
    return Row(name, "noon", "front", night, replace(GOOD, **changes))


def test_within_all_limits_it_is_good() -> None:
    account = Account((row(), row(night=True, flip_without_foliage=0.11, floor=0.05)))
    assert account.good
    assert account.day_mean == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flip_without_foliage": 0.101}, "FLIP 0.101 > 0.10"),
        ({"floor": 0.031}, "own noise is 0.031"),
        ({"median": 0.04}, "median error 0.040"),
        ({"mean_ratio": 0.97}, "0.970 of the reference's"),
        ({"mean_ratio": 1.03}, "1.030 of the reference's"),
    ],
)
def test_beyond_a_limit_it_is_not_and_says_which(changes: dict[str, float], said: str) -> None:
    account = Account((Row("street", "noon", "front", False, replace(GOOD, **changes)),))
    assert not account.good
    assert said in account.text()


def test_the_mean_by_day_counts_days_only_and_has_its_own_limit() -> None:
    account = Account((row(flip_without_foliage=0.09), row(flip_without_foliage=0.08), row(night=True)))
    assert account.day_mean == pytest.approx(0.085)
    assert not account.good
    assert not any(one.faults for one in account.rows)


def test_the_table_has_a_mean_for_each_set() -> None:
    document = Account((row(flip=0.1), row(flip=0.2), row(name="wood", flip=0.4))).document()
    assert document["mean_flip_of_sets"] == pytest.approx({"street": 0.15, "wood": 0.4})


def test_a_sheet_shows_ours_the_path_tracers_and_the_difference_in_this_order() -> None:
    ours, theirs = np.full((90, 160, 3), 0.09, np.float32), np.full((90, 160, 3), 0.18, np.float32)
    error = np.full((90, 160), 0.25, np.float32)
    drawn = sheet(ours, theirs, error, ("ours", "theirs", "difference"))
    row_px = EDGE_PX + BAND_PX + 45
    middles = [EDGE_PX + 80 + number * (160 + EDGE_PX) for number in range(3)]
    assert [int(drawn[row_px, column, 0]) for column in middles] == [85, 118, 128]
    for column in middles:
        assert drawn[EDGE_PX : EDGE_PX + BAND_PX, column - 80 : column + 80].max() > 150
