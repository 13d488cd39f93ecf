"""What headers say, and that a huge claim is refused before anything is decoded."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest

from render.layers.card.card import read_card
from render.pictures.equirect import read_equirect
from render.pictures.picture_bytes import PictureError, check_header, decode
from render.pictures.picture_header import picture_header
from render.pictures.plane import read_plane
from stage.errors import InputError
from stage.model.layers import CardLayer
from tools.bench.content import bombs

DATA = Path(__file__).parents[3] / "data" / "content"
Maker = Callable[[int, int], bytes]


@pytest.mark.parametrize(("name", "maker"), list(bombs.MAKERS.items()))
def test_every_header_says_its_size(name: str, maker: Maker) -> None:
    header = picture_header(memoryview(maker(640, 360)))
    assert header is not None
    assert (header.format, header.width, header.height) == (name.removeprefix("Big"), 640, 360)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".hdr", ".avif", ".pfm"])
def test_headers_of_files_that_another_program_wrote(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    pixels = np.zeros((36, 64, 3), np.float32 if suffix in (".hdr", ".pfm") else np.uint8)
    assert cv2.imwrite(str(path), pixels)
    header = picture_header(memoryview(path.read_bytes()))
    assert header is not None
    assert (header.width, header.height) == (64, 36)


def test_the_header_of_an_exr_that_openexr_wrote(tmp_path: Path) -> None:
    path = str(tmp_path / "a.exr")
    planes = {name: np.zeros((5, 7), np.float32) for name in "RGBA"}
    OpenEXR.File({"compression": OpenEXR.PIZ_COMPRESSION, "type": OpenEXR.scanlineimage}, planes).write(path)
    header = picture_header(memoryview(Path(path).read_bytes()))
    assert header is not None
    assert (header.width, header.height, header.channels, header.bits) == (7, 5, 4, 32)


def test_tiff_in_the_other_byte_order_and_an_exr_away_from_the_origin() -> None:
    other = picture_header(memoryview(bombs.tiff(640, 360, ">")))
    assert other is not None
    assert (other.width, other.height, other.channels, other.bits) == (640, 360, 3, 16)
    shifted = picture_header(memoryview(bombs.exr(640, 360, shift=-4000)))
    assert shifted is not None
    assert (shifted.width, shifted.height) == (640, 360)


@pytest.mark.parametrize("maker", list(bombs.MAKERS.values()))
def test_cut_off_anywhere_a_header_is_none_or_right(maker: Maker) -> None:
    whole = maker(640, 360)
    for length in range(len(whole)):
        header = picture_header(memoryview(whole[:length]))
        assert header is None or (header.width, header.height) == (640, 360)


@pytest.mark.parametrize(("name", "maker"), list(bombs.MAKERS.items()))
def test_bombs_are_refused_before_a_decoder_sees_them(
    name: str, maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError(f"a bomb of {name} was decoded")

    monkeypatch.setattr(cv2, "imdecode", never)
    monkeypatch.setattr(OpenEXR, "File", never)
    path = tmp_path / "bomb"
    path.write_bytes(maker(15_000, bombs.HUGE))
    with pytest.raises(PictureError):
        decode(memoryview(path.read_bytes()), cv2.IMREAD_UNCHANGED)
    for read in (read_plane, read_equirect):
        with pytest.raises(InputError):
            read(path)


def test_one_bit_of_thirty_thousand_square_costs_nothing(tmp_path: Path) -> None:
    """It decodes to 900 million pixels."""
    tracemalloc.start()
    layer = CardLayer(kind="card", file="bomb_30k_1bit.png", size_m=1.0)
    with pytest.raises(InputError, match="30000 x 30000 pixels, more than 128 million"):
        read_card(layer, DATA)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_bytes_that_are_no_picture_have_no_header() -> None:
    for content in (b"", b"GIF89a", b"\xff\xd8\xff", b"#?", b"II*\x00", bytes(64)):
        assert picture_header(memoryview(content)) is None
        with pytest.raises(PictureError, match="no size in its header"):
            check_header(memoryview(content))
