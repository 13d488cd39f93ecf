"""No picture is stale: whatever changes from one frame to the next, the walls and the lamps' light follow to the last
bit, in sets that move and in one that stands still.

Frames follow each other of which each differs from the one before in a single value; the look's are made from its
schema, so none can be forgotten. They are drawn there and back: each frame comes once after its neighbour on one side
and once after that on the other, or after a wholly different frame, and both pictures must be the same. What was kept
wrongly is kept from one side or the other. Now and then a frame is drawn by a renderer that was made for it alone, too,
and that is the same as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache

import pytest

from render.charts.patterns import CHARTS
from render.gl.context import create_offscreen_context
from stage.messages.frames import CameraChoice, Frame, Heavens, LightSteps, LitBy, Show, Wind
from stage.messages.samples import LensState, Validity
from stage.model.look import Exposure, Look, SkyLook, Weather
from stage.model.wall_steps import PATTERNS, STEPS
from tests.other_values import Leaf, leaves_of, value_at, with_value
from tests.shaders.hall import CHANGED, NEUTRAL, OTHER, WALLS, Ground, Hall, Walk, everything_else, strange
from tests.shaders.small_stage import camera, frame, looking

DAY = Heavens(sun_pan_deg=40.0, sun_elevation_deg=35.0, moon_pan_deg=200.0, moon_elevation_deg=-30.0)
NIGHT = Heavens(sun_pan_deg=40.0, sun_elevation_deg=-12.0, moon_pan_deg=10.0, moon_elevation_deg=25.0, moon_phase=0.6)
"""There are stars, and the moon is the light."""
DAWN = replace(NIGHT, sun_elevation_deg=1.0)
"""Lamps come up."""
NOT_ON_WALLS = {
    *("sun.source", "sun.date", "sun.time_h", "sun.utc_offset_h", "sun.pan_deg", "sun.elevation_deg"),
    *("fixtures.master", "fixtures.blackout", "fixtures.follow", "fixtures.fixed[0].name", "fixtures.fixed[0].level"),
    *(f"fixtures.fixed[0].colour[{number}]" for number in range(3)),
    "light_cards[0].name",
}
"""Where the sun stands is in the frame's heavens; lamps are told their own levels by the lights process."""
BLOWN = Wind(1000.0, (-9.0, 4.0), (70_000.0, -3_000.0), (80_000.0, 5_000.0))
"""A wind that had been stronger before."""
CLOUDY_NIGHT = replace(NEUTRAL, exposure=Exposure(ev=14.0), sky=SkyLook(cloud_cover=0.5))
"""With an exposure that shows the moon's light."""


def base(heavens: Heavens, look: Look = NEUTRAL) -> Frame:
    """Scene time of inner and outer views apart, as in most frames; after twenty minutes, in which clouds drifted. The
    camera is called as the first wall, so that a look's own margins of a camera are its own."""
    plain = frame(40, camera(orientation=looking(-14.0), focal_mm=60.0, name=WALLS[0]), look=look)
    return replace(plain, scene_time_s=1203.25, outer_scene_time_s=1202.75, heavens=heavens)


def looks_one_by_one(neutral: Look) -> Iterator[tuple[str, Look]]:
    """From a look to the one of which everything is changed, a value at a time: each changes once while all that come
    before it are changed, and once while all that come after it are. What is switched on comes first, what is switched
    off last, and exposure late, so that there is something to see of the others; the frame code, which covers most of
    these small walls, last of all."""
    changed = everything_else(neutral)

    def switched(leaf: Leaf) -> int:
        value = value_at(changed, leaf.path)
        if str(leaf) == "frame_code":
            return 3
        return 0 if value is True else 2 if value is False else 1

    leaves = sorted(reversed(list(leaves_of(neutral))), key=switched)
    for order in (leaves, leaves[::-1]):
        look = neutral
        yield "nothing yet", look
        for leaf in order:
            look = with_value(look, leaf.path, value_at(changed, leaf.path))
            yield str(leaf), look


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    context = create_offscreen_context()
    yield Ground(context, tmp_path_factory.mktemp("sets"))
    context.release()


