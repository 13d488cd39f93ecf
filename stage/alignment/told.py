"""An alignment's answer in words and as JSON can carry it, and as it is written into a stage file. Pure."""

from __future__ import annotations

from dataclasses import asdict

from stage.alignment.answer import Answer, moved
from stage.maths.pose import Vector
from stage.model.base import PoseModel
from stage.model.sources.base import Alignment

ANGLES = ("pan_deg", "tilt_deg", "roll_deg")


def pose_values(pose: PoseModel) -> dict[str, float | tuple[float, float, float]]:
    """A pose as a table of a stage file."""
    return {"position_m": pose.position_m} | {key: getattr(pose, key) for key in ANGLES}


def align_values(align: Alignment) -> dict[str, float | tuple[float, float, float]]:
    """An alignment as a table of a stage file; the scale only where it is one."""
    return pose_values(align) | ({"scale": align.scale} if align.scale != 1.0 else {})


def as_document(answer: Answer, before: Alignment | None, at_m: Vector) -> dict[str, object]:
    """The answer as JSON can carry it."""
    shift_mm, turn_deg = moved(before, answer.align, at_m)
    return {
        "align": align_values(answer.align),
        "points": [asdict(point) for point in answer.points],
        "outliers": list(answer.outliers),
        "spread_mm": answer.spread_mm,
        "expected_mm": answer.expected_mm,
        "moves_mm": shift_mm,
        "turns_deg": turn_deg,
        "remarks": list(answer.remarks),
    }


def as_text(answer: Answer, before: Alignment | None, at_m: Vector) -> str:
    """Every point's error, how sure it is, and what would change."""
    width = max(len(point.name) for point in answer.points)
    lines = [f"  {'point':<{width}}  error mm"]
    for point in answer.points:
        lines.append(f"  {point.name:<{width}}  {point.error_mm:8.1f}{'' if point.believed else '   not believed'}")
    expected = (
        "" if answer.expected_mm is None else f"; where the camera works, {answer.expected_mm:.1f} mm are expected"
    )
    lines.append(f"  the others agree to {answer.spread_mm:.2f} mm on each axis{expected}")
    shift_mm, turn_deg = moved(before, answer.align, at_m)
    lines.append(f"  what is there now would move by {shift_mm:.1f} mm and turn by {turn_deg:.2f} degrees")
    lines.append(f"  align = {{ {inline(align_values(answer.align))} }}")
    lines += [f"  note: {remark}" for remark in answer.remarks]
    return "\n".join(lines)


def inline(values: dict[str, float | tuple[float, float, float]]) -> str:
    """The keys of an inline table."""
    return ", ".join(f"{key} = {_shown(value)}" for key, value in values.items())


def _shown(value: float | tuple[float, float, float]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_shown(part) for part in value)}]"
    return f"{value + 0.0:.6g}" if value else "0.0"
