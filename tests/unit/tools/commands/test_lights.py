"""What `openstage lights list` prints of the state."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from stage.console.link.plain import plain
from stage.messages.lights import FixtureState, LightsState
from tools.commands.lights import _line, _summary, lights_app

KEY = FixtureState(name="key", kind="rgbw", universe=1, address=9, colour=(1.0, 0.5, 0.25), level=0.5, source="scene")
STATE = LightsState(
    fixtures=(KEY,),
    protocol="sacn",
    released=False,
    desk=(),
    desk_name="",
    rate_hz=24.0,
    lag_frames=0,
    packets=100,
    error="",
)


def state(**changes: object) -> dict[str, Any]:
    told = plain(STATE)
    assert isinstance(told, dict)
    return {**told, **changes}


def test_a_fixture_is_a_line_with_address_level_and_colour() -> None:
    words = _line(state()["fixtures"][0]).split()
    assert words == ["key", "rgbw", "1/9", "50.0", "%", "1.00", "0.50", "0.25", "scene"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "sacn, 24 packets/s of each universe"),
        ({"released": True}, "released to the desk: nothing is sent"),
        ({"protocol": "off"}, "off in the stage file: nothing is sent"),
        ({"desk": [1, 2], "desk_name": "MA"}, "MA has universe 1, 2"),
        ({"error": "cannot send to 10.0.0.9"}, "cannot send to 10.0.0.9"),
        ({"deaf": "cannot hear desks: No such device"}, "; cannot hear desks: No such device"),
    ],
)
def test_the_last_line_says_who_has_the_lamps(changes: dict[str, object], says: str) -> None:
    assert says in _summary(state(**changes))


def test_a_stage_without_fixtures_is_told_so() -> None:
    checked = CliRunner().invoke(lights_app, ["check", "two-walls"])
    assert checked.exit_code == 0
    assert "the stage has no fixtures" in checked.output
