"""The cost of each kind of layer: the product's scene pass and a minimal program, alternately in one run.

A row is a case: a set with that layer, a view of it, how time passes, and (if one can be written) the bare program of
the same triangles, textures and pixels. The two take turns; each turn has a ratio, bare ms / real ms: 1 = as cheap as
bare drawing. The row's `ratio` is the median of its turns', so other load affects both alike.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import moderngl

from render.gl.context import create_offscreen_context
from render.layers.video.video import VideoData
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.files.loading import find_scene, load_scene
from stage.maths.projection import camera_axes, perspective
from stage.model.look import Look, Weather
from stage.model.stagefile import Quality
from tools.bench.layers.bare_scene import BareDraw, BareScene, mesh_draws
from tools.bench.layers.bare_video import BareVideo, bare_screen
from tools.bench.layers.crowd import full_courtyard
from tools.bench.layers.glossy import bare_spheres, glossy_spheres
from tools.bench.layers.particles import (
    WEATHER_ROWS,
    bare_gradient,
    bare_weather,
    empty_set,
    splat_hall,
    weather_moment,
)
from tools.bench.layers.plates import VIDEO_PX, drive, relief, wood
from tools.bench.layers.sky import SKY_ROWS, bare_sky, empty_sky

SIZE_PX = (640, 360)
WARM_FRAMES = 2
TURNS = 9
FRAME_S = 1 / 24
EYE_M = (0.4, -2.6, 1.35)
SLOPES = (-0.57735, 0.57735, -0.32476, 0.32476)
"""60 degrees wide, 16 to 9."""


@dataclass(frozen=True, slots=True)
class LayerCase:
    """One row. `moment(n)` is the moment of frame n; `counts` are facts to print (triangles, figures, splats); `clip`:
    a video that the bare program shows on its first item."""

    scene: SceneData
    view: View
    moment: Callable[[int], Moment] = lambda number: Moment(time_s=number * FRAME_S)
    bare: Sequence[BareDraw] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    quality: Quality = field(default_factory=lambda: Quality(shadow_px=0))
    clip: Path | None = None


def ahead(eye_m: tuple[float, float, float] = EYE_M) -> View:
    """The view of a level camera that looks along +Y, 60 degrees wide."""
    return View(eye_m, perspective(eye_m, camera_axes((1.0, 0.0, 0.0, 0.0)), SLOPES))


def _meshes(folder: Path) -> LayerCase:
    path = find_scene("courtyard")
    scene = load_scene_data(load_scene(path), path.parent)
    return LayerCase(scene, ahead(), bare=mesh_draws(scene.meshes), counts={"triangles": scene.meshes.triangle_count})


def _glossy(folder: Path) -> LayerCase:
    scene = glossy_spheres()
    counts = {"triangles": scene.meshes.triangle_count}
    return LayerCase(scene, ahead(), bare=[bare_spheres(scene, EYE_M)], counts=counts)


def _looked(look: Look, quality: Quality) -> Callable[[Path], LayerCase]:
    """The courtyard under another look or quality, against the same bare program."""

    def case(folder: Path) -> LayerCase:
        plain = _meshes(folder)
        return replace(plain, moment=lambda number: Moment(look, time_s=number * FRAME_S), quality=quality)

    return case


def _sky(name: str) -> Callable[[Path], LayerCase]:
    def case(folder: Path) -> LayerCase:
        row, view, scene = SKY_ROWS[name], ahead(), empty_sky()
        assert scene.sky is not None
        bare = bare_sky(row, scene.sky, view.eye_m)
        return LayerCase(scene, view, lambda number: row.moment(number * FRAME_S), bare)

    return case


def _splats(folder: Path) -> LayerCase:
    hall = splat_hall(ahead())
    return LayerCase(hall.scene, ahead(), bare=hall.bare, counts=hall.counts)


def _crowd(folder: Path) -> LayerCase:
    row = full_courtyard(ahead())
    return LayerCase(empty_set((row.crowd,)), ahead(), bare=[bare_gradient(ahead()), *row.bare], counts=row.counts)


def _weather(name: str) -> Callable[[Path], LayerCase]:
    def case(folder: Path) -> LayerCase:
        bare, drops = bare_weather(name, ahead())
        return LayerCase(
            empty_set(), ahead(), lambda number: weather_moment(name, number * FRAME_S), bare, {"drops": drops}
        )

    return case


def _cards(folder: Path) -> LayerCase:
    scene, bare = wood(folder)
    return LayerCase(scene, ahead(), bare=[bare_gradient(ahead()), *bare], counts={"cards": len(bare)})


def _relief(folder: Path) -> LayerCase:
    scene, bare = relief(folder)
    counts = {"triangles": sum(len(draw.triangles) for draw in bare)}
    return LayerCase(scene, ahead(), bare=[*bare, bare_gradient(ahead())], counts=counts)


def _video(folder: Path) -> LayerCase:
    """A clip that plays."""
    still = _video_still(folder)
    (data,) = (layer for layer in still.scene.layers if isinstance(layer, VideoData))
    return replace(still, moment=lambda number: Moment(time_s=number * FRAME_S), clip=data.clips[0].path)


def _video_still(folder: Path) -> LayerCase:
    """A clip held at its first frame: the cost of drawing without decoding."""
    scene = drive(folder)
    bare = [bare_screen(layer) for layer in scene.layers if isinstance(layer, VideoData)]
    facts = {"video_px": VIDEO_PX[0] * VIDEO_PX[1]}
    return LayerCase(scene, ahead(), lambda number: Moment(), [*bare, bare_gradient(ahead())], facts)


CASES: dict[str, Callable[[Path], LayerCase]] = {
    "meshes": _meshes,
    "crowd": _crowd,
    "meshes-glossy": _glossy,
    "meshes-shadows": _looked(Look(), Quality()),
    "meshes-wet": _looked(Look(weather=Weather(wetness=1.0)), Quality(shadow_px=0)),
    **{name: _sky(name) for name in SKY_ROWS},
    "cards": _cards,
    "relief": _relief,
    "video-4k": _video,
    "video-4k-still": _video_still,
    "splats": _splats,
    **{name: _weather(name) for name in WEATHER_ROWS},
}
"""Row name to the function that makes its case; it may write files into the folder it is given."""


def layer_figures(
    names: Sequence[str] = (), size_px: tuple[int, int] = SIZE_PX, frames: int = 10
) -> dict[str, dict[str, Any]]:
    """Milliseconds a frame for each row and its bare program, and their ratio: medians of turns of `frames` each.

    Raises InputError for an unknown row.
    """
    chosen = list(names) or list(CASES)
    for name in chosen:
        if name not in CASES:
            raise InputError(name, "", "no such layer row", f"Rows: {', '.join(CASES)}")
    context = create_offscreen_context()
    try:
        with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
            return {name: _measured(context, CASES[name](Path(folder)), size_px, frames) for name in chosen}
    finally:
        context.release()


def _measured(ctx: moderngl.Context, case: LayerCase, size_px: tuple[int, int], frames: int) -> dict[str, Any]:
    colour, depth = ctx.texture(size_px, 4, dtype="f2"), ctx.depth_renderbuffer(size_px)
    target = ctx.framebuffer(colour, depth)
    real = ScenePass(ctx, case.scene, case.quality, Material.LIT)
    real.warm_up(target, case.view)
    bare = _bare(ctx, case)

    def real_frame(number: int) -> None:
        real.draw(target, (0, 0, *size_px), case.view, case.moment(number))

    pairs = []
    for turn in range(TURNS):
        first = turn * (WARM_FRAMES + frames)
        pairs.append((_ms(ctx, real_frame, first, frames), _ms(ctx, partial(_bare_frame, bare, target), first, frames)))
    real.release()
    for thing in (target, colour, depth):
        thing.release()
    return {**case.counts, **medians(pairs)}


def medians(pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    """The medians of the turns' real ms and bare ms, and of the turns' ratios."""
    return {
        "ms": median(real for real, _ in pairs),
        "bare_ms": median(bare for _, bare in pairs),
        "ratio": median(bare / real for real, bare in pairs),
    }


def _bare(ctx: moderngl.Context, case: LayerCase) -> BareScene:
    if case.clip is None:
        return BareScene(ctx, case.bare, case.view)
    return BareVideo(ctx, case.bare, case.view, case.clip)


def _bare_frame(bare: BareScene, target: moderngl.Framebuffer, number: int) -> None:
    bare.draw(target)


def _ms(ctx: moderngl.Context, draw: Callable[[int], None], first: int, frames: int) -> float:
    clock = MonotonicClock()
    for number in range(WARM_FRAMES):
        draw(first + number)
    ctx.finish()
    begun_ns = clock.now_ns()
    for number in range(WARM_FRAMES, WARM_FRAMES + frames):
        draw(first + number)
        ctx.finish()
    return (clock.now_ns() - begun_ns) / frames / 1e6
