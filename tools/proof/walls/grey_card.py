"""A grey card, and one of each primary, through the whole colour path: what code values reach the outputs.

The set is one even light. The codes that must come out are worked out here from the standards, not with the product's
own curves: ITU-R BT.709, BT.2020, BT.2100 (PQ, HLG), SMPTE EG 432-1, IEC 61966-2-1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from render.scene.scene_data import SceneData
from render.view.material import Material
from stage.messages.frames import CameraState
from stage.model.look import Exposure, Look, OuterView
from stage.model.output import TilePlacement
from stage.model.scene import Ambient
from stage.model.wall import AnyWall, Tile, tiles_of
from stage.units import NITS_PER_UNIT
from tools.proof.rig import Rig
from tools.proof.walls.parallax import wall_positions
from tools.proof.walls.surround import ruled_coverage

SHARES = (0.02, 0.18, 0.5)
"""Of a wall's peak: the light of the cards, three stops under their exposure."""
STOPS = 1.0
TINTS = ((1.0, 1.0, 1.0), (1.0, 0.25, 0.1), (0.1, 1.0, 0.25), (0.2, 0.1, 1.0))
PRIMARIES = {
    "rec709": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "p3-d65": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "rec2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
}
WHITE = (0.3127, 0.3290)
OUTER_EV = -2.0
MIXED_SHARE = 0.4
BYTE_BITS = 8
"""The walls are read in 8 bits; 10 are rounded."""
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class GreyCard:
    """The largest difference in code values, in how many cards, and on which wall; and that of `composed_card`."""

    most_codes: float
    cards: int
    wall: str
    composed_codes: float = math.nan


def grey_card(rig: Rig) -> GreyCard:
    """Draw the cards on every wall, with the calibration bypassed, and compare every pixel of every output."""
    least_peak = min(wall.peak_nits for wall in rig.stage.walls)
    cards = [tuple(share * least_peak / NITS_PER_UNIT * part for part in tint) for share in SHARES for tint in TINTS]
    worst, where = 0.0, ""
    look = Look(exposure=Exposure(ev=STOPS))
    for light in cards:
        half: Triple = (light[0] / 2.0**STOPS, light[1] / 2.0**STOPS, light[2] / 2.0**STOPS)
        renderer = rig.renderer(Material.LIT, SceneData(rig.scene_name, ambient=Ambient(up=half, down=half)))
        frame = rig.frame(0, (), look)
        renderer.draw(replace(frame, show=replace(frame.show, bypass=("calibration",))))
        for output in rig.stage.outputs:
            codes, bits = renderer.readback.codes(output.name), renderer.readback.bits(output.name)
            for wall, placement, tile in _placed(rig, output.tiles):
                found = _part(codes, placement, tile).astype(np.float64)
                apart = float(np.abs(found - expected_codes(wall, light, bits)).max())
                if apart > worst:
                    worst, where = apart, wall.name
        renderer.release()
    return GreyCard(worst, len(cards), where)


def composed_card(rig: Rig, states: tuple[CameraState, ...]) -> float:
    """The largest difference in code values on the walls where inner views lie over each other and over a darker outer
    view of the same even light: how they are mixed, pixel by pixel. `states`: of cameras whose lenses do not distort.
    """
    look = Look(exposure=Exposure(ev=STOPS), outer=OuterView(ev=OUTER_EV), inner=rig.look.inner)
    light = MIXED_SHARE * min(wall.peak_nits for wall in rig.stage.walls) / NITS_PER_UNIT
    half: Triple = (light / 2.0**STOPS, light / 2.0**STOPS, light / 2.0**STOPS)
    renderer = rig.renderer(Material.LIT, SceneData(rig.scene_name, ambient=Ambient(up=half, down=half)))
    frame = rig.frame(0, states, look)
    renderer.draw(replace(frame, show=replace(frame.show, bypass=("calibration",))))
    worst = 0.0
    for wall in rig.stage.walls:
        places = wall_positions(rig.surfaces[wall.name])
        left_open = np.prod([1.0 - ruled_coverage(places, state, look.inner) for state in states], axis=0)
        seen = ~np.isnan(left_open)
        shares = 1.0 - left_open[seen] * (1.0 - 2.0**OUTER_EV)
        steps = np.unique(np.round(shares, 3))
        table = np.array([expected_codes(wall, (light * step,) * 3, BYTE_BITS)[0] for step in steps])
        found = np.asarray(renderer.readback.wall(wall.name), np.float64)[..., 0][seen]
        worst = max(worst, float(np.abs(found - np.interp(shares, steps, table)).max(initial=0.0)))
    renderer.release()
    return worst


