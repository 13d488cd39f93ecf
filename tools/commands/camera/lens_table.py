"""What `openstage lens show` prints: a lens' points, what their distortion needs, and what the margin adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from stage.errors import InputError
from stage.files.loading import (
    find_lens,
    find_look,
    find_stage,
    load_lens,
    load_preset,
    load_stage,
    read_document,
)
from stage.lint.lenses import lens_findings
from stage.maths.lens import field_of_view_deg, overscan
from stage.model.lens import LensPoint


@dataclass(frozen=True, slots=True)
class ShownPoint:
    """One row. `drawn_deg`: the angle across with overscan."""

    zoom: float
    focus: float
    focal_length_mm: float
    view_deg: float
    focus_m: float | None
    entrance_pupil_m: float
    overscan: float
    drawn_deg: float
    rms_px: float | None


@dataclass(frozen=True, slots=True)
class ShownLens:
    """A lens, and for a camera of a stage the margin and the feather that its look adds on every side."""

    title: str
    sensor_mm: tuple[float, float]
    points: tuple[ShownPoint, ...]
    margin_deg: float | None = None
    feather_deg: float | None = None

    def document(self) -> dict[str, object]:
        """As JSON can carry it: no infinities."""
        document = asdict(self)
        for point in document["points"]:
            if point["focus_m"] is not None and math.isinf(point["focus_m"]):
                point["focus_m"] = "inf"
        return document

    def text(self) -> str:
        """A table in lines."""
        width, height = self.sensor_mm
        lines = [f"{self.title}, on {width:g} x {height:g} mm"]
        head = ("zoom", "focus", "focal mm", "view deg", "in focus m", "pupil m", "overscan", "drawn deg", "rms px")
        rows = [tuple(_cells(point)) for point in self.points]
        widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
        lines += ["  " + "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in (head, *rows)]
        lines.append(f"  overscan for distortion: {max(point.overscan for point in self.points):.4f} at most")
        if self.margin_deg is not None:
            lines.append(
                f"  margin for latency, on each side on top of it: {self.margin_deg:g} deg, then a feather of "
                f"{self.feather_deg:g} deg"
            )
        return "\n".join(lines)


def shown_lenses(given: str) -> list[ShownLens]:
    """The lens of a file or name, or those of a stage's cameras. Raises InputError."""
    try:
        path = find_lens(given)
    except InputError:
        path = find_stage(given)
    if str(read_document(path).get("schema", "")).startswith("stage/"):
        return _of_stage(path)
    file, lens = load_lens(path)
    title = " ".join(filter(None, (file.name, file.make, file.model, file.serial and f"serial {file.serial}")))
    return [ShownLens(title, file.pictured_mm, _points(lens.points, file.pictured_mm))]


def _of_stage(path: Path) -> list[ShownLens]:
    stage = load_stage(path)
    inner = load_preset(find_look(stage.look, path.parent)).look.inner
    return [
        ShownLens(
            f"camera {camera.name}" + (f": {Path(camera.lens.file).name}" if camera.lens.file else ""),
            camera.sensor_mm,
            _points(camera.lens.points, camera.sensor_mm),
            inner.margin_deg,
            inner.feather_deg,
        )
        for camera in stage.cameras
    ]


def lint_lines(path: Path) -> list[str]:
    """What lint says of a lens file."""
    return [str(finding) for finding in lens_findings(path)]


def _points(points: Sequence[LensPoint], sensor_mm: tuple[float, float]) -> tuple[ShownPoint, ...]:
    return tuple(_point(point, sensor_mm) for point in points)


def _point(point: LensPoint, sensor_mm: tuple[float, float]) -> ShownPoint:
    factor = overscan(point.knot().model, sensor_mm)
    return ShownPoint(
        zoom=float(point.zoom_raw) if point.zoom is None else point.zoom,
        focus=float(point.focus_raw) if point.focus is None else point.focus,
        focal_length_mm=point.focal_length_mm,
        view_deg=field_of_view_deg(sensor_mm[0], point.focal_length_mm),
        focus_m=point.focus_m,
        entrance_pupil_m=point.entrance_pupil_m,
        overscan=factor,
        drawn_deg=field_of_view_deg(sensor_mm[0] * factor, point.focal_length_mm),
        rms_px=point.rms_px,
    )


def _cells(point: ShownPoint) -> list[str]:
    return [
        f"{point.zoom:g}",
        f"{point.focus:g}",
        f"{point.focal_length_mm:.2f}",
        f"{point.view_deg:.2f}",
        "-" if point.focus_m is None else f"{point.focus_m:g}",
        f"{point.entrance_pupil_m:.4f}",
        f"{point.overscan:.4f}",
        f"{point.drawn_deg:.2f}",
        "-" if point.rms_px is None else f"{point.rms_px:.2f}",
    ]
