"""Previews as a monitor shows them: the light of the wall, 100 nits white, whatever the wall's processor expects."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stage.console.link.description import OutputShape, PlacedTile
from stage.console.link.pictures import OutputPicture
from stage.console.link.viewing import viewings
from stage.files.loading import find_stage, load_stage
from stage.maths.colour_matrix import rgb_from_rgb
from stage.maths.colour_transfer import TRANSFERS
from stage.messages.frames import Preview
from stage.model.wall import AnyWall

OUTPUT = OutputShape("left", (400, 200), None, (PlacedTile("main", "all", (0, 0, 200, 200), (200, 0, 200, 200), 0),))


def wall(**other: object) -> AnyWall:
    first = load_stage(find_stage("two-walls")).walls[0]
    return first.model_copy(update={"name": "main", **other})


def coded(light_nits: tuple[float, float, float], wall_: AnyWall) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Code values that make this Rec.709 light on the wall: by the signal functions, the inverse of what is tested."""
    own = np.array(light_nits) @ rgb_from_rgb("rec709", wall_.gamut).T
    signal = TRANSFERS[wall_.transfer][0](own[None], wall_.peak_nits)[0]
    return np.asarray(np.round(signal * 255.0), np.uint8)


@pytest.mark.parametrize("gamut", ["rec709", "p3-d65", "rec2020"])
@pytest.mark.parametrize("transfer", ["gamma-2.2", "gamma-2.4", "srgb", "pq", "hlg"])
def test_the_white_of_the_scene_is_white_and_its_grey_is_grey(transfer: str, gamut: str) -> None:
    main = wall(transfer=transfer, gamut=gamut, peak_nits=1000.0)
    show = viewings([main], [OUTPUT])["left"]
    for nits, code in ((100.0, 255), (18.0, 118), (0.0, 0)):
        codes = np.zeros((100, 200, 3), np.uint8)
        codes[:] = coded((nits, nits, nits), main)
        picture = show.shown(codes)
        assert np.abs(picture[50, 150].astype(int) - code).max() <= 8, (nits, picture[50, 150])


def test_what_no_tile_covers_stays_as_it_is_and_the_tile_is_where_it_is() -> None:
    show = viewings([wall(peak_nits=1500.0)], [OUTPUT])["left"]
    codes = np.full((50, 100, 3), 60, np.uint8)
    picture = show.shown(codes)
    assert (picture[:, :50] == 60).all()
    assert (picture[:, 50:] > 110).all()


def test_a_dark_code_is_a_readable_picture_in_the_jpeg() -> None:
    codes = np.full((50, 100, 4), 60, np.uint8)
    preview = Preview("render", "left", 1, 100, 50, codes.tobytes())
    picture = OutputPicture.of(preview, viewings([wall(peak_nits=1500.0)], [OUTPUT])["left"])
    plain = OutputPicture.of(preview)
    assert picture is not None
    assert plain is not None
    assert mean_of(picture) > mean_of(plain) + 50.0


def mean_of(picture: OutputPicture) -> float:
    """Of the JPEG's right part."""
    pixels = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return float(pixels[:, 60:].mean())
