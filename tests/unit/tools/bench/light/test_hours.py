"""Which light a set is compared under."""

from __future__ import annotations

import numpy as np
import pytest

from render.layers.sky.reader import read_sky
from render.pictures.picture import Background
from render.scene.scene_data import SceneData
from stage.errors import InputError
from stage.files.loading import presets_directory
from stage.model.layers import SkyLayer
from tools.bench.light.comparing import set_of
from tools.bench.light.hours import hours_for

PICTURED = SceneData("pictured", background=Background(np.ones((4, 8, 3), np.float16)))


def under_a_sky() -> SceneData:
    return SceneData("open", sky=read_sky(SkyLayer(kind="sky"), presets_directory()))


def test_a_set_with_a_sky_sees_noon_to_night() -> None:
    hours = hours_for(under_a_sky(), [])
    assert [*hours] == ["noon", "golden-hour", "overcast", "dusk", "night"]
    assert hours["overcast"].of().sky.cloud_cover == 1.0
    elevations = [hours[name].of().sun.elevation_deg for name in ("noon", "golden-hour")]
    assert elevations[0] > 45.0 > 10.0 > elevations[1]
    assert [name for name, hour in hours.items() if hour.night] == ["night"]


def test_the_sun_of_a_picture_of_the_sky_stays_where_it_is() -> None:
    assert all(hour.of().sun.source == "scene" for hour in hours_for(PICTURED, []).values())
    with pytest.raises(InputError, match="moves the sun"):
        hours_for(PICTURED, ["golden-hour"])
    assert "neutral" in hours_for(PICTURED, ["neutral"])


def test_a_look_that_is_not_there_is_said() -> None:
    with pytest.raises(InputError):
        hours_for(PICTURED, ["no-such-look"])


def test_a_set_may_be_a_name_a_folder_or_a_gltf_file() -> None:
    folder = presets_directory() / "scenes" / "open_sky"
    assert set_of("open_sky")[0] == set_of(str(folder))[0]
    scene, home = set_of(str(folder / "open_sky.glb"))
    assert [layer.kind for layer in scene.layers] == ["gltf", "sky"]
    assert home == folder
