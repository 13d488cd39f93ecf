"""No picture is stale: whatever changes from one frame to the next, the walls and the lamps' light follow to the last
bit, in sets that move and in one that stands still.

Frames follow each other of which each differs from the one before in a single value; the look's are made from its
schema, so none can be forgotten. They are drawn there and back: each frame comes once after its neighbour on one side
and once after that on the other, and both pictures must be the same. What was kept wrongly is kept from one side or the
other. Now and then a frame is drawn by a renderer that was made for it alone, too, and that is the same as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import moderngl
import pytest

from render.charts.patterns import CHARTS
from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.gl.pixels import FLOATS, pixel_rows
from render.layers.crowd.crowd import read_crowd
from render.layers.sky.reader import read_sky
from render.layers.video.video import read_video
from render.light.light_field_pass import LightFace
from render.light.meter import SetLightMeter
from render.scene.scene_data import SceneData
from stage.messages.frames import Frame, Heavens, Show
from stage.messages.samples import LensState, Validity
from stage.model.layers import CrowdLayer, SkyLayer, VideoLayer
from stage.model.look import Look
from stage.model.scene import Ambient
from stage.model.wall_steps import PATTERNS, STEPS
from tests.clips import write_clip
from tests.other_values import Leaf, another, leaves_of, value_at, with_lists, with_value
from tests.sets.moving_glb import bent_strip
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set, lit_set
from tests.unit.render.layers.mesh.test_animation import loaded

WALLS = ("flat", "arc")
SIZE_PX = (48, 32)
STAGE = small_stage(
    walls=[
        {"name": "flat", "kind": "flat", "position_m": [0, 0, 0.2],
         "cabinets": {"columns": 1, "rows": 1, "size_px": SIZE_PX, "pitch_mm": 60.0}},
        {"name": "arc", "kind": "arc", "position_m": [3.0, -1.0, 0.2], "pan_deg": -60.0, "radius_m": 3.0,
         "cabinets": {"columns": 2, "rows": 1, "size_px": [24, 32], "pitch_mm": 60.0}},
    ],
    outputs=[{"name": name, "size_px": SIZE_PX, "tiles": [{"tile": f"{name}/all"}]} for name in WALLS],
    quality={"shadow_px": 512, "reflection_px": 32},
)  # fmt: skip
FACES = (0, 4)
"""Of the light round the mark, ahead and above: the same key stands for all six."""
ALONE_EVERY = 30
"""Frames between two that are drawn by a renderer of their own, too."""

DAY = Heavens(sun_pan_deg=40.0, sun_elevation_deg=35.0, moon_pan_deg=200.0, moon_elevation_deg=-30.0)
DUSK = Heavens(sun_pan_deg=40.0, sun_elevation_deg=-3.0, moon_pan_deg=10.0, moon_elevation_deg=25.0, moon_phase=0.6)
"""There are stars, and the moon shines."""
DAWN = replace(DUSK, sun_elevation_deg=1.0)
"""Lamps come up."""
PEOPLE = CrowdLayer(kind="crowd", area_m=((-6, 1), (6, 1), (6, 12), (-6, 12)), count=16, walking=1.0, seed=2)
"""On six paths, so that with less activity somebody stands still."""
SETS: dict[str, Callable[[Path], SceneData]] = {
    "still": lambda folder: box_set(),
    "lit": lambda folder: lit_set(),
    "crowd": lambda folder: replace(box_set(), layers=(read_crowd(PEOPLE, folder),)),
    "sky": lambda folder: replace(lit_set(), background=None, sky=read_sky(SkyLayer(kind="sky"))),
    "strip": lambda folder: loaded(bent_strip()[0], folder, animation="wave", position_m=(0.0, 3.0, 1.0)),
    "video": lambda folder: replace(box_set(), layers=(_video(folder),)),
}
NOT_ON_WALLS = {
    *("sun.source", "sun.date", "sun.time_h", "sun.utc_offset_h", "sun.pan_deg", "sun.elevation_deg"),
    *("fixtures.master", "fixtures.blackout", "fixtures.follow", "fixtures.fixed[0].name", "fixtures.fixed[0].level"),
    *(f"fixtures.fixed[0].colour[{number}]" for number in range(3)),
    "light_cards[0].name",
}
"""Where the sun stands is in the frame's heavens; lamps are told their own levels by the lights process."""


def _video(folder: Path) -> Any:
    write_clip(folder / "prores.mov", count=20)
    values = {
        "kind": "video",
        "files": ["prores.mov"],
        "radius_m": 6.0,
        "height_m": 5.0,
        "position_m": (0.0, 4.0, -1.0),
    }
    return read_video(VideoLayer.model_validate(values), folder)


@cache
def scene_data(name: str) -> SceneData:
    return SETS[name](Path(tempfile.mkdtemp(prefix="openstage-")))


