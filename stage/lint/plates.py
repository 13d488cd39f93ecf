"""Lint rules about the process plates of a stage's sets: their frame rates against the stage's."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from stage.errors import InputError
from stage.files.clip_rate import rate_entry
from stage.files.finding import Finding, Severity
from stage.files.loading import find_scene, load_scene
from stage.files.passport import Fate
from stage.lint.subject import LintedStage
from stage.model.layers import VideoLayer


def plate_rates(linted: LintedStage) -> Iterator[Finding]:
    """Clips play evenly at the stage's rate."""
    for name in dict.fromkeys((linted.stage.scene, *linted.stage.scenes)):
        try:
            path = find_scene(name, linted.path.parent)
            scene = load_scene(path)
        except InputError:
            continue  # reported by scene_file
        for number, layer in enumerate(scene.layers):
            if isinstance(layer, VideoLayer):
                yield from _uneven(layer, path, f"layers[{number}].frame_rate", linted.stage.rate_hz)


def _uneven(layer: VideoLayer, path: Path, field: str, stage_hz: Fraction) -> Iterator[Finding]:
    seen: set[Fraction] = set()
    for name in layer.files:
        rate = played_rate(layer, path.parent / name)
        if rate is None or rate in seen:
            continue
        seen.add(rate)
        entry = rate_entry(name, rate, stage_hz)
        if entry.fate is not Fate.DRAWN:
            problem = f"{name} plays {entry.asks}: {entry.why}"
            yield Finding(Severity.WARNING, str(path), field, problem, entry.remedy)


def played_rate(layer: VideoLayer, path: Path) -> Fraction | None:
    """Frames of the clip a second as the layer plays it; None where that cannot be read, which its reader reports."""
    rate = _own_rate(path) if layer.frame_rate is None else _stated(layer.frame_rate)
    return None if rate is None else rate * abs(Fraction(layer.speed).limit_denominator(1_000_000))


def _stated(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _own_rate(path: Path) -> Fraction | None:
    """From the container's header; nothing is decoded."""
    import av  # takes 0.3 s to load: only where a set has a plate

    try:
        with av.open(str(path)) as container:
            return container.streams.video[0].average_rate if container.streams.video else None
    except (av.FFmpegError, OSError, ValueError):
        return None


PLATE_RULES = (plate_rates,)
