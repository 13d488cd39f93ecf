"""The last picture of an output in its file: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from render.presenters.last_picture import HEADER, LastPictureReader, LastPictureWriter, picture_path


def read(reader: LastPictureReader) -> NDArray[np.uint8]:
    """What the reader has, where it must have something."""
    found = reader.read()
    assert found is not None
    return found


def picture(value: int) -> NDArray[np.uint8]:
    return np.full((3, 5, 4), value, np.uint8) + np.arange(5, dtype=np.uint8)[None, :, None]


def test_what_is_written_is_read_once(tmp_path: Path) -> None:
    path = picture_path(tmp_path, "main")
    reader = LastPictureReader(path)
    assert reader.read() is None
    writer = LastPictureWriter(path, (5, 3))
    assert reader.read() is None, "nothing was written yet"
    for value in (7, 90):
        writer.write(picture(value), 12)
        assert np.array_equal(read(reader), picture(value))
        assert reader.read() is None, "the same picture is not news"
    assert path == tmp_path / "wall" / "main.rgba"
    assert HEADER.unpack(path.read_bytes()[: HEADER.size]) == (4, 5, 3, 12)


def test_a_torn_picture_is_not_shown(tmp_path: Path) -> None:
    path = picture_path(tmp_path, "main")
    writer = LastPictureWriter(path, (5, 3))
    writer.write(picture(7), 1)
    data = bytearray(path.read_bytes())
    data[: HEADER.size] = HEADER.pack(3, 5, 3, 2)
    path.write_bytes(data)
    assert LastPictureReader(path).read() is None


def test_a_new_writer_goes_on_where_one_died(tmp_path: Path) -> None:
    path = picture_path(tmp_path, "main")
    LastPictureWriter(path, (5, 3)).write(picture(7), 1)
    reader = LastPictureReader(path)
    assert np.array_equal(read(reader), picture(7))
    data = bytearray(path.read_bytes())
    data[: HEADER.size] = HEADER.pack(3, 5, 3, 2)
    path.write_bytes(data)
    after = LastPictureWriter(path, (5, 3))
    after.write(picture(50), 9)
    assert np.array_equal(read(reader), picture(50))


@pytest.mark.parametrize("size", [(4, 3), (50, 30)])
def test_an_output_of_another_size_starts_anew(tmp_path: Path, size: tuple[int, int]) -> None:
    path = picture_path(tmp_path, "main")
    LastPictureWriter(path, (5, 3)).write(picture(7), 1)
    LastPictureWriter(path, size).write(np.full((size[1], size[0], 4), 3, np.uint8), 2)
    found = LastPictureReader(path).read()
    assert found is not None
    assert found.shape == (size[1], size[0], 4)
    assert (found == 3).all()


def test_a_file_that_is_something_else_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "main.rgba"
    for data in (b"", b"x" * 10, HEADER.pack(2, 100, 100, 1) + b"short"):
        path.write_bytes(data)
        assert LastPictureReader(path).read() is None
