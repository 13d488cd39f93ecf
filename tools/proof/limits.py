"""Which figures of a check count, their limits, and what to do where one is beyond it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tools.proof.boards import BoardFigures
from tools.proof.figure import Figure
from tools.proof.moving import MovingFigures
from tools.proof.tracked import ExactFigures, TrackedFigures
from tools.proof.walls.coherence import Coherence
from tools.proof.walls.grey_card import GreyCard
from tools.proof.walls.probed import Probed

LIMITS = {"mean": 0.01, "p99": 0.05, "max": 1.0}
"""The limits of parallax on a healthy stage, in px of the camera's picture."""
WITNESS_LIMIT_PX = 0.3
WITNESS_LIMIT_LEDS = 0.25
"""Where a LED is large in the picture, corners are found less exactly: this share of it is allowed."""
OUTER_MEAN_LEDS, OUTER_P99_LEDS = 0.02, 0.1
FEATHER_MOST = 0.02
OVERLAP_LEAST = 99.0
CARD_CODES = 1.0
MIXED_CODES = 1.5
"""Half floats hold light to a 2000th, on top of the dither."""
EXACT_MM, EXACT_DEG, EXACT_LENS = 0.05, 0.0002, 1e-6
"""FreeD carries 1/64 mm and 1/32768 degree; a lens at a calibrated point has exactly its values."""
MOVING_MEAN_PX, MOVING_P99_PX = 0.15, 1.0
"""With a good tracker's noise, on a machine that has nothing to spare: prediction leaves this much."""
PREDICTED_SHARE = 0.35
PREDICTED_DEG = 0.1

_SOFTWARE = "This is a fault of the software or its graphics driver: note the renderer, and do not shoot with it"
_GEOMETRY = "Were errors asked for? Otherwise the picture on this wall is drawn for a wrong eye. " + _SOFTWARE


def figures_of(probed: Probed, witness: BoardFigures | None, tiles: Coherence, card: GreyCard) -> Iterator[Figure]:
    """What is on the walls and in the outputs."""
    yield from _parallax(probed)
    yield from _coverage(probed)
    yield from _surround(probed)
    if witness is not None:
        limit = witness_limit_px(witness)
        yield Figure(
            "filmed walls against the set",
            witness.rms_px,
            limit,
            "px rms",
            "Look at witness.png beside direct.png: "
            "where corners are doubled or shifted, a tile is misplaced or turned in the outputs of the stage file",
        )
    named = ", ".join(tiles.named) or "none"
    yield Figure(
        "tiles: another frame's number",
        tiles.wrong_numbers,
        0,
        f"of {tiles.tiles}",
        f"Not copied: {named}. " + _SOFTWARE,
    )
    yield Figure(
        "tiles: not their wall's pixels",
        tiles.wrong_pictures,
        0,
        f"of {tiles.tiles}",
        f"Differ: {named}. Compare position_px and rotation_deg in the outputs of the stage file. " + _SOFTWARE,
    )
    yield Figure(
        f"grey and colour cards ({card.cards})",
        card.most_codes,
        CARD_CODES,
        "codes",
        f"Worst on wall {card.wall}. "
        "Compare its transfer, gamut, range and bits in the stage file with its processor. " + _SOFTWARE,
    )

    yield Figure("inner over outer view, mixed", card.composed_codes, MIXED_CODES, "codes", _SOFTWARE)


def tracking_figures(exact: ExactFigures, tracked: TrackedFigures | None) -> Iterator[Figure]:
    """The tracking chain."""
    axes = "Compare axes, signs, zeros and rig of the source and the camera in the stage file. " + _SOFTWARE
    yield Figure("tracker to entrance pupil", exact.position_mm, EXACT_MM, "mm at most", axes)
    yield Figure("tracker to camera axes", exact.rotation_deg, EXACT_DEG, "degrees at most", axes)
    yield Figure("lens at calibrated points", exact.lens_share, EXACT_LENS, "of a value", axes)
    if tracked is not None:
        slow = "The motion is too rough for this tracker's rate, or prediction is off: try a smoother motion"
        yield Figure("prediction against holding", tracked.gain, PREDICTED_SHARE, "of it", slow)
        yield Figure("predicted rotation", tracked.rotation_rms_deg, PREDICTED_DEG, "degrees rms", slow)


def moving_limits(moving: MovingFigures | None) -> Iterator[Figure]:
    """What a moving camera sees of the running stage."""
    if moving is not None:
        slow = (
            "State delays and exposure in the stage file; look at the tracker's rate and noise, and whether this "
            "machine draws in time"
        )
        yield Figure("moving camera, live, mean", moving.mean_px, MOVING_MEAN_PX, "px", slow)
        yield Figure("moving camera, live, p99", moving.p99_px, MOVING_P99_PX, "px", slow)


def witness_limit_px(witness: BoardFigures | None) -> float:
    """The most that filmed corners may differ: a fixed part of a pixel, or of a LED where LEDs are large."""
    return WITNESS_LIMIT_PX if witness is None else max(WITNESS_LIMIT_PX, WITNESS_LIMIT_LEDS * witness.led_px)


def _parallax(probed: Probed) -> Iterator[Figure]:
    for name, wall in probed.walls.items():
        if wall is not None:
            yield Figure(f"parallax on {name}, mean", wall.mean, LIMITS["mean"], "px", _GEOMETRY)
            yield Figure(f"parallax on {name}, p99", wall.p99, LIMITS["p99"], "px", _GEOMETRY)
            yield Figure(f"parallax on {name}, most", wall.max, LIMITS["max"], "px", _GEOMETRY)


def _coverage(probed: Probed) -> Iterator[Figure]:
    found = probed.coverage
    where = ", ".join(f"{name} ({count} rays)" for name, count in found.uncovered_by_wall.items()) or "no wall"
    missing = f"Missing on {where}; see coverage.png. Raise the look's inner margin; check sensor_mm and the lens"
    yield Figure("picture covered by inner view", 100.0 * found.film_share, 100.0, "%", missing, at_least=True)
    if found.edge:
        yield Figure("its margin, all round", 100.0 * found.edge_share, 100.0, "%", missing, at_least=True)
    yield Figure(
        "inner view beyond the margin",
        100.0 * found.spill_share,
        0.0,
        "% of LEDs",
        "The inner view is drawn too large and takes light from the actors: check sensor_mm and the lens",
    )


def _surround(probed: Probed) -> Iterator[Figure]:
    for name, leds in probed.outer_leds.items():
        if leds is not None:
            yield Figure(f"outer view on {name}, mean", leds[0], OUTER_MEAN_LEDS, "LEDs", _SOFTWARE)
            yield Figure(f"outer view on {name}, p99", leds[1], OUTER_P99_LEDS, "LEDs", _SOFTWARE)
    yield Figure("feather against its rule", probed.feather_most, FEATHER_MOST, "of 1", _SOFTWARE)
    if probed.overlap is not None and probed.overlap[0]:
        both, right = probed.overlap
        yield Figure(
            "overlap: first camera wins",
            100.0 * right / both,
            OVERLAP_LEAST,
            "%",
            "The order of the cameras in the stage file decides which one wins. " + _SOFTWARE,
            at_least=True,
        )