@dataclass
class Hall:
    """The walls of one renderer, and the lamps' light, which is measured again only where its key says so."""

    renderer: Renderer
    key: tuple[object, ...] = ()
    faces: list[LightFace] = field(default_factory=list)

    @classmethod
    def of(cls, context: moderngl.Context, scene: str) -> Hall:
        """A new one, with another set ready to be switched to."""
        renderer = Renderer(context, STAGE, surfaces_of(STAGE), scene_data(scene))
        renderer.sets.hold("other", replace(box_set(), ambient=Ambient(up=(5.0, 20.0, 5.0))))
        return cls(renderer)

    def shown(self, each: Frame) -> dict[str, bytes]:
        """A frame drawn: every output, every wall without frame codes, and what lies behind the inner views."""
        self.renderer.draw(each)
        read, canvases = self.renderer.readback, self.renderer.walls.canvases
        pictures = {f"output {name}": read.output(name).tobytes() for name in WALLS}
        pictures |= {f"wall {name}": read.wall(name).tobytes() for name in WALLS}
        if _shows_set(each):
            behind = {name: pixel_rows(canvases[name].outer_framebuffer, FLOATS) for name in WALLS}
            pictures |= {f"outer view {name}": rows.tobytes() for name, rows in behind.items()}
        return pictures

    def light(self, each: Frame) -> dict[str, bytes]:
        """What the lamps follow, of the set that is on the walls."""
        meter = SetLightMeter(self.renderer.ctx, STAGE.light_mark_m, self.renderer.sets)
        if (key := meter.light_key(each)) != self.key:
            self.key = key
            self.faces = [meter.light_face(each, face) for face in FACES]
        meter.release()
        return {f"light {number}": face.light.tobytes() for number, face in zip(FACES, self.faces, strict=True)}

    def all(self, each: Frame) -> dict[str, bytes]:
        """All that others see of a frame."""
        return self.shown(each) | (self.light(each) if _shows_set(each) else {})


def _shows_set(each: Frame) -> bool:
    return not each.show.black and not each.show.pattern


def strange(each: Frame) -> Frame:
    """A frame of the same set, of which no number is that of any frame here."""
    heavens = Heavens(71.0, 21.0, 131.0, -7.0, 0.3, (0.6, 0.8, 0.0, 0.0))
    then = replace(each, number=9, scene_time_s=91.3, outer_number=9, outer_scene_time_s=92.7, heavens=heavens)
    return replace(then, look=STRANGE, cameras=(camera(orientation=looking(50.0)),), show=Show())


NEUTRAL: Look = with_lists(Look(), WALLS)


def everything_else(look: Look) -> Look:
    """A look of which every value is another."""
    for leaf in leaves_of(look):
        look = with_value(look, leaf.path, another(leaf, value_at(look, leaf.path), WALLS))
    return look


CHANGED = everything_else(NEUTRAL)
CLOUDY = with_value(NEUTRAL, ("sky", "cloud_cover"), 0.5)
STRANGE = everything_else(CHANGED)


def base(heavens: Heavens, look: Look = NEUTRAL) -> Frame:
    """Scene time of inner and outer views apart, as in most frames; after twenty minutes, in which clouds drifted."""
    plain = frame(40, camera(orientation=looking(-14.0), focal_mm=60.0), look=look)
    return replace(plain, scene_time_s=1203.25, outer_scene_time_s=1202.75, heavens=heavens)


def looks_one_by_one(neutral: Look) -> Iterator[tuple[str, Look]]:
    """From a look to the one of which everything is changed, a value at a time: each changes once while all that come
    before it are changed, and once while all that come after it are. What is switched on comes first, what is switched
    off last, and exposure late, so that there is something to see of the others."""
    changed = everything_else(neutral)

    def switched(leaf: Leaf) -> int:
        value = value_at(changed, leaf.path)
        return 0 if value is True else 2 if value is False else 1

    leaves = sorted(reversed(list(leaves_of(neutral))), key=switched)
    for order in (leaves, leaves[::-1]):
        look = neutral
        yield "nothing yet", look
        for leaf in order:
            look = with_value(look, leaf.path, value_at(changed, leaf.path))
            yield str(leaf), look


@dataclass
class Walk:
    """Frames drawn there and back: which changes were seen, and what was stale first."""

    context: moderngl.Context
    scene: str
    seen: set[str] = field(default_factory=set)
    stale: str = ""

    def go(self, frames: Iterable[tuple[str, Frame]]) -> None:
        """Draw them; ends where something is stale."""
        hall = Hall.of(self.context, self.scene)
        there: list[tuple[str, Frame, dict[str, bytes]]] = []
        for change, each in frames:
            there.append((change, each, hall.all(each)))
            if there[-2:-1] and there[-2][2] != there[-1][2]:
                self.seen.add(change)
        hall.all(strange(there[-1][1]))
        for number, (change, each, first) in reversed(list(enumerate(there))):
            self._compare(change, first, hall.all(each))
            if number % ALONE_EVERY == 0:
                self._compare(f"{change}, drawn alone", first, self._alone(each))
            if self.stale:
                break
        hall.renderer.release()

    def _alone(self, each: Frame) -> dict[str, bytes]:
        hall = Hall.of(self.context, self.scene)
        shown = hall.all(each)
        hall.renderer.release()
        return shown

    def _compare(self, change: str, first: dict[str, bytes], again: dict[str, bytes]) -> None:
        wrong = [name for name in first if again[name] != first[name]]
        if wrong and not self.stale:
            self.stale = f"{self.scene}: {change}: {', '.join(wrong)}"


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


