"""What a plate's clips ask for, and what becomes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from render.layers.video.carrying import DEEP_ALPHA_FORMAT, DEEP_FORMAT, has_alpha, is_light
from render.layers.video.clip import Clip
from render.layers.video.colour import (
    BT709,
    MATRICES,
    PRIMARIES,
    TRANSFERS,
    UNKNOWN,
    guessed_matrix,
    guessed_primaries,
)
from stage.files.passport import Passport, PassportEntry, approximated, drawn, lost

MATRIX_NAMES = {1: "BT.709", 6: "BT.601"}
PRIMARIES_NAMES = {1: "BT.709", 5: "BT.601 of 625 lines", 6: "BT.601 of 525 lines"}


def clips_passport(clips: Sequence[Clip], named: str | None, alpha: str, fields: bool, rate_given: bool) -> Passport:
    """`named`: the layer's own colour space; `alpha`: the layer's; `fields`: one field of two is shown; `rate_given`:
    the layer has a frame rate."""
    entries: list[PassportEntry] = []
    for clip in clips:
        entries += clip.passport
        entries += _form(clip, clips[0])
        if named is None and not is_light(clip.carried):
            entries += _colours(clip)
        if clip.interlaced and fields:
            why = "one field of two is shown: half of the rows, no combs"
            entries.append(approximated(clip.path.name, "interlaced frames", why, "Deinterlace it on export"))
        elif clip.interlaced:
            entries.append(
                drawn(clip.path.name, "interlaced frames", "they are shown whole, as interlaced = false says")
            )
        if has_alpha(clip.carried) and not is_light(clip.carried):
            entries.append(_alpha(clip, alpha))
        if clip.frames[1:] and not rate_given:
            why = f"pictures have no rate: they play at {clip.rate_hz} a second"
            entries.append(approximated(clip.path.name, f"{clip.length} frames", why, "Set frame_rate in the layer"))
    return tuple(entries)


def _form(clip: Clip, first: Clip) -> Iterator[PassportEntry]:
    """Pixel format, size, keyframes."""
    if clip.carried in (DEEP_FORMAT, DEEP_ALPHA_FORMAT) and clip.pixel_format != clip.carried:
        why = f"is converted to {clip.carried} while it plays, which costs time"
        yield drawn(clip.path.name, clip.pixel_format, why)
    if clip.size_px != first.size_px:
        asks, why = f"{clip.size_px[0]} x {clip.size_px[1]} px", f"is scaled to the size of {first.path.name}"
        yield approximated(clip.path.name, asks, why, "Give all clips one size")
    gaps = np.diff(clip.keyframes)
    if len(gaps) and gaps.max() > 2 * clip.rate_hz:
        asks = f"a keyframe every {gaps.max()} frames"
        yield drawn(clip.path.name, asks, "jumps are slow", "Use ProRes or DNxHR, or more keyframes")


def _colours(clip: Clip) -> Iterator[PassportEntry]:
    tags, name = clip.tags, clip.path.name
    if tags.matrix == UNKNOWN or tags.primaries == UNKNOWN:
        matrix, primaries = guessed_matrix(clip.size_px), guessed_primaries(clip.size_px)
        taken = MATRIX_NAMES[matrix] if primaries == BT709 or matrix != BT709 else PRIMARIES_NAMES[primaries]
        remedy = "Tag it on export, or set colour_space if its colours are off"
        yield drawn(name, "no colour tags", f"the stream does not say: taken as {taken} by its size", remedy)
    elif tags.matrix not in MATRICES:
        why = "this matrix is not known: it is decoded as BT.709"
        yield approximated(name, f"matrix coefficients {tags.matrix} (H.273)", why, "Export it as BT.709 or BT.2020")
    if tags.primaries != UNKNOWN and tags.primaries not in PRIMARIES:
        asks = f"colour primaries {tags.primaries} (H.273)"
        yield approximated(name, asks, "they are not known: taken as BT.709", "Export it as BT.709 or BT.2020")
    if tags.transfer != UNKNOWN and tags.transfer not in TRANSFERS:
        asks, why = f"transfer {tags.transfer} (H.273)", "it is not known: shown as on a BT.1886 monitor"
        yield approximated(name, asks, why, "Set colour_space in the layer")


def _alpha(clip: Clip, alpha: str) -> PassportEntry:
    if alpha == "opaque":
        return lost(clip.path.name, "an alpha channel", 'the layer says alpha = "opaque"')
    remedy = 'Set alpha = "premultiplied" in the layer if its edges are dark' if alpha == "straight" else ""
    return drawn(clip.path.name, "an alpha channel", f"it is taken as {alpha}", remedy)
