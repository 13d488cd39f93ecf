"""Presets are saved whole or not at all, with their comments, and nobody saves over somebody else."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest
import tomlkit

from stage.console.library.shelf import cards_of
from stage.errors import ConflictError, InputError, LockedError, StorageError
from stage.files.loading import presets_directory
from stage.library import kept_file
from stage.library.kept_file import NEW
from stage.library.preset_document import GROUPS, put_head, put_look, whole_groups
from stage.library.preset_store import PresetStore, stamp_of
from stage.library.toml_document import parsed
from stage.model.look import ChromaKey, Exposure, FixtureLevel, Fixtures, LightCard, Look, WallTrim, Weather
from stage.show.partial import laid_over, paths_of

BUNDLED = sorted(path.stem for path in (presets_directory() / "looks").glob("*.toml"))
OWN = """# The look of the ball scene.
schema = "look/1"
name = "ball"
title = "Ball"

[transition]
duration_s = 4  # slow, on the waltz

[look.exposure]
ev = -1.5       # as metered on the 3rd of May
tint = 0.1

[[look.walls]]
name = "main"
brightness = 0.5  # the lamp behind the actor
"""


@pytest.fixture
def store(tmp_path: Path) -> PresetStore:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "ball.toml").write_text(OWN)
    return PresetStore(tmp_path)


def text_of(store: PresetStore, name: str) -> str:
    return store.read(name).path.read_text()


@pytest.mark.parametrize("name", BUNDLED)
def test_what_is_saved_as_it_was_read_is_the_same_to_the_byte(tmp_path: Path, name: str) -> None:
    store = PresetStore(tmp_path)
    before = store.read(name)
    head = {"title": before.preset.title, "colour": before.preset.colour} if before.preset else {}
    given = {key: value for key, value in head.items() if key in before.document}
    store.save(name, given, before.part, before.revision)
    again = store.read(name)
    assert again.own
    assert again.path.read_bytes() == before.path.read_bytes()
    assert store.save(name, given, again.part, again.revision) == again.revision


def test_a_changed_value_leaves_every_comment(store: PresetStore) -> None:
    before = store.read("ball")
    part = {"exposure": {"ev": -2.0, "tint": 0.1}, "walls": [{"name": "main", "brightness": 0.5}]}
    store.save("ball", {"title": "The ball"}, part, before.revision)
    assert text_of(store, "ball") == OWN.replace('"Ball"', '"The ball"').replace("-1.5", "-2.0")


def test_values_that_are_no_longer_held_go_and_new_ones_come(store: PresetStore) -> None:
    part = {"exposure": {"ev": -1.5}, "weather": {"rain": 0.30000000000000004}}
    store.save("ball", {}, part, store.read("ball").revision)
    text = text_of(store, "ball")
    assert "as metered" in text
    assert "tint" not in text
    assert "rain = 0.3\n" in text
    assert store.read("ball").part == {"exposure": {"ev": -1.5}, "weather": {"rain": 0.3}}


def test_a_whole_look_comes_back_exactly(store: PresetStore) -> None:
    look = Look(
        exposure=Exposure(ev=1.0 / 3.0),
        weather=Weather(rain=0.25, seed=7),
        walls=(WallTrim("side", 0.125, (1.0, 0.5, 0.25)),),
        key=ChromaKey(on=True),
        light_cards=(LightCard("fill", "main", centre=(0.25, 0.5)),),
        fixtures=Fixtures(master=0.5, fixed=(FixtureLevel("par-1", (1.0, 0.0, 0.0), 0.5),)),
    )
    store.save("all", {"title": "All of it"}, whole_groups(look, GROUPS), NEW)
    found = store.read("all")
    assert found.problem == ""
    back = laid_over(Look(exposure=Exposure(tint=0.5), weather=Weather(snow=1.0)), found.part)
    assert back.exposure.ev == pytest.approx(look.exposure.ev, abs=1e-9)
    assert back == laid_over(look, {"exposure": {"ev": back.exposure.ev}})


def test_the_second_of_two_who_save_the_same_preset_is_told(store: PresetStore) -> None:
    read_by_both = store.read("ball").revision
    store.save("ball", {"title": "Ann's"}, None, read_by_both)
    with pytest.raises(ConflictError, match="someone else"):
        store.save("ball", {"title": "Ben's"}, None, read_by_both)
    assert "Ann's" in text_of(store, "ball")


def test_a_new_preset_does_not_replace_one_that_is_there(store: PresetStore) -> None:
    for name in ("ball", BUNDLED[0]):
        with pytest.raises(ConflictError, match="already exists"):
            store.save(name, {"title": "x"}, {}, NEW)
    with pytest.raises(ConflictError, match="no longer exists"):
        store.save("gone", {"title": "x"}, {}, "0123456789abcdef")


def test_a_bundled_preset_is_copied_not_written(tmp_path: Path) -> None:
    store = PresetStore(tmp_path)
    before = store.read("dusk")
    store.save("dusk", {"title": "Our dusk"}, None, before.revision)
    assert (store.read("dusk").own, before.path.read_text()) == (
        True,
        tomlkit.dumps(before.document).replace("Our dusk", "Dusk"),
    )


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"exposure": {"ev": 99}}, "look.exposure.ev"),
        ({"weather": {"rian": 0.1}}, "look.weather.rian"),
        ({"walls": [{"name": "main", "brightness": 2.0}]}, "look.walls[0].brightness"),
    ],
)
def test_what_does_not_fit_is_not_saved(store: PresetStore, part: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as caught:
        store.save("ball", {}, part, store.read("ball").revision)
    assert caught.value.field == field
    assert text_of(store, "ball") == OWN


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
def test_a_full_disk_leaves_the_old_file_and_no_draft(
    store: PresetStore, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(kept_file.os, step, full)  # type: ignore[attr-defined]  # the module's own import
    with pytest.raises(StorageError, match="No space left"):
        store.save("ball", {"title": "x"}, None, store.read("ball").revision)
    monkeypatch.undo()
    assert text_of(store, "ball") == OWN
    assert [path.name for path in store.folders[0].iterdir()] == ["ball.toml"]


def test_a_locked_preset_can_only_be_unlocked(store: PresetStore) -> None:
    store.change("ball", locked=True)
    locked = store.read("ball")
    for change in (
        lambda: store.save("ball", {"title": "x"}, None, locked.revision),
        lambda: store.change("ball", colour="#000000"),
        lambda: store.rename("ball", "other"),
        lambda: store.delete("ball"),
    ):
        with pytest.raises(LockedError):
            change()
    store.change("ball", locked=False)
    store.save("ball", {"title": "x"}, None, store.read("ball").revision)


def test_rename_keeps_order_and_comments(store: PresetStore) -> None:
    store.order(["ball", "rain"])
    store.rename("ball", "waltz")
    assert store.names()[:2] == ["waltz", "rain"]
    assert text_of(store, "waltz") == OWN.replace('name = "ball"', 'name = "waltz"')
    with pytest.raises(ConflictError):
        store.rename("waltz", "rain")


def test_order_puts_the_named_first_and_the_rest_by_name(store: PresetStore) -> None:
    store.order(["snowfall", "ball"])
    assert store.names()[:2] == ["snowfall", "ball"]
    assert store.names()[2:] == sorted({*BUNDLED, "ball"} - {"snowfall", "ball"})
    with pytest.raises(InputError, match="no such preset"):
        store.order(["nothing"])


def test_what_was_deleted_can_be_had_back(store: PresetStore) -> None:
    store.delete("ball")
    assert "ball" not in store.names()
    store.restore("ball")
    assert text_of(store, "ball") == OWN
    with pytest.raises(InputError, match="no preset of that name"):
        store.restore("ball")


def test_bundled_presets_are_not_deleted_or_renamed(store: PresetStore) -> None:
    for change in (lambda: store.delete("dusk"), lambda: store.rename("dusk", "mine")):
        with pytest.raises(InputError, match="comes with OpenStage"):
            change()


@pytest.mark.parametrize("name", ["", "../ball", "a/b", ".hidden", "x" * 65, "ball\n"])
def test_no_name_leads_out_of_the_folder(store: PresetStore, name: str) -> None:
    with pytest.raises(InputError):
        store.save(name, {}, {}, NEW)
    with pytest.raises(InputError):
        store.read(name)
    with pytest.raises(InputError):
        store.restore(name)


def test_a_broken_preset_is_told_of_and_not_saved_over(store: PresetStore) -> None:
    path = store.folders[0] / "torn.toml"
    path.write_text('schema = "look/1"\nname = "torn"\n[look.exposure\n')
    broken = store.read("torn")
    assert "torn.toml" in broken.problem
    with pytest.raises(InputError, match="Correct the file first"):
        store.save("torn", {"title": "x"}, {}, broken.revision)
    other = store.folders[0] / "other.toml"
    other.write_text('schema = "look/1"\nname = "another"\n')
    assert "'another'" in store.read("other").problem


def test_a_change_by_hand_is_noticed(store: PresetStore) -> None:
    stamp = stamp_of(store.folders)
    before = stamp()
    assert stamp() == before
    path = store.folders[0] / "ball.toml"
    path.write_text(OWN.replace("-1.5", "-1.6"))
    os.utime(path, ns=(1, 1))
    assert stamp() != before


def test_a_list_that_grows_keeps_the_comments_of_its_rows() -> None:
    document = parsed(OWN, "ball")
    rows = [{"name": "main", "brightness": 0.5}, {"name": "side", "brightness": 0.7}]
    put_look(document, {"exposure": {"ev": -1.5, "tint": 0.1}, "walls": rows})
    text = tomlkit.dumps(document)
    assert "the lamp behind the actor" in text
    assert tomlkit.parse(text).unwrap()["look"]["walls"] == rows


def test_a_transition_is_added_where_there_was_none() -> None:
    document = parsed('schema = "look/1"\nname = "a"\n', "a")
    put_head(document, {"transition": {"duration_s": 2.0, "curve": "linear"}})
    put_look(document, {"exposure": {"ev": 1.0}})
    assert tomlkit.parse(tomlkit.dumps(document)).unwrap()["transition"] == {"duration_s": 2.0, "curve": "linear"}


def test_the_look_files_reference_names_every_key() -> None:
    text = (presets_directory() / "looks" / "README.md").read_text(encoding="utf-8")
    for group in GROUPS:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{group}`"))
        value = getattr(Look(), group)
        kind = {"walls": WallTrim, "light_cards": LightCard}.get(group, type(value))
        assert re.findall(r"`(\w+)`", row)[1:] == [field.name for field in fields(kind)]


def test_the_look_file_of_the_reference_is_one(tmp_path: Path) -> None:
    text = (presets_directory() / "looks" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "ball.toml").write_text(text.split("```toml\n")[1].split("```")[0])
    assert PresetStore(tmp_path).read("ball").problem == ""


def test_looks_of_a_time_of_day_set_what_any_of_them_touches() -> None:
    """So the cue before makes no difference."""
    store = PresetStore(Path("nowhere"))
    plain = ("neutral", "clear", "noon", "golden-hour", "overcast", "blue-hour", "dusk", "night")
    hours = (*plain, "sky-dusk", "sky-blue-hour", "sky-night")
    weather = ("rain", "snowfall", "dust-storm")
    optional = {"pan_deg", "elevation_deg", "cloud_density", "cloud_height_m", "margin_deg", "feather_deg"}
    paths = {name: set(paths_of(store.read(name).part)) for name in (*hours, *weather)}
    touched = {path for path in set().union(*paths.values()) if path.split(".")[1] not in optional}
    assert {name: touched - paths[name] for name in hours} == {name: set() for name in hours}


def test_weather_leaves_the_hours_exposure_alone() -> None:
    """So rain after `sky-night` is rain at night, and no black wall: it takes away light by its gains."""
    store = PresetStore(Path("nowhere"))
    for name in ("rain", "snowfall", "dust-storm"):
        assert not [path for path in paths_of(store.read(name).part) if path.startswith(("exposure.", "look.exposure"))]


def keys_of(folder: Path) -> dict[str, int]:
    return {card.name: card.key for card in cards_of(PresetStore(folder)) if card.key is not None}


def test_a_number_key_stays_with_its_preset_whatever_files_come(tmp_path: Path) -> None:
    before = keys_of(tmp_path)
    assert sorted(before.values()) == list(range(1, 10)), "the bundled ones have all nine"
    (tmp_path / "looks").mkdir()
    for name in ("aaa", "mine"):
        (tmp_path / "looks" / f"{name}.toml").write_text(f'schema = "look/1"\nname = "{name}"\n')
    (tmp_path / "looks" / "broken.toml").write_text("schema = ")
    assert keys_of(tmp_path) == before


def test_a_key_goes_to_the_preset_it_is_given_to_and_to_no_other(tmp_path: Path) -> None:
    store = PresetStore(tmp_path)
    for name in ("one", "two"):
        store.save(name, {}, {}, NEW)
    store.give_key("one", 4)
    assert keys_of(tmp_path)["one"] == 4
    assert "dusk" not in keys_of(tmp_path), "the operator's own goes before what came with OpenStage"
    store.give_key("two", 4)
    assert (keys_of(tmp_path).get("one"), keys_of(tmp_path)["two"]) == (None, 4)
    store.give_key("two", None)
    assert keys_of(tmp_path)["dusk"] == 4


@pytest.mark.parametrize("broken", ["colour = 7\n", "colour = \n"])
def test_a_broken_preset_keeps_its_key_from_others(tmp_path: Path, broken: str) -> None:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "mine.toml").write_text(f'schema = "look/1"\nname = "mine"\nkey = 4 # always\n{broken}')
    assert keys_of(tmp_path)["mine"] == 4
    assert "dusk" not in keys_of(tmp_path)
