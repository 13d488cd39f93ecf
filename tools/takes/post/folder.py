"""A take's folder for post: everything of it as files, with checksums. IO."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stage.clock import wall_clock_utc_s
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.model.camera import Camera
from stage.model.sends import OpenTrackIoSend
from stage.model.stagefile import Stage
from stage.show.aim import aim_ns
from stage.takes.content import digest_of
from stage.takes.take import Take
from stage.takes.take_info import FILE
from stage.walls.surface import Surface, surface_of
from tools.takes.post.camera_files import chan, csv, usda
from tools.takes.post.cdl import cdl
from tools.takes.post.curve import Curve, cameras_of, curve_of
from tools.takes.post.hash_list import write_hash_list
from tools.takes.post.lens_files import ulens, write_st_maps
from tools.takes.post.lists import ale, edl
from tools.takes.post.report import Report, html, report_of
from tools.takes.post.report_pdf import available, write_pdf
from tools.takes.post.shots import Shot, shot_of
from tools.takes.post.timelines import fcpxml, otio
from tools.takes.post.tracking_lines import tracking_lines
from tools.takes.restored import RestoredStage
from tools.takes.summary import summary_of

CHECKSUMS = "checksums.txt"


@dataclass(frozen=True, slots=True)
class Handed:
    """What was written of a take: its files, and what the day's lists need of it."""

    files: list[Path]
    shot: Shot
    report: Report


def write_post(take: Take, into: Path, cameras: tuple[str, ...] = ()) -> Handed:
    """Write everything of a take that post needs. `cameras` by name; none: all. Raises InputError for a camera that it
    does not have, or a file that cannot be written."""
    try:
        return _written(take, into, cameras)
    except OSError as error:
        raise InputError(str(into), "", f"cannot be written: {error.strerror}", "Make room on the disk") from error


def write_texts(into: Path, texts: dict[str, str]) -> list[Path]:
    """Write texts by their files' names. Raises OSError."""
    for name, text in texts.items():
        (into / name).write_text(text, encoding="utf-8", newline="")
    return [into / name for name in texts]


def sealed(into: Path, files: Sequence[Path], software: str) -> list[Path]:
    """Add the hash list and the checksums of a folder's files. Raises OSError."""
    listed = write_hash_list(into, files, software, datetime.fromtimestamp(wall_clock_utc_s(), UTC))
    sums = "".join(f"{digest_of(path)}  {path.relative_to(into).as_posix()}\n" for path in sorted(files))
    (into / CHECKSUMS).write_text(sums, encoding="utf-8")
    return [*files, listed, into / CHECKSUMS]


def editorial(title: str, shots: Sequence[Shot], stem: str) -> dict[str, str]:
    """The lists of takes that have one rate, by file name."""
    return {
        f"{stem}.edl": edl(title, shots),
        f"{stem}.ale": ale(shots),
        f"{stem}.otio": otio(title, shots),
        f"{stem}.fcpxml": fcpxml(title, shots),
        f"{stem}.cdl": cdl(shots),
    }


def _written(take: Take, into: Path, cameras: tuple[str, ...]) -> Handed:
    into.mkdir(parents=True, exist_ok=True)
    known = cameras_of(take)
    for name in cameras:
        if name not in known:
            raise InputError(name, "", "no such camera in this take", f"Its cameras: {', '.join(known) or 'none'}")
    with RestoredStage(take) as restored:
        stage = load_stage(restored.path)
        walls = {wall.name: surface_of(wall, restored.path.parent) for wall in stage.walls}
        summary = summary_of(take, restored.check)
    curves = [curve_of(take, name, _aim_ns(stage, name)) for name in cameras or known]
    files: list[Path] = []
    for curve in curves:
        files += _camera(take, stage, walls, curve, into)
    shot, report = shot_of(take), report_of(summary, curves)
    texts = editorial(take.name, [shot], "take")
    texts["summary.json"] = json.dumps(summary, indent=1, ensure_ascii=False) + "\n"
    texts["conventions.json"] = json.dumps(_conventions(take, curves), indent=1, ensure_ascii=False) + "\n"
    texts["report.html"] = html(report)
    files += write_texts(into, texts)
    if available():
        write_pdf([report], into / "report.pdf")
        files.append(into / "report.pdf")
    shutil.copyfile(take.folder / FILE, into / FILE)
    return Handed(sealed(into, [*files, into / FILE], take.info.software), shot, report)


def _camera(take: Take, stage: Stage, walls: dict[str, Surface], curve: Curve, into: Path) -> list[Path]:
    """Everything of one camera."""
    name = curve.camera
    texts = {
        f"camera_{name}_zxy.chan": chan(curve),
        f"camera_{name}.csv": csv(curve),
        f"camera_{name}.usda": usda(curve, f"{take.info.title}, {take.info.stage}", walls),
        f"tracking_{name}.jsonl": tracking_lines(take, stage, _send(curve)),
    }
    camera = _of(stage, name)
    if camera is not None:
        texts[f"lens_{name}.ulens"] = ulens(camera)
    maps = write_st_maps(curve, (1920, 1080) if camera is None else camera.image_px, into)
    return [*write_texts(into, texts), *maps]


def _of(stage: Stage, name: str) -> Camera | None:
    return next((camera for camera in stage.cameras if camera.name == name), None)


def _aim_ns(stage: Stage, name: str) -> int:
    camera = _of(stage, name)
    return 0 if camera is None else aim_ns(stage, camera)


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
        "stmap": "red and green: shares of width and height from the lower left, of pixel centres; -1 = undefined. "
        "The undistorted picture is larger than the plate by the table's overscan; a map holds until the next's frame",
        "cdl": "the wall's grade (on scene-linear light, 1.0 = 100 nits), not the camera's",
        "mhl": "ASC MHL 2.0 in the folder ascmhl, C4 hashes; checksums.txt: SHA-256",
        "time": "poses at the middle of the exposure in the frame's light; between samples cubic and slerp",
        "quality": "tracked; gap = interpolated over more than two frames; held = beyond the last sample",
        "first_frame": first,
        "start_timecode": take.info.start_timecode,
        "rate": take.info.rate,
    }
