"""A hall of two small walls in which frames are drawn there and back, to find what is kept from one to the next though
it should not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import moderngl

from render.frame import Renderer
from render.gl.pixels import FLOATS, pixel_rows
from render.layers.crowd.crowd import read_crowd
from render.layers.sky.reader import read_sky
from render.layers.video.video import read_video
from render.light.light_field_pass import LightFace
from render.light.meter import SetLightMeter
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.messages.frames import Frame, Heavens, Show
from stage.model.layers import CrowdLayer, SkyLayer, VideoLayer
from stage.model.look import Exposure, Look
from stage.model.scene import Ambient, Haze, Scene
from tests.clips import write_clip
from tests.other_values import another, leaves_of, value_at, with_lists, with_value
from tests.sets.moving_glb import bent_strip
from tests.shaders.small_stage import camera, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set, lit_set

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
    quality={"shadow_px": 512, "surfaces": "full", "reflection_px": 32, "weather_density": 0.2, "inner_max_px": 128},
)  # fmt: skip
FACES = (0, 4)
"""Of the light round the mark, ahead and above: the same key stands for all six."""
ALONE_EVERY, ALONE_EVERY_APART = 50, 12
"""Frames between two that are drawn by a renderer of their own, too, in long walks and in those of frames apart."""

PEOPLE = CrowdLayer(kind="crowd", area_m=((-6, 1), (6, 1), (6, 12), (-6, 12)), count=16, walking=1.0, seed=2)
"""On six paths, so that with less activity somebody stands still."""
BLACK_GROUND = SkyLayer(kind="sky", ground_albedo=(0.0, 0.0, 0.0))
"""Every light shows in a ground that is not: here sun, moon and the night's glow change each by itself."""
THIN = Haze(density_per_m=0.0005)
SETS: dict[str, Callable[[Path], SceneData]] = {
    "still": lambda folder: box_set(),
    "lit": lambda folder: lit_set(),
    "crowd": lambda folder: replace(box_set(), layers=(read_crowd(PEOPLE, folder),)),
    "sky": lambda folder: replace(lit_set(), background=None, sky=read_sky(BLACK_GROUND, folder), haze=THIN),
    "strip": lambda folder: _strip(folder),
    "video": lambda folder: replace(box_set(), layers=(_video(folder),)),
}


def _strip(folder: Path) -> SceneData:
    """A strip that waves before one that stands still, large enough to show its shadow, under a sky that is mirrored
    nowhere: so nothing of it is drawn but what is seen."""
    (folder / "strip.glb").write_bytes(bent_strip()[0].glb())
    strip = {"kind": "gltf", "file": "strip.glb"}
    waving = {**strip, "animation": "wave", "position_m": (0.0, 3.0, 1.0)}
    behind = {**strip, "unit_m": 8.0, "position_m": (-4.0, 4.0, -2.0)}
    layers = [waving, behind]
    scene = Scene.model_validate({"schema": "scene/1", "name": "strip", "layers": layers})
    return replace(load_scene_data(scene, folder), sky=read_sky(BLACK_GROUND, folder))


OTHER = "other"
"""A set that is made ready where a frame names it."""


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


@dataclass(frozen=True)
class Ground:
    """Where halls stand: a graphics context, and a folder for the files of sets."""

    context: moderngl.Context
    folder: Path


@cache
def scene_data(ground: Ground, name: str) -> SceneData:
    return SETS[name](ground.folder)


NEUTRAL: Look = with_lists(Look(), WALLS)


def everything_else(look: Look) -> Look:
    """A look of which every value is another."""
    for leaf in leaves_of(look):
        look = with_value(look, leaf.path, another(leaf, value_at(look, leaf.path), WALLS))
    return look


CHANGED = everything_else(NEUTRAL)
STRANGE = everything_else(CHANGED)


