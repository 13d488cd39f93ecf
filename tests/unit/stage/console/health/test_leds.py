"""Whether cameras see the walls' LEDs, live: of the newest frame, with the lens's own stop and focus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from stage.console.health.leds_part import LEDS, LedsPart
from stage.files.loading import find_stage, load_stage
from stage.messages.frames import CameraState
from stage.messages.samples import LensState
from stage.units import NS_PER_S
from tests.unit.stage.console.world import CAMERA, a_ground, frame


def rows(tmp_path: Path, state: CameraState) -> list[dict[str, Any]]:
    ground = a_ground(tmp_path)
    camera = load_stage(find_stage("two-walls")).cameras[0]
    part = LedsPart(replace(ground, stage=ground.stage.model_copy(update={"cameras": (camera,)})))
    assert part.turn(0).shown == {}, "no frame yet"
    part.hear(frame(1, [state]), 0)
    shown = cast(Any, part.turn(0).shown[LEDS])["rows"]
    assert part.turn(NS_PER_S // 2).shown == {}, "once a second"
    return cast(list[dict[str, Any]], shown)


@pytest.mark.parametrize(("focus_m", "now"), [(None, "unknown"), (4.0, "seen"), (0.4, "hidden")])
def test_a_camera_that_films_the_wall_is_told_what_it_sees_now(tmp_path: Path, focus_m: float | None, now: str) -> None:
    """4 m before a wall of 20 mm pitch: an LED is many pixels, so the grid itself is seen, in focus."""
    lens = LensState(50.0, focus_m=focus_m, f_stop=2.0)
    (row,) = rows(tmp_path, replace(CAMERA, position_m=(0.0, 0.0, 1.0), lens=lens))
    assert (row["camera"], row["wall"], row["seen"], row["now"]) == ("a", "main", "the LED grid", now)
    assert (row["distance_m"], row["f_number"], row["f_said"]) == (pytest.approx(4.0), 2.0, True)


def test_without_a_stop_the_usual_one_is_taken_and_said(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, replace(CAMERA, position_m=(0.0, 0.0, 1.0)))
    assert (row["f_number"], row["f_said"]) == (2.8, False)


def test_a_camera_that_looks_away_has_no_row(tmp_path: Path) -> None:
    assert rows(tmp_path, replace(CAMERA, position_m=(0.0, 0.0, 1.0), orientation=(0.0, 0.0, 0.0, 1.0))) == []
