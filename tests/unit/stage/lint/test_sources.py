"""Which sources may share a port: every packet is for one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stage.lint.sources import shared_ports
from stage.lint.subject import LintedStage
from stage.model.stagefile import Stage

WALL = {
    "kind": "flat",
    "name": "w",
    "cabinets": {"columns": 1, "rows": 1, "size_px": [16, 9], "pitch_mm": 10.0},
}
PLACE = {"address": "/p/{id}", "arguments": ["x", "y", "z"]}
OTHER_PLACE = {"address": "/q/{id}", "arguments": ["x", "y", "z"]}


def clashes(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    base = {"port": 50_000, "host": "127.0.0.1"}
    sources = [{"name": "a"} | base | first, {"name": "b"} | base | second]
    output = {"name": "o", "size_px": [16, 9], "tiles": [{"tile": "w/all"}]}
    stage = Stage.model_validate(
        {"schema": "stage/1", "name": "s", "scene": "none", "walls": [WALL], "outputs": [output], "sources": sources}
    )
    return [finding.remedy for finding in shared_ports(LintedStage(stage, Path("s.toml"), (None,)))]


@pytest.mark.parametrize(("first", "second", "key"), [
    ({"camera_id": 1}, {"camera_id": 1}, "camera_id"),
    ({}, {"camera_id": 1}, "camera_id"),
    ({"protocol": "psn", "tracker": 1}, {"protocol": "psn", "tracker": 1}, "tracker"),
    ({"protocol": "opentrackio"}, {"protocol": "opentrackio", "source_number": 1, "group": ""}, "source_number"),
    ({"protocol": "osc", "id": "a"}, {"protocol": "osc", "id": "a"}, "id"),
    ({"protocol": "osc", "rules": [PLACE, OTHER_PLACE]}, {"protocol": "osc", "rules": [OTHER_PLACE]}, "id"),
])  # fmt: skip
def test_two_sources_that_want_the_same_packets(first: dict[str, Any], second: dict[str, Any], key: str) -> None:
    assert clashes(first, second) == [f"Use another port, or give each its own `{key}`"]


@pytest.mark.parametrize(("first", "second"), [
    ({"camera_id": 1}, {"camera_id": 2}),
    ({"allow": ["10.0.0.1"]}, {"allow": ["10.0.0.2"]}),
    ({"protocol": "psn", "tracker": 1}, {"protocol": "psn", "tracker": 2}),
    ({"protocol": "opentrackio", "source_number": 1}, {"protocol": "opentrackio", "source_number": 2}),
    ({"protocol": "osc", "id": "a"}, {"protocol": "osc", "id": "b"}),
    ({"protocol": "osc", "id": "a", "rules": [PLACE]}, {"protocol": "osc", "id": "a", "rules": [OTHER_PLACE]}),
    ({"camera_id": 1}, {"protocol": "psn", "tracker": 1, "group": ""}),
    ({}, {"port": 50_001}),
    ({"port": 0}, {"port": 0}),
])  # fmt: skip
def test_two_sources_that_are_told_apart(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert clashes(first, second) == []


@pytest.mark.parametrize(("first", "second"), [
    ({"host": "0.0.0.0", "camera_id": 1}, {"camera_id": 2}),
    ({"host": "0.0.0.0", "camera_id": 1}, {"host": "0.0.0.0", "group": "239.1.2.3", "camera_id": 2}),
])  # fmt: skip
def test_a_port_that_is_taken_on_all_networks_cannot_be_opened_again(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert clashes(first, second) == ["Use another port, or the same host (and group) for both"]
