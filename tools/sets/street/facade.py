"""A house front with depth: windows in reveals with frames and sills, a shop below, a cornice above.

Houses are built facing -Y with their front at y = 0 from x = 0 on; their body reaches back to a closed rear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tools.sets.mesh import Mesh, Part, merged
from tools.sets.solids import box, quad, textured

REVEAL_M = 0.22
BRICK_M, RENDER_M, STONE_M = 1.28, 4.0, 1.6
SHOP_M = 3.9
"""Height of the ground floor."""
STOREY_M = 3.3
DEPTH_M = 11.0


@dataclass(frozen=True, slots=True)
class House:
    """A house: its width, storeys over the shop, windows a storey, wall, frames, sign (0 to 7), and chance's seed."""

    width_m: float
    storeys: int
    windows: int
    wall: str
    frame: str
    sign: int
    seed: int
    awning: str = ""
    lit_share: float = 0.4

    @property
    def height_m(self) -> float:
        """To the top of the cornice."""
        return SHOP_M + self.storeys * STOREY_M + 0.7

    @property
    def wall_width_m(self) -> float:
        """The surface that the wall's picture covers."""
        return BRICK_M if self.wall.startswith("brick") else RENDER_M

    def parts(self) -> list[Part]:
        """Everything of the house."""
        made = [*self._upper(), *self._shop(), *self._body(), *self._trim()]
        groups: dict[str, list[Mesh]] = {}
        for material, mesh in made:
            groups.setdefault(material, []).append(mesh)
        return [Part(material, merged(meshes)) for material, meshes in groups.items()]

    def _upper(self) -> Iterator[tuple[str, Mesh]]:
        """The storeys: piers and bands of wall round windows, and the windows."""
        generator = np.random.default_rng(self.seed)
        pitch = self.width_m / self.windows
        half = min(0.62, pitch * 0.3)
        centres = [(number + 0.5) * pitch for number in range(self.windows)]
        base = SHOP_M
        for storey in range(self.storeys):
            low, high = base + 0.85, base + 0.85 + (2.0 if storey < self.storeys - 1 else 1.75)
            yield self._wall(0.0, base, self.width_m, low - base)
            yield self._wall(0.0, high, self.width_m, base + STOREY_M - high)
            edges = [0.0, *(edge for x in centres for edge in (x - half, x + half)), self.width_m]
            for left, right in zip(edges[::2], edges[1::2], strict=True):
                yield self._wall(left, low, right - left, high - low)
            for x in centres:
                yield from self._window((x - half, low), (2 * half, high - low), generator)
            base += STOREY_M
        yield self._wall(0.0, base, self.width_m, 0.7)

    def _wall(self, x_m: float, z_m: float, width_m: float, height_m: float) -> tuple[str, Mesh]:
        """A piece of the front; its picture runs on from piece to piece."""
        piece = quad((x_m, 0.0, z_m), (width_m, 0, 0), (0, 0, height_m))
        place = np.stack([piece.position_m[:, 0], -piece.position_m[:, 2]], axis=1)
        return self.wall, textured(replace(piece, uv=place), self.wall_width_m)

    def _window(
        self, low_m: tuple[float, float], size_m: tuple[float, float], generator: np.random.Generator
    ) -> Iterator[tuple[str, Mesh]]:
        """Reveal, sill, frame with a bar, and glass or a lit room behind it."""
        (x, z), (wide, high) = low_m, size_m
        yield self.wall, textured(merged(_reveal(x, z, wide, high)), self.wall_width_m)
        yield "trim", textured(box((x - 0.08, -0.07, z - 0.10), (x + wide + 0.08, REVEAL_M, z), "b"), RENDER_M)
        bar = 0.06
        back, front = REVEAL_M, REVEAL_M - 0.06
        bars = [
            box((x, front, z), (x + bar, back, z + high), "b"),
            box((x + wide - bar, front, z), (x + wide, back, z + high), "b"),
            box((x + bar, front, z), (x + wide - bar, back, z + bar), "blr"),
            box((x + bar, front, z + high - bar), (x + wide - bar, back, z + high), "blr"),
            box((x + wide / 2 - 0.03, front, z + bar), (x + wide / 2 + 0.03, back, z + high - bar), "btu"),
            box((x + bar, front + 0.01, z + high * 0.68), (x + wide - bar, back, z + high * 0.68 + 0.05), "blr"),
        ]
        yield self.frame, merged(bars)
        pane = quad((x, back - 0.02, z), (wide, 0, 0), (0, 0, high))
        if generator.random() < self.lit_share:
            yield "room", _cell(pane, int(generator.integers(0, 4)), 4)
        else:
            yield "glass", pane

    def _shop(self) -> Iterator[tuple[str, Mesh]]:
        """Shop windows between pilasters, a door, the board with the name, an awning on some."""
        generator = np.random.default_rng(self.seed + 50)
        count = max(2, round(self.width_m / 3.2))
        pitch = self.width_m / count
        top, low, pier = 3.0, 0.55, 0.28
        for number in range(count):
            x, wide = number * pitch + pier, pitch - 2 * pier
            door = number == count // 2
            sill = 0.0 if door else low
            yield self._wall(number * pitch, 0.0, pier, SHOP_M)
            yield self._wall(number * pitch + pitch - pier, 0.0, pier, SHOP_M)
            yield self._wall(x, top, wide, SHOP_M - top)
            if not door:
                yield self.frame, quad((x, 0.0, 0.0), (wide, 0, 0), (0, 0, low))
            yield self.wall, textured(merged(_reveal(x, sill, wide, top - sill)), self.wall_width_m)
            yield (
                "shop",
                _cell(quad((x, REVEAL_M, sill), (wide, 0, 0), (0, 0, top - sill)), (number + self.sign) % 4, 4),
            )
            yield self.frame, merged(_mullions(x, sill, wide, top, 3 if wide > 1.8 else 2))
        board = box((0.35, -0.10, 3.12), (self.width_m - 0.35, 0.0, 3.66), "b")
        name = quad((self.width_m / 2 - 2.0, -0.115, 3.14), (4.0, 0, 0), (0, 0, 0.5))
        yield "wood", textured(board, RENDER_M)
        unit = name.uv / name.uv.max(axis=0)
        yield "sign", replace(name, uv=np.stack([unit[:, 0], (self.sign + unit[:, 1]) / 8.0], axis=1))
        if self.awning:
            yield self.awning, _awning(0.5, self.width_m - 0.5, float(generator.uniform(1.1, 1.5)))

    def _body(self) -> Iterator[tuple[str, Mesh]]:
        """Sides, rear and roof: the house is closed."""
        body = box((0.0, 0.0, 0.0), (self.width_m, DEPTH_M, self.height_m - 0.02), "ftu", 6.0)
        yield self.wall, textured(body, self.wall_width_m)
        top = self.height_m - 0.02
        yield "roof", quad((0.0, 0.0, top), (self.width_m, 0, 0), (0, DEPTH_M, 0))

    def _trim(self) -> Iterator[tuple[str, Mesh]]:
        """The cornice in three steps, a band over the shop, a rain pipe."""
        top, wide = self.height_m, self.width_m
        steps = [
            box((0.0, -0.10 - 0.13 * step, top - 0.62 + 0.2 * step), (wide, 0.0, top - 0.42 + 0.2 * step), "b")
            for step in range(3)
        ]
        band = box((0.0, -0.09, SHOP_M - 0.16), (wide, 0.0, SHOP_M + 0.06), "b")
        yield "trim", textured(merged([*steps, band]), RENDER_M)
        yield "metal", box((wide - 0.16, -0.13, 0.1), (wide - 0.05, -0.02, top - 0.6), "tu")