LOOK_WALKS = (("still", DAY, NEUTRAL), ("lit", DAWN, NEUTRAL), ("crowd", DAY, NEUTRAL), ("sky", NIGHT, CLOUDY_NIGHT))


@cache
def look_walk(ground: Ground, scene: str, heavens: Heavens, neutral: Look) -> Walk:
    walk = Walk(ground, scene)
    walk.go((change, base(heavens, look)) for change, look in looks_one_by_one(neutral))
    return walk


@pytest.mark.parametrize(("scene", "heavens", "neutral"), LOOK_WALKS, ids=[scene for scene, *_ in LOOK_WALKS])
def test_no_value_of_a_look_leaves_anything_stale(ground: Ground, scene: str, heavens: Heavens, neutral: Look) -> None:
    assert look_walk(ground, scene, heavens, neutral).stale == ""


def test_every_value_of_a_look_is_seen_on_some_wall_but_those_that_are_not_meant_to_be(
    ground: Ground,
) -> None:
    """Else the test above could not fail for it."""
    seen = set[str]().union(*(look_walk(ground, *walk).seen for walk in LOOK_WALKS))
    assert {str(leaf) for leaf in leaves_of(NEUTRAL)} - seen == NOT_ON_WALLS


def heavens_one_by_one(heavens: Heavens) -> Iterator[Heavens]:
    """Each value moved in its turn."""
    moved = {"moon_phase": 0.9, "stars": (0.8, 0.0, 0.6, 0.0)}
    for part in fields(Heavens):
        value = moved[part.name] if part.name in moved else getattr(heavens, part.name) + 9.0
        yield (heavens := with_value(heavens, (part.name,), value))


def shows() -> Iterator[Show]:
    """Everything the walls are made to show, before the calibration and after it, and every step left out."""
    for pattern in PATTERNS:
        yield Show(pattern=pattern)
        yield Show(pattern=pattern, pattern_after_calibration=True)
    yield Show(pattern="no such pattern")
    yield Show(black=True)
    yield Show(black=True, pattern=next(iter(CHARTS)))
    yield Show(pattern=next(iter(CHARTS)), bypass=("calibration",))
    yield from (Show(bypass=(step,)) for step in STEPS)
    yield Show(bypass=STEPS)
    yield Show(lights_released=True)


def inputs(start: Frame) -> dict[str, list[Frame]]:
    """By field of the record: frames in which it changes from one to the next."""
    wide = replace(camera(), lens=LensState(12.0))
    lost = replace(camera(position_m=(0.2, -2.8, 1.4)), validity=Validity.LOST)
    coded = replace(start, look=replace(start.look, frame_code=True))
    lit = LitBy(CHANGED, NIGHT, 1203.0, None)
    return {
        "number": [coded, replace(coded, number=41), replace(coded, number=77), replace(start, number=78)],
        "present_ns": [replace(start, present_ns=5)],
        "decided_ns": [replace(start, decided_ns=5)],
        "scene": [replace(start, scene=name) for name in (OTHER, "boxes", OTHER, "boxes")],
        "scene_time_s": [replace(start, scene_time_s=time_s) for time_s in (1203.25, 1203.5, 1207.0, 0.0)],
        "outer_number": [replace(start, outer_number=number) for number in (1, 40)],
        "outer_scene_time_s": [replace(start, outer_scene_time_s=time_s) for time_s in (1202.75, 1203.0, 1206.5, 0.0)],
        "cameras": [
            replace(start, cameras=cameras)
            for cameras in ((camera(),), (wide,), (lost,), (camera(orientation=looking(-70.0)),), (), (camera(),))
        ],
        "heavens": [replace(start, heavens=heavens) for heavens in heavens_one_by_one(start.heavens)],
        "wind": [replace(start, wind=wind) for wind in (BLOWN, replace(BLOWN, since_s=0.0), None, BLOWN)],
        "choice": [replace(start, choice=CameraChoice(off=off)) for off in ((), (WALLS[0],), ())],
        "show": [replace(start, show=show) for show in (Show(black=True), Show(), Show(bypass=STEPS), Show())],
        "skipped": [replace(start, skipped=3)],
        "light": [replace(start, light=LightSteps(1203.0, lit, lit, lit))],
    }


