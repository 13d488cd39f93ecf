"""The whole chain: render measures the set, the lights process tells the lamps, in fades as when nothing moves."""

from __future__ import annotations

import pytest

from tools.bench.lights import light_figures


@pytest.mark.slow
def test_lamps_are_told_what_was_meant_and_go_with_the_walls() -> None:
    figures = light_figures(seconds=2.0)
    packets = figures["packets"]
    assert figures["independent_library"] == f"{packets} of {packets} packets the same"
    same, _, of, _ = figures["meant_in_steady_light"].split()
    assert int(same) == int(of) > 0
    assert figures["most_in_a_second"] <= 45, "44 and one at the edge of the second"
    assert (figures["out_of_order"], figures["terminated_at_exit"]) == (0, 3)
    for fade in figures["fades"].values():
        assert fade["packets_looked_at"] > 0
        assert fade["behind_wall_p50_ms"] > -1.0, "never before the wall"
