"""A take's folder for post: everything of it as files, with checksums."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from stage.errors import InputError
from stage.files.loading import load_stage
from stage.model.sends import OpenTrackIoSend
from stage.model.stagefile import Stage
from stage.show.aim import aim_ns
from stage.takes.content import digest_of
from stage.takes.take import Take
from stage.takes.take_info import FILE
from stage.walls.surface import surface_of
from tools.takes.post.camera_files import chan, csv, usda
from tools.takes.post.curve import Curve, cameras_of, curve_of
from tools.takes.post.lists import ale, edl
from tools.takes.post.report import report
from tools.takes.post.tracking_lines import tracking_lines
from tools.takes.restored import RestoredStage
from tools.takes.summary import summary_of

CHECKSUMS = "checksums.txt"


def write_post(take: Take, into: Path, cameras: tuple[str, ...] = ()) -> list[Path]:
    """Write everything of a take that post needs; returns the files. `cameras` by name; none: all. Raises InputError
    for a camera that it does not have, or a file that cannot be written."""
    try:
        return _written(take, into, cameras)
    except OSError as error:
        raise InputError(str(into), "", f"cannot be written: {error.strerror}", "Make room on the disk") from error


def _written(take: Take, into: Path, cameras: tuple[str, ...]) -> list[Path]:
    into.mkdir(parents=True, exist_ok=True)
    known = cameras_of(take)
    for name in cameras:
        if name not in known:
            raise InputError(name, "", "no such camera in this take", f"Its cameras: {', '.join(known) or 'none'}")
    with RestoredStage(take) as restored:
        stage = load_stage(restored.path)
        walls = {wall.name: surface_of(wall, restored.path.parent) for wall in stage.walls}
    curves = [curve_of(take, name, _aim_ns(stage, name)) for name in cameras or known]
    files: dict[str, str] = {}
    for curve in curves:
        files[f"camera_{curve.camera}_zxy.chan"] = chan(curve)
        files[f"camera_{curve.camera}.csv"] = csv(curve)
        files[f"camera_{curve.camera}.usda"] = usda(curve, f"{take.info.title}, {take.info.stage}", walls)
        files[f"tracking_{curve.camera}.jsonl"] = tracking_lines(take, stage, _send(curve))
    summary = summary_of(take)
    files["take.edl"] = edl(take.name, [take.info])
    files["take.ale"] = ale([take.info])
    files["summary.json"] = json.dumps(summary, indent=1, ensure_ascii=False) + "\n"
    files["conventions.json"] = json.dumps(_conventions(take, curves), indent=1, ensure_ascii=False) + "\n"
    files["report.html"] = report(summary, curves)
    for name, text in files.items():
        (into / name).write_text(text, encoding="utf-8", newline="")
    shutil.copyfile(take.folder / FILE, into / FILE)
    written = [into / name for name in (*files, FILE)]
    sums = "".join(f"{digest_of(path)}  {path.name}\n" for path in sorted(written))
    (into / CHECKSUMS).write_text(sums, encoding="utf-8")
    return [*written, into / CHECKSUMS]


def _aim_ns(stage: Stage, name: str) -> int:
    return next((aim_ns(stage, camera) for camera in stage.cameras if camera.name == name), 0)


def _send(curve: Curve) -> OpenTrackIoSend:
    return OpenTrackIoSend(
        protocol="opentrackio", name="post", host="127.0.0.1", port=1, cameras=(curve.camera,), on="sample"
    )


def _conventions(take: Take, curves: list[Curve]) -> dict[str, Any]:
    """What the files mean: for whoever opens them in a year."""
    first = curves[0].rows[0].number if curves and curves[0].rows else None
    return {
        "units": "metres, degrees, millimetres for lenses",
        "csv": "stage axes: x right, y forward, z up; pan positive to the left, tilt up, roll clockwise from behind",
        "chan": "y up, camera looks along -z, rotation order ZXY (R = Ry Rx Rz); vfov in degrees; frame 1 is the roll",
        "usda": "y up, metres; frame 0 is the roll; the camera prim is the entrance pupil",
        "tracking": "OpenTrackIO 1.0.1 samples as used (filtered by no one; corrected by lens, rig and alignment)",
        "time": "poses at the middle of the exposure in the frame's light; between samples cubic and slerp",
        "quality": "tracked; gap = interpolated over more than two frames; held = beyond the last sample",
        "first_frame": first,
        "start_timecode": take.info.start_timecode,
        "rate": take.info.rate,
    }