def shown_instead(start: Frame) -> Iterator[tuple[str, Frame]]:
    """Charts one after the other, and each after the set; with and without frame codes over them."""
    coded = replace(start, look=replace(start.look, frame_code=True))
    for show in shows():
        yield str(show), replace(start, show=show)
    for show in shows():
        yield f"the set before {show}", start
        yield f"{show} with codes", replace(coded, show=show)
        yield f"{show} without codes", replace(start, show=show)


SHOWING = replace(
    CHANGED, exposure=NEUTRAL.exposure, haze=NEUTRAL.haze, key=NEUTRAL.key, inner=NEUTRAL.inner, frame_code=False
)
"""A look with a little of everything, and the inner views to be seen."""
DRY = replace(SHOWING, weather=Weather())
CLEAR = replace(DRY, sky=replace(DRY.sky, cloud_cover=0.0))
"""Nothing falls, no clouds drift: only what moves by itself moves."""
BEHIND = replace(DAY, sun_pan_deg=185.0, sun_elevation_deg=20.0)
"""The sun behind the camera: shadows fall away from it, on what it sees."""
INPUT_WALKS = (
    ("still", DAY, SHOWING),
    ("lit", DAY, DRY),
    ("crowd", DAY, DRY),
    ("sky", DAY, DRY),
    ("strip", BEHIND, CLEAR),
    ("video", DAY, DRY),
)
UNSEEN_INPUTS = {"present_ns", "decided_ns", "outer_number", "skipped", "light"}
"""When a frame is due is not in its picture, nor is the number of the frame whose scene time the outer view shows, nor
what came before it. Bounced light is that of sets that were baked, which these are not."""


@cache
def input_walk(ground: Ground, scene: str, heavens: Heavens, look: Look) -> Walk:
    start, changes = base(heavens, look), list[tuple[str, Frame]]()
    walk = Walk(ground, scene)
    for name, frames in inputs(start).items():
        changes += [("back again", start), *((name, each) for each in frames)]
    walk.go(changes, apart=True)
    return walk


@pytest.mark.parametrize(("scene", "heavens", "look"), INPUT_WALKS, ids=[scene for scene, *_ in INPUT_WALKS])
def test_no_other_input_of_a_frame_leaves_anything_stale(
    ground: Ground, scene: str, heavens: Heavens, look: Look
) -> None:
    assert input_walk(ground, scene, heavens, look).stale == ""


def test_every_input_of_a_frame_changes_and_is_seen(ground: Ground) -> None:
    names = {part.name for part in fields(Frame)} - {"look"}
    assert set(inputs(base(DAY))) == names, "a field of the record that this test does not know"
    seen = set[str]().union(*(input_walk(ground, *walk).seen for walk in INPUT_WALKS))
    assert names - seen == UNSEEN_INPUTS


def test_what_is_shown_instead_of_the_set_leaves_no_trace(ground: Ground) -> None:
    walk = Walk(ground, "still")
    walk.go(shown_instead(base(DAY, SHOWING)))
    assert walk.stale == ""


def test_a_held_picture_stays(ground: Ground) -> None:
    """HOLD: the record of the frame before under another number, once the walls have shown something else."""
    hall = Hall.of(ground, "sky")
    held = base(DAY)
    first = hall.all(held)
    hall.all(strange(held))
    for number in (41, 42):
        assert hall.all(replace(held, number=number, present_ns=number, decided_ns=number)) == first
    hall.renderer.release()
