"""Gaussian splats: each projected once by a compute shader, then blended from far to near."""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.drawing_state import OVER, DrawingState
from render.gl.program import build_program, uniform
from render.layers.splats.order import DirectionKey, Order, SplatOrder, only_seen
from render.layers.splats.splats import SplatData
from render.view.layer_pass import Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.errors import GraphicsError

LOW_PASS_PX2 = 0.3
"""Variance added in the view, in pixels squared, so that no splat is finer than a pixel; splats are trained with it."""
KEPT_ORDERS = 6
"""Sorted orders kept, one for each direction; a flat wall's direction never changes."""
RECORD_BYTES = 48
GROUP = 128
CORNERS = 6
_ORDER, _GEOMETRY, _HARMONICS, _RECORDS = range(4)
_GEOMETRY_FLOATS = 10
_VECTOR = struct.Struct("<3f")
_PAIR = struct.Struct("<2f")


@dataclass(slots=True)
class _Direction:
    """A sorted order on the card: all of it, and the part last visible."""

    order: Order
    buffer: moderngl.Buffer
    seen: bytes = b""
    count: int = 0


class SplatPass:
    """Draws one layer of splats where nothing hides them. A probe does not see them: they have no surface."""

    phase = Phase.TRANSPARENT

    def __init__(self, setup: Setup, splats: SplatData) -> None:
        self._there = setup.material is Material.LIT
        if not self._there:
            return
        ctx = self._ctx = setup.ctx
        self._state = DrawingState(ctx, blend=OVER, both_sides=True, writes_depth=False)
        self._origin_m = splats.origin_m
        self._order = SplatOrder(splats)
        self._directions: OrderedDict[DirectionKey, _Direction] = OrderedDict()
        geometry, harmonics = geometry_floats(splats), harmonic_words(splats)
        self._count = len(geometry)
        largest = max(geometry.nbytes, harmonics.nbytes, self._count * RECORD_BYTES)
        limit = int(ctx.info["GL_MAX_SHADER_STORAGE_BLOCK_SIZE"])
        if largest > limit:
            raise GraphicsError(
                f"{self._count} splats of degree {splats.degree} need {largest >> 20} MB in one buffer, this graphics "
                f"driver allows {limit >> 20} MB: cut the layer with low_m and high_m, or export fewer harmonics"
            )
        self._geometry, self._harmonics = ctx.buffer(geometry), ctx.buffer(harmonics)
        self._records = ctx.buffer(reserve=self._count * RECORD_BYTES)
        self._project = setup.compute("splats/project", DEGREE=splats.degree, LOW_PASS_PX2=LOW_PASS_PX2)
        uniform(self._project, "gain").value = splats.gain
        if splats.degree > 0:
            uniform(self._project, "file_from_stage").write(splats.file_from_stage.T.astype("<f4").tobytes())
        names = ("count", "origin", "viewport_px")
        self._seen, self._origin, self._viewport = (uniform(self._project, name) for name in names)
        self._program = build_program(ctx, "splats/splats.vert", "splats/splats.frag")
        self._array = ctx.vertex_array(self._program, [])

    def draw(self, view: View, moment: Moment) -> None:
        """Project what the view can see, and draw it from far to near."""
        if not self._there:
            return
        direction = self._sorted(view)
        if direction.count == 0:
            return
        ctx, (x, y, z), (ox, oy, oz) = self._ctx, view.eye_m, self._origin_m
        _, _, width, height = ctx.fbo.viewport
        self._seen.value = direction.count
        self._origin.write(_VECTOR.pack(ox - x, oy - y, oz - z))
        self._viewport.write(_PAIR.pack(width, height))
        direction.buffer.bind_to_storage_buffer(_ORDER)
        self._geometry.bind_to_storage_buffer(_GEOMETRY)
        self._harmonics.bind_to_storage_buffer(_HARMONICS)
        self._records.bind_to_storage_buffer(_RECORDS)
        self._project.run((direction.count + GROUP - 1) // GROUP)
        ctx.memory_barrier()
        with self._state:
            self._array.render(moderngl.TRIANGLES, vertices=direction.count * CORNERS)

    def moves(self, moment: Moment) -> bool:
        """Splats never move."""
        return False

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Nothing: splats carry their own light."""
        return ()

    def warm_up(self, view: View) -> None:
        """Draw them once."""
        self.draw(view, Moment())

    def release(self) -> None:
        """Free everything on the graphics card."""
        if not self._there:
            return
        buffers = [direction.buffer for direction in self._directions.values()]
        for buffer in (*buffers, self._geometry, self._harmonics, self._records):
            buffer.release()
        self._array.release()
        self._program.release()
        self._project.release()

    def _sorted(self, view: View) -> _Direction:
        """The order for a view: sorted if its direction is new, uploaded if its visible blocks changed."""
        key = self._order.key(view)
        direction = self._directions.pop(key, None) or self._new_direction(key)
        self._directions[key] = direction  # the newest last
        seen = self._order.seen_blocks(view)
        if (now := seen.tobytes()) != direction.seen:
            order = only_seen(direction.order, seen)
            direction.buffer.write(order)
            direction.seen, direction.count = now, len(order)
        return direction

    def _new_direction(self, key: DirectionKey) -> _Direction:
        """Sort a new direction, in place of the least recently used one."""
        if len(self._directions) >= KEPT_ORDERS:
            buffer = self._directions.popitem(last=False)[1].buffer
        else:
            buffer = self._ctx.buffer(reserve=self._count * 4, dynamic=True)
        return _Direction(self._order.sorted_along(key), buffer)


def bytes_on_card(splats: SplatData) -> int:
    """The memory a layer of splats takes on the graphics card, with one sorted order."""
    words = (splats.harmonics.shape[1] * 3 + 1) // 2
    return int(len(splats.centre_m) * (_GEOMETRY_FLOATS * 4 + words * 4 + RECORD_BYTES + 4))


def geometry_floats(splats: SplatData) -> NDArray[np.float32]:
    """(N, 10) float32: centre, opacity, covariance."""
    return np.concatenate([splats.centre_m, splats.opacity[:, None], splats.covariance_m2], axis=1).astype(np.float32)


def harmonic_words(splats: SplatData) -> NDArray[np.uint32]:
    """(N, W) uint32: two half floats a word, the last padded."""
    count = len(splats.harmonics)
    flat = splats.harmonics.reshape(count, -1)
    padded = np.zeros((count, (flat.shape[1] + 1) // 2 * 2), np.float16)
    padded[:, : flat.shape[1]] = flat
    return np.ascontiguousarray(padded).view(np.uint32)
