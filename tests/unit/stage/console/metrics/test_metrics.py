"""/metrics: what a monitoring system reads, parsed by Prometheus' own parser; the dashboard asks for what there is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from stage.clock import ManualClock
from stage.console.metrics.part import METRIC_TOPICS, MetricsPart
from stage.messages.commands import OnAir, Slate
from stage.messages.control import AlertState, Heartbeat, LoopReport, Phase
from stage.messages.frames import Show
from stage.messages.lights import LightsState
from stage.messages.topics import TOPIC_BY_NAME
from stage.units import NS_PER_S
from tests.looks import a_look
from tests.unit.stage.console.world import HEALTH, PROCESS, a_ground, report

DASHBOARD = Path(__file__).parents[5] / "presets" / "grafana" / "openstage.json"
NOW_NS = 100 * NS_PER_S
AIR = OnAir(
    look=a_look(),
    preset="dusk",
    scene="courtyard",
    show=Show(black=True),
    held=False,
    undo_steps=0,
    redo_steps=0,
    fade_until_ns=0,
    changed_by=None,
    since_ns=0,
    slate=Slate("12A", 1, rolling=True),
)
LOOP = LoopReport(
    role="render",
    turns=50,
    missed=3,
    lateness_p50_ms=0.5,
    lateness_p99_ms=2.0,
    cpu_p50_ms=1.5,
    cpu_p99_ms=4.0,
    sent_ns=NOW_NS,
)
LIGHTS = LightsState(
    fixtures=(),
    protocol="sacn",
    released=False,
    desk=(),
    desk_name="",
    rate_hz=40.0,
    lag_frames=1,
    packets=77,
    error="",
    deaf="",
)


@pytest.fixture
def part(tmp_path: Path) -> MetricsPart:
    return MetricsPart(a_ground(tmp_path, ManualClock(NOW_NS)))


def figures(part: MetricsPart) -> dict[str, float]:
    """Every sample as `name{label="value"}`, read as Prometheus reads it."""
    app = FastAPI()
    part.add_routes(app)
    answer = TestClient(app).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def everything(part: MetricsPart) -> dict[str, float]:
    for number in range(5):
        part.hear(report(number, late_ns=NS_PER_S // 50 if number == 3 else 0, skipped=number == 4), NOW_NS)
    part.hear(PROCESS, NOW_NS)
    part.hear(replace(PROCESS, role="osc", state=Phase.RESTARTING, restarts=2), NOW_NS)
    part.hear(Heartbeat("osc", 7, 1, NOW_NS - 2 * NS_PER_S, True, refused=9, refusal="datagram: short"), NOW_NS)
    part.hear(LOOP, NOW_NS)
    part.hear(replace(HEALTH, rejected=(("checksum", 4),)), NOW_NS)
    part.hear(AIR, NOW_NS)
    part.hear(LIGHTS, NOW_NS)
    part.hear(AlertState("rate-low", "wall", True, "12 of 24", 0), NOW_NS)
    return figures(part)


def test_every_process_is_there_with_what_it_says_of_itself(part: MetricsPart) -> None:
    found = everything(part)
    assert found['openstage_process_up{role="render"}'] == 1
    assert found['openstage_process_up{role="osc"}'] == 0
    assert found['openstage_process_restarts_total{role="osc"}'] == 2
    assert found['openstage_process_cpu_ratio{role="render"}'] == 0.5
    assert found['openstage_process_resident_bytes{role="render"}'] == 300e6
    assert found['openstage_process_heartbeat_age_seconds{role="osc"}'] == 2.0
    assert found['openstage_process_refused_total{role="osc"}'] == 9
    assert found['openstage_loop_lateness_seconds{quantile="0.99",role="render"}'] == pytest.approx(0.002)
    assert found['openstage_loop_missed_total{role="render"}'] == 3


def test_frames_are_counted_and_spread(part: MetricsPart) -> None:
    found = everything(part)
    assert found['openstage_frames_presented_total{node="render"}'] == 5
    assert found['openstage_frames_skipped_total{node="render"}'] == 1
    assert found['openstage_frames_late_total{node="render"}'] == 1
    assert found['openstage_frame_drawing_seconds_count{node="render"}'] == 5
    assert found['openstage_frame_drawing_seconds_sum{node="render"}'] == pytest.approx(5 * 0.009)
    assert found['openstage_frame_lateness_seconds_bucket{le="0.0",node="render"}'] == 4


def test_trackers_lamps_air_and_alerts(part: MetricsPart) -> None:
    found = everything(part)
    assert found['openstage_tracker_live{source="mars"}'] == 1
    assert found['openstage_tracker_rejected_total{reason="checksum",source="mars"}'] == 4
    assert found["openstage_lights_packets_total{}"] == 77
    assert (found["openstage_take_rolling{}"], found["openstage_walls_black{}"]) == (1, 1)
    assert found['openstage_alert{code="rate-low",subject="wall"}'] == 1
    part.hear(AlertState("rate-low", "wall", False, "", 1), NOW_NS)
    assert not any(name.startswith("openstage_alert{") for name in figures(part))


def test_a_stage_that_says_nothing_yet_has_figures_without_samples(part: MetricsPart) -> None:
    assert figures(part) == {}


def test_it_hears_topics_that_there_are() -> None:
    assert set(METRIC_TOPICS) <= set(TOPIC_BY_NAME)


def test_the_dashboard_asks_only_for_figures_that_there_are(part: MetricsPart) -> None:
    known = {name.partition("{")[0] for name in everything(part)} | {
        "openstage_set_ready",
        "openstage_camera_margin_missed_frames",
    }
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = {
        name
        for panel in board["panels"]
        for target in panel.get("targets", ())
        for name in re.findall(r"openstage_\w+", target["expr"])
    }
    assert asked
    assert asked <= known
