"""Lint rules about lenses, whether they stand in the stage file or in lens files of their own. Pure but for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from stage.files.finding import Finding, Severity
from stage.files.lens_files import checked_lens
from stage.files.loading import located
from stage.lint.subject import LintedStage
from stage.lint.units import FOCAL_LENGTH, PUPIL, SENSOR, doubted
from stage.maths.lens import overscan
from stage.model.camera import Camera, LensPoint
from stage.model.lens_file import LensFile, place_of
from stage.model.source import Source

NOTHING, NOTICEABLE = 0.03, 0.03
"""Shares of the first distortion coefficient's effect at the picture's corner."""
POOR_RMS_PX = 1.0
"""A calibration at HD with a larger remaining error is not one to film with."""
IMPLAUSIBLE_OVERSCAN = 1.5
SAME_SENSOR = 0.01

Doubt = tuple[int, str, str, str]
"""Number of a point, its key, problem, remedy."""


def lens_findings(path: Path) -> list[Finding]:
    """Every problem in a lens file. Raises InputError where it cannot be read or is not valid TOML."""
    file, lens, findings = checked_lens(path)
    if file is not None and lens is not None:
        findings = list(_doubts_of_file(path, file, lens.points))
    return located(findings)


def lenses(linted: LintedStage) -> Iterator[Finding]:
    """Lenses of cameras have plausible values; those of lens files are told once, with their file."""
    told: set[str] = set()
    for c, camera in enumerate(linted.stage.cameras):
        if not camera.lens.file:
            for number, key, problem, remedy in doubts(camera.lens.points, camera.sensor_mm):
                yield linted.warning(f"cameras[{c}].lens.points[{number}].{key}", problem, remedy)
        elif camera.lens.file not in told:
            told.add(camera.lens.file)
            yield from lens_findings(Path(camera.lens.file))


def lens_sensor(linted: LintedStage) -> Iterator[Finding]:
    """A camera with a lens file films no more of the picture than was calibrated."""
    for c, camera in enumerate(linted.stage.cameras):
        calibrated_mm = camera.lens.calibrated_mm
        if calibrated_mm is None:
            continue
        pairs = zip(camera.sensor_mm, calibrated_mm, strict=True)
        if any(mine > theirs * (1.0 + SAME_SENSOR) for mine, theirs in pairs):
            width, height = calibrated_mm
            problem = f"the lens was calibrated on {width:g} x {height:g} mm only: beyond, its distortion is a guess"
            yield linted.warning(f"cameras[{c}].sensor_mm", problem, "Leave sensor_mm out, or calibrate on this sensor")


def lens_out_of_reach(linted: LintedStage) -> Iterator[Finding]:
    """Points of a lens table out of the encoder's reach, because the source clamps it."""
    sources = {source.name: source for source in linted.stage.sources}
    for c, camera in enumerate(linted.stage.cameras):
        source = sources.get(camera.source)
        if source is not None and len(camera.lens.points) > 1:
            for number, name, raw, problem in _out_of_reach(camera, source):
                if camera.lens.file:
                    field, problem = f"cameras[{c}].lens", f"{name} {raw} of {Path(camera.lens.file).name} {problem}"
                else:
                    field, problem = f"cameras[{c}].lens.points[{number}].{name}_raw", f"{raw} {problem}"
                yield linted.warning(field, problem, f"Correct the point or the source's `{name}` range")


def _out_of_reach(camera: Camera, source: Source) -> Iterator[tuple[int, str, int, str]]:
    for number, point in enumerate(camera.lens.points):
        for name, raw, ends in (("zoom", point.zoom_raw, source.zoom), ("focus", point.focus_raw, source.focus)):
            if not ends.minimum <= raw <= ends.maximum:
                where = f"is outside {source.name!r}'s {name} range {ends.minimum} to {ends.maximum}"
                yield number, name, raw, where


