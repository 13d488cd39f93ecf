"""Draws sets both ways, set by set and hour by hour, and counts how like they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from render.view.moment import Moment
from stage.files.loading import find_scene, load_scene
from stage.model.layers import GltfLayer, SkyLayer
from stage.model.scene import Scene
from stage.show.heavens import heavens_of
from tools.bench.light.account import Account, Row
from tools.bench.light.hours import Hour, hours_for
from tools.bench.light.sheet import sheet
from tools.live.progress import Tell
from tools.proof.picture_file import write_picture
from tools.scene.drawing import StillPose, view_of
from tools.tracing.bare_set import BareSet
from tools.tracing.likeness import likeness
from tools.tracing.reference import Kept, ReferenceTracer
from tools.tracing.tracing import Camera

BUNDLED = ("courtyard", "open_sky", "desert", "snowfield")


@dataclass(frozen=True, slots=True)
class Shot:
    """How sets are drawn: pictures of `size_px`, `fov_deg` across, `samples` a pixel and kind of light, from `poses`;
    sheets go into `out`, references are kept in `kept`."""

    size_px: tuple[int, int]
    fov_deg: float
    samples: int
    poses: Sequence[StillPose]
    out: Path
    kept: Path


def compared(mi: Any, sets: Sequence[str], looks: list[str], shot: Shot, tell: Tell) -> Account:
    """The account of sets: names, scene files, or glTF files. Raises InputError."""
    rows: list[Row] = []
    for text in sets:
        scene, folder = set_of(text)
        data = load_scene_data(scene, folder)
        hours = hours_for(data, looks)
        bare = BareSet(data)
        try:
            for name, hour in hours.items():
                rows += _rows(mi, (scene, data, bare), (name, hour), shot, tell)
        finally:
            bare.close()
    return Account(tuple(rows))


def set_of(text: str) -> tuple[Scene, Path]:
    """A set and its folder: by name, by its file or its folder's, or a glTF file alone under a sky of noon's. Raises
    InputError."""
    path = Path(text)
    if path.suffix.lower() in {".glb", ".gltf"} and path.is_file():
        layers = (GltfLayer(kind="gltf", file=path.name), SkyLayer(kind="sky"))
        return Scene(schema="scene/1", name=path.stem, layers=layers), path.parent
    found = path / "scene.toml" if (path / "scene.toml").is_file() else find_scene(text)
    return load_scene(found), found.parent


def _rows(
    mi: Any, drawn: tuple[Scene, SceneData, BareSet], light: tuple[str, Hour], shot: Shot, tell: Tell
) -> list[Row]:
    (scene, data, bare), (name, hour) = drawn, light
    look = hour.of()
    moment = Moment(look, heavens_of(look.sun, scene, None), 0.0)
    tracer = ReferenceTracer(mi, data, bare, Kept(shot.kept), shot.samples)
    rows = []
    for pose in shot.poses:
        camera = Camera(view_of(pose, shot.fov_deg, shot.size_px), shot.size_px)
        where = f"{data.name}, {name}, {pose.name}"

        def told(text: str, where: str = where) -> None:
            tell(f"{where}: {text}")

        reference = tracer.reference(camera, moment, told)
        ours = bare.picture(camera.view, shot.size_px, moment)
        figures, error = likeness(ours, reference)
        rows.append(Row(data.name, name, pose.name, hour.night, figures, reference.notes))
        labels = (
            f"{where}: OpenStage",
            "path tracer",
            f"difference: FLIP {figures.flip:.3f}, floor {figures.floor:.3f}",
        )
        file = shot.out / f"{data.name}-{name.replace(' ', '-')}-{pose.name}.png"
        write_picture(file, sheet(ours, reference.light, error, labels))
        told(f"FLIP {figures.flip:.3f}, floor {figures.floor:.3f}")
    return rows
