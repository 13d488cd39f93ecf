"""Cards: pictures that stand in the set; see-through ones are drawn from far to near."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import moderngl
import numpy as np

from render.gl.drawing_state import OVER, DrawingState
from render.gl.program import uniform
from render.gl.textures import plate_texture
from render.layers.card.card import CardData
from render.layers.card.order import CardOrder
from render.view.layer_pass import LayerPass, Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.model.look import HazeLook, Look

PICTURE_BINDING = 0
_VECTOR = struct.Struct("<3f")


class _Variant(NamedTuple):
    """A program, its corners, and the uniforms for a card's values."""

    program: moderngl.Program
    array: moderngl.VertexArray
    origin: moderngl.Uniform
    normal: moderngl.Uniform | None
    gain: moderngl.Uniform | None


class _Card(NamedTuple):
    """`variants`: in clear air and in haze."""

    variants: tuple[_Variant, _Variant]
    picture: moderngl.Texture
    corner_m: tuple[float, float, float]
    normal: bytes
    gain: bytes


def card_passes(setup: Setup, cards: Sequence[CardData]) -> Iterator[list[LayerPass]]:
    """The passes of all cards of a set, made picture by picture: the opaque ones and the see-through ones."""
    through = [card for card in cards if card.alpha == "blend"]
    solid = [card for card in cards if card.alpha != "blend"]
    for some, kind in ((solid, Phase.OPAQUE), (through, Phase.TRANSPARENT)):
        if some:
            made = CardPass(setup, some, kind)
            for card in some:
                made.place(setup, card)
                yield []
            yield [made]


class CardPass:
    """Draws the cards of one phase, once each is placed. A probe sees a see-through card where its alpha is a half or
    more."""

    def __init__(self, setup: Setup, cards: Sequence[CardData], phase: Phase) -> None:
        self.phase = phase
        self._light = setup.light
        self._blend = phase is Phase.TRANSPARENT and setup.material is Material.LIT
        blend = OVER if self._blend else None
        self._state = DrawingState(setup.ctx, blend=blend, both_sides=True, writes_depth=not self._blend)
        self._order = CardOrder(np.stack([card.corners_m for card in cards]), np.stack([card.normal for card in cards]))
        self._corners = setup.ctx.buffer(_corners(cards))
        self._variants: dict[tuple[bool, bool, bool], _Variant] = {}
        self._cards: list[_Card] = []

    def draw(self, view: View, moment: Moment) -> None:
        """Draw them, the farthest first."""
        x, y, z = view.eye_m
        hazy = self._light.hazy(moment.look)
        with self._state:
            for number in self._order.from_eye(view.eye_m):
                variants, picture, corner, normal, gain = self._cards[number]
                variant = variants[hazy]
                picture.use(PICTURE_BINDING)
                variant.origin.write(_VECTOR.pack(corner[0] - x, corner[1] - y, corner[2] - z))
                if variant.normal is not None:
                    variant.normal.write(normal)
                if variant.gain is not None:
                    variant.gain.write(gain)
                variant.array.render(moderngl.TRIANGLE_STRIP, vertices=4, first=4 * number)

    def moves(self, moment: Moment) -> bool:
        """Cards never do."""
        return False

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Nothing beyond what every view's block contains."""
        return ()

    def warm_up(self, view: View) -> None:
        """Draw every card once in clear air and once in fog."""
        for fog_per_m in (0.0, 0.01):
            self.draw(view, Moment(Look(haze=HazeLook(fog_per_m=fog_per_m))))

    def release(self) -> None:
        """Free pictures, programs and corners."""
        for card in self._cards:
            card.picture.release()
        for variant in self._variants.values():
            variant.array.release()
            variant.program.release()
        self._corners.release()

    def place(self, setup: Setup, card: CardData) -> None:
        """Load the next card's picture onto the graphics card."""
        x, y, z = (float(value) for value in card.corners_m[0])
        texture = plate_texture(setup.ctx, card.radiance, setup.quality.anisotropy)
        normal, gain = np.asarray(card.normal, np.float32).tobytes(), struct.pack("<f", card.gain)
        variants = (self._variant(setup, card, hazy=False), self._variant(setup, card, hazy=True))
        self._cards.append(_Card(variants, texture, (x, y, z), normal, gain))

    def _variant(self, setup: Setup, card: CardData, hazy: bool) -> _Variant:
        cut = card.alpha == "mask" or (card.alpha == "blend" and not self._blend)
        key = (card.unlit, cut, hazy)
        if key not in self._variants:
            program = setup.program("card/card", SEE_THROUGH=self._blend, CUT_OUT=cut, UNLIT=card.unlit, HAZE=hazy)
            fields = [name for name in ("in_position", "in_uv") if name in program]
            layout = "3f 2f" if "in_uv" in program else "3f 8x"
            array = setup.ctx.vertex_array(program, [(self._corners, layout, *fields)])
            optional = [uniform(program, name) if name in program else None for name in ("normal", "gain")]
            self._variants[key] = _Variant(program, array, uniform(program, "origin"), *optional)
        return self._variants[key]


def _corners(cards: Sequence[CardData]) -> bytes:
    """Five floats a corner: from the first corner, and the place in the picture."""
    uv = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    corners = [np.concatenate([card.corners_m - card.corners_m[0], uv], axis=1) for card in cards]
    return np.concatenate(corners).astype(np.float32).tobytes()
