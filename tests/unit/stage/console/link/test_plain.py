"""Records as names and values."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import pytest

from stage.console.link.plain import plain
from stage.model.alerts import Severity
from tests.unit.stage.console.world import CAMERA, HEALTH


def test_a_record_becomes_a_mapping_of_all_its_fields() -> None:
    camera = plain(CAMERA)
    assert isinstance(camera, dict)
    assert list(camera) == [field.name for field in fields(CAMERA)]
    assert camera["validity"] == 2
    assert type(camera["validity"]) is int
    assert camera["position_m"] == [0.0, 0.0, 1.6]
    assert camera["lens"] == {
        "focal_length_mm": 24.0,
        "projection_offset_mm": [0.0, 0.0],
        "radial": [],
        "tangential": [],
        "overscan": 1.0,
        "entrance_pupil_m": 0.0,
        "focus_m": None,
        "f_stop": None,
        "zoom_raw": None,
        "focus_raw": None,
    }


def test_tuples_of_tuples_become_lists_of_lists() -> None:
    @dataclass(frozen=True)
    class Counts:
        rejected: tuple[tuple[str, int], ...]

    assert plain(Counts((("checksum", 3), ("length", 1)))) == {"rejected": [["checksum", 3], ["length", 1]]}


def test_a_word_of_an_enum_becomes_the_word_alone() -> None:
    shown = plain(Severity.WARNING)
    assert (shown, type(shown)) == ("warning", str)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_say_is_none(number: float) -> None:
    assert plain((1.5, number)) == [1.5, None]


def test_what_has_no_plain_form_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="object"):
        plain((HEALTH, object()))