LOOK_WALKS = (("still", DAY, NEUTRAL), ("lit", DAWN, NEUTRAL), ("crowd", DAY, NEUTRAL), ("sky", DUSK, CLOUDY))


@cache
def look_walk(context: moderngl.Context, scene: str, heavens: Heavens, neutral: Look) -> Walk:
    walk = Walk(context, scene)
    walk.go((change, base(heavens, look)) for change, look in looks_one_by_one(neutral))
    return walk


@pytest.mark.parametrize(("scene", "heavens", "neutral"), LOOK_WALKS, ids=[scene for scene, *_ in LOOK_WALKS])
def test_no_value_of_a_look_leaves_anything_stale(
    context: moderngl.Context, scene: str, heavens: Heavens, neutral: Look
) -> None:
    assert look_walk(context, scene, heavens, neutral).stale == ""


def test_every_value_of_a_look_is_seen_on_some_wall_but_those_that_are_not_meant_to_be(
    context: moderngl.Context,
) -> None:
    """Else the test above could not fail for it."""
    seen = set[str]().union(*(look_walk(context, *walk).seen for walk in LOOK_WALKS))
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
    return {
        "number": [coded, replace(coded, number=41), replace(coded, number=77), replace(start, number=78)],
        "present_ns": [replace(start, present_ns=5)],
        "decided_ns": [replace(start, decided_ns=5)],
        "scene": [replace(start, scene=name) for name in ("other", "boxes", "other", "boxes")],
        "scene_time_s": [replace(start, scene_time_s=time_s) for time_s in (1203.25, 1203.5, 1207.0, 0.0)],
        "outer_number": [replace(start, outer_number=number) for number in (1, 40)],
        "outer_scene_time_s": [replace(start, outer_scene_time_s=time_s) for time_s in (1202.75, 1203.0, 1206.5, 0.0)],
        "cameras": [
            replace(start, cameras=cameras)
            for cameras in ((camera(),), (wide,), (lost,), (camera(orientation=looking(-70.0)),), (), (camera(),))
        ],
        "heavens": [replace(start, heavens=heavens) for heavens in heavens_one_by_one(start.heavens)],
        "show": [replace(start, show=show) for show in (Show(black=True), Show(), Show(bypass=STEPS), Show())],
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
DRY = replace(SHOWING, weather=replace(SHOWING.weather, rain=0.0, snow=0.0, dust=0.0))
"""Nothing falls: only what moves by itself moves."""
INPUT_WALKS = (("still", SHOWING), ("lit", DRY), ("crowd", DRY), ("sky", DRY), ("strip", DRY), ("video", DRY))
UNSEEN_INPUTS = {"present_ns", "decided_ns", "outer_number"}
"""When a frame is due is not in its picture, nor is the number of the frame whose scene time the outer view shows."""


@cache
def input_walk(context: moderngl.Context, scene: str, look: Look) -> Walk:
    start, changes = base(DAY, look), list[tuple[str, Frame]]()
    walk = Walk(context, scene)
    for name, frames in inputs(start).items():
        changes += [("back again", start), *((name, each) for each in frames)]
    walk.go(changes)
    return walk


@pytest.mark.parametrize(("scene", "look"), INPUT_WALKS, ids=[scene for scene, _ in INPUT_WALKS])
def test_no_other_input_of_a_frame_leaves_anything_stale(context: moderngl.Context, scene: str, look: Look) -> None:
    assert input_walk(context, scene, look).stale == ""


def test_every_input_of_a_frame_changes_and_is_seen(context: moderngl.Context) -> None:
    names = {part.name for part in fields(Frame)} - {"look"}
    assert set(inputs(base(DAY))) == names, "a field of the record that this test does not know"
    seen = set[str]().union(*(input_walk(context, *walk).seen for walk in INPUT_WALKS))
    assert names - seen == UNSEEN_INPUTS


def test_what_is_shown_instead_of_the_set_leaves_no_trace(context: moderngl.Context) -> None:
    walk = Walk(context, "still")
    walk.go(shown_instead(base(DAY, SHOWING)))
    assert walk.stale == ""


def test_a_held_picture_stays(context: moderngl.Context) -> None:
    """HOLD: the record of the frame before under another number, once the walls have shown something else."""
    hall = Hall.of(context, "sky")
    held = base(DAY)
    first = hall.all(held)
    hall.all(strange(held))
    for number in (41, 42):
        assert hall.all(replace(held, number=number, present_ns=number, decided_ns=number)) == first
    hall.renderer.release()