def _doubts_of_file(path: Path, file: LensFile, points: Sequence[LensPoint]) -> Iterator[Finding]:
    def warning(field: str, problem: str, remedy: str) -> Finding:
        return Finding(Severity.WARNING, str(path), field, problem, remedy)

    if (unlikely := doubted("sensor_mm", file.sensor_mm, SENSOR)) is not None:
        yield warning("sensor_mm", *unlikely)
    for number, key, problem, remedy in doubts(points, file.pictured_mm):
        own = file.rows and key
        field = place_of(file.columns, number, key) if own else f"points[{number}].{key}"
        yield warning(field, problem, remedy)
    if file.image_px is not None:
        sensor, image = file.pictured_mm[0] / file.pictured_mm[1], file.image_px[0] / file.image_px[1] * file.squeeze
        if abs(sensor / image - 1.0) > SAME_SENSOR:
            problem = f"the sensor is {sensor:.3f} : 1, the pictures {image:.3f} : 1"
            yield warning("image_px", problem, "Set sensor_mm to the area that the pictures show")


def doubts(points: Sequence[LensPoint], sensor_mm: tuple[float, float]) -> Iterator[Doubt]:
    """What is probably not meant in the points of a lens on a sensor."""
    for number, point in enumerate(points):
        for rule in POINT_RULES:
            for key, problem, remedy in rule(point, sensor_mm):
                yield number, key, problem, remedy
    yield from _turns_back(points)


Told = Iterator[tuple[str, str, str]]


def _lengths(point: LensPoint, sensor_mm: tuple[float, float]) -> Told:
    values = (
        ("focal_length_mm", point.focal_length_mm, FOCAL_LENGTH),
        ("entrance_pupil_m", point.entrance_pupil_m, PUPIL),
    )
    for key, value, usual in values:
        if (doubt := doubted(key, value, usual)) is not None:
            yield key, *doubt


def _radial_order(point: LensPoint, sensor_mm: tuple[float, float]) -> Told:
    """Distortion coefficients that look like OpenCV's k1, k2, k3, where numerator and denominator must alternate."""
    corner2 = (sensor_mm[0] ** 2 + sensor_mm[1] ** 2) / 4.0
    if len(point.radial) in (2, 3) and _polynomial(point.radial, corner2):
        problem = "these look like k1, k2, k3 of one polynomial, but the second belongs below the line"
        yield "radial", problem, "Write [k1, 0, k2, 0, k3], or give the lens as opencv = {...} or unreal = {...}"


def _polynomial(radial: tuple[float, ...], corner2: float) -> bool:
    """Whether the second coefficient does nothing as mm^-2 at the picture's corner, but something as mm^-4."""
    first, second = abs(radial[0]) * corner2, abs(radial[1])
    return second > 0.0 and second * corner2 < NOTHING * first and second * corner2**2 > NOTICEABLE * first


def _overscan(point: LensPoint, sensor_mm: tuple[float, float]) -> Told:
    factor = overscan(point.knot().model, sensor_mm)
    if factor > IMPLAUSIBLE_OVERSCAN:
        problem = f"the distortion needs an overscan of {factor:.2f}: more than lenses for film have"
        yield "radial", problem, "Check the coefficients' units (mm^-2 to mm^-6) and the sensor size"


def _rms(point: LensPoint, sensor_mm: tuple[float, float]) -> Told:
    if point.rms_px is not None and point.rms_px > POOR_RMS_PX:
        problem = f"the calibration was left with {point.rms_px:g} px"
        yield "rms_px", problem, "Calibrate this point again: below 0.5 px is good, above 1 px is not to film with"


POINT_RULES: tuple[Callable[[LensPoint, tuple[float, float]], Told], ...] = (_lengths, _radial_order, _overscan, _rms)


def _turns_back(points: Sequence[LensPoint]) -> Iterator[Doubt]:
    """Along an encoder, focal length and focus distance only rise or only fall."""
    for along, across, key, rounding in (
        ("zoom_raw", "focus_raw", "focal_length_mm", 1e-3),
        ("focus_raw", "zoom_raw", "focus_m", 0.0),
    ):
        for one in sorted({getattr(point, across) for point in points}):
            row = [(getattr(p, along), getattr(p, key), n) for n, p in enumerate(points) if getattr(p, across) == one]
            row = sorted(item for item in row if item[1] is not None)
            steps = [(after[1] - before[1], after[2]) for before, after in pairwise(row) if after[1] != before[1]]
            signs = [(step > 0.0, number) for step, number in steps if abs(step) > rounding]
            for (before, _), (after, number) in pairwise(signs):
                if before != after:
                    what = "focal length" if key == "focal_length_mm" else "focus distance"
                    problem = f"the {what} turns back here although {along} goes on"
                    yield number, key, problem, f"Check {along} and {key} of this point and its neighbours"
                    break