@dataclass
class Hall:
    """The walls of one renderer, and the lamps' light, which is measured again only where its key says so."""

    renderer: Renderer
    key: tuple[object, ...] = ()
    faces: list[LightFace] = field(default_factory=list)
    holds_other: bool = False

    @classmethod
    def of(cls, ground: Ground, scene: str) -> Hall:
        """A new one."""
        return cls(Renderer(ground.context, STAGE, surfaces_of(STAGE), scene_data(ground, scene)))

    def shown(self, each: Frame) -> dict[str, bytes]:
        """A frame drawn: every output, every wall without frame codes, and what lies behind the inner views."""
        if each.scene == OTHER and not self.holds_other:
            self.renderer.sets.hold(OTHER, replace(box_set(), ambient=Ambient(up=(5.0, 20.0, 5.0))))
            self.holds_other = True
        self.renderer.draw(each)
        read, canvases = self.renderer.readback, self.renderer.walls.canvases
        pictures = {f"output {name}": read.output(name).tobytes() for name in WALLS}
        pictures |= {f"wall {name}": read.wall(name).tobytes() for name in WALLS}
        if shows_set(each):
            behind = {name: pixel_rows(canvases[name].outer_framebuffer, FLOATS) for name in WALLS}
            pictures |= {f"outer view {name}": rows.tobytes() for name, rows in behind.items()}
        return pictures

    def light(self, each: Frame) -> dict[str, bytes]:
        """What the lamps follow, of the set that is on the walls. It is light before exposure: at another one it is the
        same but for rounding (tests/shaders/light), so all is measured at one."""
        each = replace(each, look=replace(each.look, exposure=Exposure()))
        meter = SetLightMeter(self.renderer.ctx, STAGE.light_mark_m, self.renderer.sets)
        if (key := meter.light_key(each)) != self.key:
            self.key = key
            self.faces = [meter.light_face(each, face) for face in FACES]
        meter.release()
        return {f"light {number}": face.light.tobytes() for number, face in zip(FACES, self.faces, strict=True)}

    def all(self, each: Frame) -> dict[str, bytes]:
        """All that others see of a frame."""
        return self.shown(each) | (self.light(each) if shows_set(each) else {})


def shows_set(each: Frame) -> bool:
    return not each.show.black and not each.show.pattern


def strange(each: Frame) -> Frame:
    """A frame of the same set, of which no number is that of any frame here."""
    heavens = Heavens(71.0, 21.0, 131.0, -7.0, 0.3, (0.6, 0.8, 0.0, 0.0))
    then = replace(each, number=9, scene_time_s=91.3, outer_number=9, outer_scene_time_s=92.7, heavens=heavens)
    return replace(then, look=STRANGE, cameras=(camera(orientation=looking(50.0)),), show=Show())


@dataclass
class Walk:
    """Frames drawn there and back: which changes were seen, and what was stale first."""

    ground: Ground
    scene: str
    seen: set[str] = field(default_factory=set)
    stale: str = ""

    def go(self, frames: Iterable[tuple[str, Frame]], apart: bool = False) -> None:
        """Draw them; ends where something is stale. `apart`: on the way back each comes after a wholly different frame,
        for frames whose neighbours on both sides are alike."""
        hall = Hall.of(self.ground, self.scene)
        there: list[tuple[str, Frame, dict[str, bytes]]] = []
        for change, each in frames:
            there.append((change, each, hall.all(each)))
            if there[-2:-1] and there[-2][2] != there[-1][2]:
                self.seen.add(change)
        hall.all(strange(there[-1][1]))
        for number, (change, each, first) in reversed(list(enumerate(there))):
            if apart:
                hall.renderer.draw(strange(each))
                hall.key = ()
            self._compare(change, first, hall.all(each))
            if number % (ALONE_EVERY_APART if apart else ALONE_EVERY) == 0:
                self._compare(f"{change}, drawn alone", first, self._alone(each))
            if self.stale:
                break
        hall.renderer.release()

    def _alone(self, each: Frame) -> dict[str, bytes]:
        hall = Hall.of(self.ground, self.scene)
        shown = hall.all(each)
        hall.renderer.release()
        return shown

    def _compare(self, change: str, first: dict[str, bytes], again: dict[str, bytes]) -> None:
        wrong = [name for name in first if again[name] != first[name]]
        if wrong and not self.stale:
            self.stale = f"{self.scene}: {change}: {', '.join(wrong)}"
