"""The first lines of each file's passport: what it is as it was read, and what of it is in doubt."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from render.layers.mesh.mesh_data import MeshData
from render.layers.splats.splats import SplatData
from render.layers.video.video import VideoData
from render.pictures.picture_header import picture_header
from render.scene.doubts import doubts
from stage.files.clip_rate import rate_words
from stage.files.passport import Passport, PassportEntry, drawn
from stage.model.layers import AnyLayer, GltfLayer, files_of


def base_entries(layer: AnyLayer, data: Any, folder: Path) -> Passport:
    """One entry for each file of a layer that was read as `data`, and more where something is in doubt."""
    told = next((tell for kind, tell in _TELLERS if isinstance(data, kind)), None)
    if told is not None:
        return tuple(told(layer, data))
    return tuple(drawn(name, _picture_words(folder / name)) for name in files_of(layer).values())


def _picture_words(path: Path) -> str:
    """From its header; a file of no known header is called a picture."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            view = memoryview(content)
            header = picture_header(view)
            view.release()
    except (OSError, ValueError):
        header = None
    return "a picture" if header is None else header.words


def _mesh(layer: AnyLayer, data: MeshData) -> Iterator[PassportEntry]:
    counts = [
        (data.triangle_count, "triangles"),
        (len(data.materials), "materials"),
        (len(data.pictures), "pictures"),
        (len(data.lights), "lamps"),
    ]
    words = ", ".join(f"{count} {what}" for count, what in counts if count)
    yield drawn(Path(files_of(layer)["file"]).name, words or "no triangles")
    if isinstance(layer, GltfLayer):
        yield from doubts(layer, data)


def _video(layer: AnyLayer, data: VideoData) -> Iterator[PassportEntry]:
    for clip in data.clips:
        size = f"{clip.size_px[0]} x {clip.size_px[1]} px"
        yield drawn(clip.path.name, f"{size}, {rate_words(clip.rate_hz)} frames/s, {clip.pixel_format}")


def _splats(layer: AnyLayer, data: SplatData) -> Iterator[PassportEntry]:
    yield drawn(files_of(layer)["file"], f"{len(data.opacity)} splats, harmonics of degree {data.degree}")


_TELLERS: tuple[tuple[type[Any], Callable[[AnyLayer, Any], Iterator[PassportEntry]]], ...] = (
    (MeshData, _mesh),
    (VideoData, _video),
    (SplatData, _splats),
)
