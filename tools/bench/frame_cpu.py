"""A frame's CPU time besides drawing: null driver, paced by the real conductor, real trackers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from stage.files.loading import load_stage
from stage.messages.control import LoopReport
from stage.messages.frames import FrameReport
from stage.model.wall import tiles_of
from stage.units import NS_PER_MS
from tools.live.live_stage import live_stage, offscreen_show, records_for, tracker_process, wait_for_record
from tools.sim.stage_variant import write_variant

SETTLING_S = 2.0
CONDUCTOR_LIMIT_MS = 1.0
RENDER_LIMIT_MS = 1.0
RENDER_LIMIT_MS_PER_TILE = 0.05


def frame_cpu_figures(stage_path: Path, frame_rate: str = "60", seconds: float = 10.0) -> dict[str, object]:
    """Median CPU per frame of conductor and render, in milliseconds, and the limits for the stage's tiles."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = write_variant(stage_path, Path(folder), frame_rate=frame_rate)
        stage = load_stage(path)
        trackers = [tracker_process(path, source.name, "--motion", "handheld") for source in stage.sources]
        with live_stage(path, (*offscreen_show(null_driver=True), *trackers)) as live:
            subscriber = live.bus.subscriber("frame.report", "process.loop")
            wait_for_record(live, subscriber, FrameReport)
            records_for(live, subscriber, SETTLING_S)
            records = [sent.record for sent in records_for(live, subscriber, seconds)]
            subscriber.close()
    reports = [record for record in records if isinstance(record, FrameReport)]
    loops = [record for record in records if isinstance(record, LoopReport) and record.role == "conductor"]
    tiles = sum(len(tiles_of(wall)) for wall in stage.walls)
    return {
        "stage": stage.name,
        "frame_rate": stage.frame_rate,
        "frames": len(reports),
        "skipped": sum(report.skipped for report in reports),
        "tiles": tiles,
        "conductor_ms": median(loop.cpu_p50_ms for loop in loops),
        "conductor_limit_ms": CONDUCTOR_LIMIT_MS,
        "render_ms": median(report.cpu_ns for report in reports) / NS_PER_MS,
        "render_limit_ms": RENDER_LIMIT_MS + RENDER_LIMIT_MS_PER_TILE * tiles,
    }