def expected_codes(wall: AnyWall, light: tuple[float, ...], bits: int) -> NDArray[np.float64]:
    """(3,) code values of a light (Rec.709, units of 100 nits) on a wall: gamut, then signal, then range."""
    nits = np.maximum(_between("rec709", wall.gamut) @ np.asarray(light), 0.0) * NITS_PER_UNIT
    signal = np.asarray(_signal(wall.transfer, np.minimum(nits, wall.peak_nits), wall.peak_nits))
    low, high = (16 << (bits - 8), 235 << (bits - 8)) if wall.range == "narrow" else (0, (1 << bits) - 1)
    return low + signal * (high - low)


def _signal(transfer: str, nits: NDArray[np.float64], peak_nits: float) -> NDArray[np.float64]:
    """The signal (0 to 1) that makes a display of that peak show this light."""
    share = nits / peak_nits
    match transfer:
        case "gamma-2.2" | "gamma-2.4":
            return np.asarray(share ** (1.0 / float(transfer.removeprefix("gamma-"))))
        case "srgb":
            return np.where(share <= 0.0031308, share * 12.92, 1.055 * share ** (1.0 / 2.4) - 0.055)
        case "pq":
            power = (nits / 10_000.0) ** (2610.0 / 16384.0)
            ratio = (3424.0 / 4096.0 + 2413.0 / 128.0 * power) / (1.0 + 2392.0 / 128.0 * power)
            return np.asarray(ratio ** (2523.0 / 32.0))
    gamma = 1.2 + 0.42 * math.log10(min(max(peak_nits, 400.0), 2000.0) / 1000.0)
    luminance = float(np.dot((0.2627, 0.6780, 0.0593), share))
    scene = share * luminance ** ((1.0 - gamma) / gamma) if luminance > 0.0 else share
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    logarithm = a * np.log(np.maximum(12.0 * scene - b, 1e-9)) + c
    return np.where(scene <= 1.0 / 12.0, np.sqrt(3.0 * scene), logarithm)


def _between(of: str, into: str) -> NDArray[np.float64]:
    if of == into:
        return np.eye(3)
    return np.asarray(np.linalg.inv(_to_xyz(into)) @ _to_xyz(of))


def _to_xyz(gamut: str) -> NDArray[np.float64]:
    """SMPTE RP 177: the primaries, scaled so that equal parts make the white."""
    columns = np.array([(x / y, 1.0, (1.0 - x - y) / y) for x, y in PRIMARIES[gamut]]).T
    x, y = WHITE
    return np.asarray(columns * np.linalg.inv(columns).dot((x / y, 1.0, (1.0 - x - y) / y)))


def _placed(rig: Rig, placements: tuple[TilePlacement, ...]) -> Iterator[tuple[AnyWall, TilePlacement, Tile]]:
    known = {f"{wall.name}/{tile.name}": (wall, tile) for wall in rig.stage.walls for tile in tiles_of(wall)}
    for placement in placements:
        wall, tile = known[placement.tile]
        yield wall, placement, tile


def _part(codes: NDArray[np.uint16], placement: TilePlacement, tile: Tile) -> NDArray[np.uint16]:
    """The pixels of an output that carry a tile; an even light needs no turning."""
    width, height = tile.size_px if placement.rotation_deg % 180 == 0 else tile.size_px[::-1]
    left, top = placement.position_px
    return codes[top : top + height, left : left + width]
