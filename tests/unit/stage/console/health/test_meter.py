"""The console's light meter: previews of outputs as light at the mark, against the meter that reads whole walls."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.console.health.meter import LiveMeter, MeterReading
from stage.console.link.description import describe
from stage.maths.light_meter import luminance
from stage.messages.frames import Preview
from stage.model.stagefile import Stage
from stage.units import NITS_PER_UNIT
from stage.walls.light import WallLight, to_light
from stage.walls.light_reading import MARK_HEIGHT_M, given_by, meter_place_m
from stage.walls.patches import picture_at, wall_patches
from tests.shaders.small_stage import cut_stage, small_stage, surfaces_of
from tools.sim.wall_picture import canvases_from_outputs

CHANNELS = 4


TURNED_TILES = cut_stage(mark_m=(0.3, -2.0, 0.0))


def smooth_pictures(stage: Stage) -> dict[str, NDArray[np.uint8]]:
    """Another gradient of every colour in every output."""
    pictures = {}
    for number, output in enumerate(stage.outputs):
        width, height = output.size_px
        x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
        bands = [90 + 120 * x, 60 + 150 * y, 200 - 80 * x * y, np.full_like(x, 255)]
        pictures[output.name] = np.stack(bands, axis=-1).astype(np.uint8)[:: 1 if number else -1].copy()
    return pictures


def heard(stage: Stage, pictures: dict[str, NDArray[np.uint8]]) -> MeterReading:
    surfaces = surfaces_of(stage)
    meter = LiveMeter(stage, surfaces, describe(stage, surfaces).outputs)
    for name, picture in pictures.items():
        height, width = picture.shape[:2]
        meter.hear(Preview("render", name, 1, width, height, picture.tobytes()))
    return meter.reading()


@pytest.mark.parametrize("stage", [small_stage(), TURNED_TILES], ids=["whole walls", "turned tiles"])
def test_it_reads_what_the_meter_of_whole_walls_reads(stage: Stage) -> None:
    pictures, surfaces = smooth_pictures(stage), surfaces_of(stage)
    canvases = canvases_from_outputs(stage, pictures)
    lux: dict[str, NDArray[np.float64]] = {}
    for wall in stage.walls:
        nits = to_light(canvases[wall.name][..., :3], WallLight.of(wall)).astype(np.float64) * NITS_PER_UNIT
        patches = wall_patches(surfaces[wall.name])
        shine = picture_at(nits, surfaces[wall.name].size_px, patches.canvas_px)
        for name, light in given_by(patches, shine, meter_place_m(stage)).items():
            lux[name] = lux.get(name, np.zeros(3)) + light
    reading = heard(stage, pictures)
    found = {one.facing: one.lux for one in reading.facings}
    assert found == pytest.approx({name: luminance(light) for name, light in lux.items()}, rel=0.02)
    assert found["forward"] > 100.0


def test_it_is_held_before_the_face_over_the_mark() -> None:
    assert heard(TURNED_TILES, {}).place_m == (0.3, -2.0, MARK_HEIGHT_M)
    assert heard(small_stage(), {}).place_m == small_stage().stage_eye_m


def test_in_the_dark_there_is_no_exposure_value() -> None:
    reading = heard(small_stage(), {})
    assert {(one.lux, one.ev) for one in reading.facings} == {(0.0, None)}
    assert {wall.peak_nits for wall in reading.walls} == {0.0}


def test_a_picture_that_is_not_whole_or_of_something_else_changes_nothing() -> None:
    stage = small_stage()
    surfaces = surfaces_of(stage)
    meter = LiveMeter(stage, surfaces, describe(stage, surfaces).outputs)
    for output, pixels in (("flat", bytes(10)), ("flat", b""), ("witness", bytes([255]) * 16)):
        meter.hear(Preview("render", output, 1, 2, 2, pixels))
    assert all(one.lux == 0.0 for one in meter.reading().facings)
