"""Every value of a look has a control in the console: the generated table knows each path, its limits and its unit."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from stage.errors import InputError
from stage.model.look import CameraTrim, FixtureLevel, Fixtures, InnerView, LightCard, Look, WallTrim
from stage.show.partial import NAMED_LISTS, known_paths, laid_over, part_from_paths
from tools.dev.look_fields import TARGET, item_fields, look_fields, typescript

FULL = replace(
    Look(),
    walls=(WallTrim("main"),),
    light_cards=(LightCard("main", "main"),),
    fixtures=replace(Fixtures(), fixed=(FixtureLevel("main"),)),
    inner=InnerView(cameras=(CameraTrim("main"),)),
)


def test_the_committed_table_is_what_the_look_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == typescript(), "run `python -m tools.dev.gen_console_types`"


def test_every_path_of_a_look_is_in_the_table() -> None:
    listed = {field["path"] for field in look_fields()}
    listed |= {f"{where}.main.{field['path']}" for where, fields in item_fields().items() for field in fields}
    assert listed == set(known_paths(FULL))


def test_the_initial_values_are_the_neutral_look() -> None:
    part = part_from_paths({field["path"]: field["initial"] for field in look_fields()})
    assert laid_over(Look(), part) == Look()
    assert laid_over(replace(Look(), exposure=replace(Look().exposure, ev=3.0)), part) == Look()


@pytest.mark.parametrize("field", [f for f in look_fields() if f["kind"] == "number"], ids=lambda f: str(f["path"]))
def test_the_limits_are_the_stages_own(field: dict[str, object]) -> None:
    low, high, count = field["low"], field["high"], field["count"]
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    for inside in (low, high):
        laid_over(Look(), part_from_paths({str(field["path"]): inside if count == 1 else [inside] * 3}))
    for outside in (low - 1, high + 1):
        with pytest.raises(InputError):
            laid_over(Look(), part_from_paths({str(field["path"]): outside if count == 1 else [outside] * 3}))


def test_units_follow_from_the_names() -> None:
    units = {field["path"]: field["unit"] for field in look_fields() if field["kind"] == "number"}
    assert units["exposure.ev"] == "EV"
    assert units["exposure.white_balance_k"] == "K"
    assert units["sun.pan_deg"] == "°"
    assert units["haze.fog_per_m"] == "1/m"
    assert units["sky.cloud_height_m"] == "m"
    assert units["weather.wind_mps"] == "m/s"
    assert units["weather.rain"] == ""


def test_the_named_lists_are_all_there_are() -> None:
    def lists(values: dict[str, object], prefix: str = "") -> set[str]:
        found = set()
        for key, value in values.items():
            if isinstance(value, dict):
                found |= lists(value, f"{prefix}{key}.")
            elif isinstance(value, tuple) and value and isinstance(value[0], dict):
                found.add(f"{prefix}{key}")
        return found

    assert lists(asdict(FULL)) == set(NAMED_LISTS)