def _reveal(x_m: float, z_m: float, width_m: float, height_m: float) -> list[Mesh]:
    """The four sides of an opening, back to the frame."""
    return [
        quad((x_m, 0.0, z_m), (0, REVEAL_M, 0), (0, 0, height_m)),
        quad((x_m + width_m, REVEAL_M, z_m), (0, -REVEAL_M, 0), (0, 0, height_m)),
        quad((x_m, 0.0, z_m), (width_m, 0, 0), (0, REVEAL_M, 0)),
        quad((x_m, REVEAL_M, z_m + height_m), (width_m, 0, 0), (0, -REVEAL_M, 0)),
    ]


def _mullions(x_m: float, sill_m: float, width_m: float, top_m: float, panes: int) -> list[Mesh]:
    """The frame of a shop window: posts and two rails before its glass."""
    front, back = REVEAL_M - 0.10, REVEAL_M - 0.01
    posts = [
        box((x - 0.035, front, sill_m), (x + 0.035, back, top_m), "btu")
        for x in np.linspace(x_m + 0.035, x_m + width_m - 0.035, panes + 1).tolist()
    ]
    rails = [
        box((x_m, front + 0.005, z), (x_m + width_m, back, z + 0.07), "blr")
        for z in (sill_m, top_m - 0.62, top_m - 0.07)
    ]
    return [*posts, *rails]


def _awning(low_m: float, high_m: float, reach_m: float) -> Mesh:
    """A sloping cloth over the pavement with a hanging edge; both its sides are bodies of their own."""
    wide = high_m - low_m
    slope = quad((low_m, -reach_m, 2.62), (wide, 0, 0), (0, reach_m - 0.12, 0.46))
    below = quad((low_m, -0.12, 3.06), (wide, 0, 0), (0, -reach_m + 0.12, -0.46))
    edge = box((low_m, -reach_m - 0.01, 2.36), (high_m, -reach_m + 0.01, 2.62))
    return merged([slope, below, edge])


def _cell(pane: Mesh, number: int, count: int) -> Mesh:
    """The pane with one of the pictures that stand side by side."""
    share = pane.uv / pane.uv.max(axis=0)
    return replace(pane, uv=np.stack([(number + 0.01 + 0.98 * share[:, 0]) / count, share[:, 1]], axis=1))
