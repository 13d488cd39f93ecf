"""The frame number in a tile's corner."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from render.wall.frame_code import CELLS, cell_px, frame_code, read_frame_code

NUMBERS = (0, 1, 24, 0x5555_5555, 0xAAAA_AAAA, 0xFFFF_FFFF, 123_456_789)


def drawn(number: int, size_px: tuple[int, int], black: int = 0, white: int = 255) -> NDArray[np.uint8]:
    """A grey tile with the code, as the docstring of frame_code describes it."""
    cell = cell_px(size_px)
    bits = [frame_code(number) >> place & 1 for place in reversed(range((CELLS - 2) ** 2))]
    cells = np.ones((CELLS, CELLS), np.uint8)
    cells[1:-1, 1:-1] = np.array(bits).reshape(CELLS - 2, CELLS - 2)
    tile = np.full((size_px[1], size_px[0], 4), 99, np.uint8)
    tile[: cell * CELLS, : cell * CELLS] = np.where(np.kron(cells, np.ones((cell, cell))) > 0, white, black)[..., None]
    return tile


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("size_px", [(160, 90), (32, 400), (20, 20), (8, 8)])
def test_what_is_drawn_is_read(number: int, size_px: tuple[int, int]) -> None:
    assert read_frame_code(drawn(number, size_px)) == number
    assert read_frame_code(drawn(number, size_px, black=60, white=190)) == number


def test_numbers_go_round_after_32_bits() -> None:
    assert read_frame_code(drawn((1 << 32) + 5, (64, 64))) == 5


@pytest.mark.parametrize("value", [0, 99, 255])
def test_a_plain_corner_is_no_number(value: int) -> None:
    assert read_frame_code(np.full((64, 64, 4), value, np.uint8)) is None


def test_a_tile_too_small_has_none() -> None:
    assert read_frame_code(np.full((7, 100, 4), 255, np.uint8)) is None


def test_one_wrong_cell_is_noticed() -> None:
    for number in NUMBERS:
        for place in range(CELLS * CELLS):
            tile = drawn(number, (64, 64))
            row, column = place // CELLS * 4, place % CELLS * 4
            tile[row : row + 4, column : column + 4, :3] = 255 - tile[row : row + 4, column : column + 4, :3]
            assert read_frame_code(tile) is None


def test_noise_is_no_number() -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        assert read_frame_code(random.integers(0, 256, (64, 64, 4), dtype=np.uint8)) is None
