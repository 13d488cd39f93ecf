"""Which part and which channels of an OpenEXR file are its picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Wanted = Literal["colour", "depth"]
PREFERRED = ("combined", "beauty", "rgba", "rgb", "color", "colour")
"""Layers that are the picture itself in files of many layers (Blender, Arnold, Nuke), the likeliest first."""
DEPTHS = ("Z", "depth", "depth.Z", "Depth.Z", "Depth.V", "depth.V", "Z.V")


class Channels(NamedTuple):
    """`names` in the order red, green, blue (and alpha), or luminance, red and blue difference (and alpha), or grey;
    `layer` the name they share, empty where they have none."""

    kind: Literal["rgb", "luminance-chroma", "grey"]
    names: tuple[str, ...]
    layer: str = ""


def channels_of(names: Sequence[str], wanted: Wanted) -> Channels | None:
    """The picture among a part's channels, or its depth; None where there is none."""
    if wanted == "depth":
        depth = next((name for name in _depths(names)), None)
        if depth is not None:
            return Channels("grey", (depth,))
    found = [made for layer in _layers(names) if (made := _colours(set(names), layer))]
    if found:
        return min(found, key=lambda made: _rank(made.layer))
    grey = [name for name in ("Y", "R", "L", "A") if name in names] or (list(names) if len(names) == 1 else [])
    if not grey or (wanted == "colour" and grey[0] in DEPTHS):
        return None
    return Channels("grey", (grey[0],))


def _depths(names: Sequence[str]) -> list[str]:
    known = [name for name in DEPTHS if name in names]
    return known or [name for name in names if name.rpartition(".")[2].lower() in ("z", "depth")]


def _layers(names: Sequence[str]) -> list[str]:
    """The names before the last dot, with the dot, in the file's order."""
    return list(dict.fromkeys(name[: name.rfind(".") + 1] for name in names))


def _colours(names: set[str], layer: str) -> Channels | None:
    for letters in ("RGBA", "rgba"):
        if all(layer + letter in names for letter in letters[:3]):
            own = tuple(layer + letter for letter in letters if layer + letter in names)
            return Channels("rgb", own, layer.rstrip("."))
    if all(layer + name in names for name in ("Y", "RY", "BY")):
        own = tuple(layer + name for name in ("Y", "RY", "BY", "A") if layer + name in names)
        return Channels("luminance-chroma", own, layer.rstrip("."))
    return None


def _rank(layer: str) -> int:
    last = layer.rpartition(".")[2].lower()
    if not layer:
        return -1
    return PREFERRED.index(last) if last in PREFERRED else len(PREFERRED)
