"""Lint rules about the colour of walls: their calibration files, and settings that are rarely intended."""

from __future__ import annotations

from collections.abc import Iterator

from stage.calibration.openvpcal_file import read_openvpcal
from stage.calibration.wall_calibration import calibration_of
from stage.errors import InputError
from stage.files.finding import Finding
from stage.files.passport import Fate
from stage.lint.subject import LintedStage

PQ_LEAST_BITS = 10
HLG_NITS = (400.0, 2000.0)


def calibration_files(linted: LintedStage) -> Iterator[Finding]:
    """The files of a calibration exist and are of the stated kind, and all that they ask for is done."""
    for index, wall in enumerate(linted.stage.walls):
        if wall.calibration is None:
            continue
        field = f"walls[{index}].calibration"
        try:
            passport = calibration_of(wall, linted.path.parent).passport
        except InputError as error:
            place = ": ".join(filter(None, (error.where, error.field)))
            yield linted.error(field, f"{place}: {error.problem}", error.remedy)
            continue
        for entry in passport:
            if entry.fate is not Fate.DRAWN:
                yield linted.warning(field, f"{entry.file}: {entry.asks} is {entry.fate}: {entry.why}", entry.remedy)


def calibrated_gamut(linted: LintedStage) -> Iterator[Finding]:
    """An OpenVPCal result is for the gamut that the wall is set to."""
    for index, wall in enumerate(linted.stage.walls):
        if wall.calibration is None or wall.calibration.openvpcal is None:
            continue
        try:
            target = read_openvpcal(linted.path.parent / wall.calibration.openvpcal, wall.name).target_gamut
        except InputError:
            continue  # reported by calibration_files
        if target not in (None, wall.gamut):
            problem = f"is {wall.gamut!r}, but wall {wall.name!r} was calibrated for {target!r}"
            yield linted.error(f"walls[{index}].gamut", problem, "Set the gamut of the calibration, or calibrate again")


def pq_in_few_bits(linted: LintedStage) -> Iterator[Finding]:
    """PQ and HLG have the bits they need."""
    for index, wall in enumerate(linted.stage.walls):
        if wall.transfer in ("pq", "hlg") and wall.bits < PQ_LEAST_BITS:
            problem = f"{wall.transfer} with {wall.bits} bit shows banding in dark gradients"
            yield linted.warning(f"walls[{index}].bits", problem, "Use bits = 10 and a 10 bit output, or gamma-2.4")
        if wall.transfer == "hlg" and not HLG_NITS[0] <= wall.peak_nits <= HLG_NITS[1]:
            problem = f"{wall.peak_nits:g} nits: HLG is defined for displays of 400 to 2000 nits only"
            yield linted.warning(f"walls[{index}].peak_nits", problem, "Use pq, or check the peak")


def range_in_doubt(linted: LintedStage) -> Iterator[Finding]:
    """Walls of one stage rarely expect different ranges; a wrong range is the most frequent fault on a stage."""
    ranges = {wall.range for wall in linted.stage.walls}
    if len(ranges) > 1:
        narrow = [index for index, wall in enumerate(linted.stage.walls) if wall.range == "narrow"]
        problem = "some walls are full range and some narrow"
        remedy = "Check each processor with `openstage chart STAGE --pattern flags --after`"
        yield linted.warning(f"walls[{narrow[0]}].range", problem, remedy)


def bits_of_outputs(linted: LintedStage) -> Iterator[Finding]:
    """An output carries walls of one depth; a window on a screen may not show more than 8 bit."""
    bits = {wall.name: wall.bits for wall in linted.stage.walls}
    for index, output in enumerate(linted.stage.outputs):
        walls = [placement.tile.partition("/")[0] for placement in output.tiles]
        carried = {bits[wall] for wall in walls if wall in bits}
        if len(carried) > 1:
            problem = f"output {output.name!r} carries walls of 8 and of 10 bit"
            yield linted.error(f"outputs[{index}].tiles", problem, "Give the walls of an output the same bits")
        elif carried == {10} and output.on_screen:
            problem = f"output {output.name!r} is 10 bit; most desktops show windows in 8 bit"
            remedy = "Set the desktop to 10 bit (30 bit colour) and check the ramps chart"
            field = "windowed" if output.screen is None else "screen"
            yield linted.warning(f"outputs[{index}].{field}", problem, remedy)


COLOUR_RULES = (calibration_files, calibrated_gamut, pq_in_few_bits, range_in_doubt, bits_of_outputs)
