"""Files in, checked: every problem with its place, what is wrong, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stage.errors import InputError
from stage.files.field_paths import keys_of, path_text, resolve
from stage.files.finding import Severity
from stage.files.loading import (
    checked_model,
    find_look,
    find_scene,
    find_stage,
    load_preset,
    load_scene,
    load_stage,
    read_document,
)
from stage.model.frame_rate import FRAME_RATES
from stage.model.output import Output
from stage.model.stagefile import Stage
from stage.model.wall import FlatWall
from stage.names import RULE

Document = dict[str, Any]


def document() -> Document:
    """The smallest stage that has one of everything."""
    return {
        "schema": "stage/1",
        "name": "small",
        "scene": "marker_board",
        "place": {"latitude_deg": 52.0, "longitude_deg": 13.0},
        "walls": [
            {
                "name": "main",
                "kind": "flat",
                "cabinets": {"columns": 2, "rows": 2, "size_px": [100, 100], "pitch_mm": 5.0},
            }
        ],
        "outputs": [{"name": "out", "size_px": [200, 200], "tiles": [{"tile": "main/all"}]}],
        "sources": [{"name": "t", "protocol": "freed"}],
        "cameras": [
            {
                "name": "a",
                "source": "t",
                "sensor_mm": [24.0, 13.5],
                "lens": {"points": [{"focal_length_mm": 24.0}]},
            }
        ],
    }


def problems(changed: Document) -> list[tuple[str, str, str]]:
    """(field, problem, remedy) of everything that keeps a document from being a stage."""
    stage, findings = checked_model(Path("s.toml"), changed, Stage)
    assert (stage is None) == bool(findings)
    assert all(finding.file == "s.toml" and finding.severity is Severity.ERROR for finding in findings)
    return [(finding.field, finding.problem, finding.remedy) for finding in findings]


def test_the_small_stage_is_one() -> None:
    assert problems(document()) == []


KNOWN = "`openstage schema` prints what is allowed"
BROKEN: dict[str, tuple[Callable[[Document], object], str, str, str]] = {
    "a key misspelt": (
        lambda d: d["walls"][0]["cabinets"].update(colums=2),
        "walls[0].cabinets.colums",
        "unknown key",
        "Did you mean 'columns'?",
    ),
    "a key nobody knows": (
        lambda d: d["place"].update(mood="blue"),
        "place.mood",
        "unknown key",
        "Known names: latitude_deg, longitude_deg, elevation_m, north_deg",
    ),
    "an unknown key at the top": (lambda d: d.update(wall=[]), "wall", "unknown key", "Did you mean 'walls'?"),
    "a key missing": (lambda d: d.pop("scene"), "scene", "is missing", "Add it"),
    "a wall without kind": (lambda d: d["walls"][0].pop("kind"), "walls[0]", "kind is missing", "Add it"),
    "a kind of wall that is none": (
        lambda d: d["walls"][0].update(kind="flatt"),
        "walls[0]",
        "kind must be one of 'flat', 'ceiling', 'arc', 'mesh', not 'flatt'",
        "Did you mean 'flat'?",
    ),
    "not a number": (
        lambda d: d["place"].update(latitude_deg=float("nan")),
        "place.latitude_deg",
        "must be a finite number, not nan",
        KNOWN,
    ),
    "infinity": (
        lambda d: d["walls"][0].update(position_m=[0.0, float("inf"), 0.0]),
        "walls[0].position_m[1]",
        "must be a finite number, not inf",
        KNOWN,
    ),
    "too small": (
        lambda d: d["outputs"][0].update(screen=-1),
        "outputs[0].screen",
        "must be greater than or equal to 0, not -1",
        KNOWN,
    ),
    "a rotation in between": (
        lambda d: d["outputs"][0]["tiles"][0].update(rotation_deg=45),
        "outputs[0].tiles[0].rotation_deg",
        "must be 0, 90, 180 or 270, not 45",
        KNOWN,
    ),
    "a name that is a path": (
        lambda d: d["cameras"][0].update(name="große/Kamera"),
        "cameras[0].name",
        f"{RULE}, not 'große/Kamera'",
        "Write 'große-Kamera'",
    ),
    "a name of which nothing can stay": (
        lambda d: d["cameras"][0].update(name="???"),
        "cameras[0].name",
        f"{RULE}, not '???'",
        "Choose another name",
    ),
    "a rate that is not quite one": (
        lambda d: d.update(frame_rate=23.9),
        "frame_rate",
        f"must be one of {', '.join(FRAME_RATES)}, not 23.9",
        'Write frame_rate = "24000/1001"',
    ),
    "a rate that nobody has": (
        lambda d: d.update(frame_rate=33),
        "frame_rate",
        f"must be one of {', '.join(FRAME_RATES)}, not 33",
        "Give one of them",
    ),
    "one number for two": (
        lambda d: d["walls"][0]["cabinets"].update(size_px=128),
        "walls[0].cabinets.size_px",
        "must be a list, not 128",
        "Write size_px = [128, 128]",
    ),
    "single brackets": (
        lambda d: d.update(cameras=d["cameras"][0]),
        "cameras",
        "must be a list, not a table",
        "Write [[cameras]], with two brackets on each side, because there can be several",
    ),
    "text for a list": (
        lambda d: d.update(scenes="boxes"),
        "scenes",
        "must be a list, not 'boxes'",
        "Write scenes = [...]",
    ),
    "a list for a table": (
        lambda d: d.update(place=[52.0, 13.0]),
        "place",
        "must be a table such as { key = value }, not a list",
        KNOWN,
    ),
    "text for a number": (
        lambda d: d["walls"][0].update(peak_nits="bright"),
        "walls[0].peak_nits",
        "must be a number, not 'bright'",
        KNOWN,
    ),
    "half a pixel": (
        lambda d: d["outputs"][0].update(size_px=[200.5, 200]),
        "outputs[0].size_px[0]",
        "must be a whole number, not 200.5",
        KNOWN,
    ),
    "a word for yes": (
        lambda d: d["outputs"][0].update(windowed="perhaps"),
        "outputs[0].windowed",
        "must be true or false, not 'perhaps'",
        KNOWN,
    ),
    "a number for a name": (lambda d: d.update(name=7), "name", "must be text in quotes, not 7", KNOWN),
    "a name that is too long": (
        lambda d: d.update(name="x" * 65),
        "name",
        "must have at most 64 characters",
        f"Write {'x' * 64!r}",
    ),
    "a wall instead of its tile": (
        lambda d: d["outputs"][0]["tiles"][0].update(tile="main"),
        "outputs[0].tiles[0].tile",
        'must be "WALL/TILE", such as "main/all", not \'main\'',
        "A wall without tiles of its own has one, WALL/all",
    ),
    "two numbers for three": (
        lambda d: d["cameras"][0].update(home={"position_m": [1.0, 2.0]}),
        "cameras[0].home.position_m[2]",
        "is missing",
        "Add it",
    ),
    "three pitches": (
        lambda d: d["walls"][0]["cabinets"].update(pitch_mm=[1.0, 2.0, 3.0]),
        "walls[0].cabinets.pitch_mm",
        "must be a number, not a list; or takes at most 2 item(s)",
        KNOWN,
    ),
    "no walls": (lambda d: d.update(walls=[]), "walls", "needs at least 1 item(s)", KNOWN),
    "tiles both ways": (
        lambda d: d["walls"][0].update(
            tile_grid={"columns": 2, "rows": 1}, tiles=[{"name": "x", "origin_px": [0, 0], "size_px": [1, 1]}]
        ),
        "walls[0]",
        "has both `tiles` and `tile_grid`; keep one of them",
        KNOWN,
    ),
    "more tiles than pixels": (
        lambda d: d["walls"][0].update(tile_grid={"columns": 201, "rows": 1}),
        "walls[0]",
        "tile_grid has more tiles than the canvas of 200 x 200 has pixels",
        KNOWN,
    ),
    "another schema": (lambda d: d.update(schema="stage/9"), "schema", "must be 'stage/1', not 'stage/9'", KNOWN),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_problem_has_its_place_its_words_and_what_to_do(what: str) -> None:
    change, field, problem, remedy = BROKEN[what]
    changed = document()
    change(changed)
    assert problems(changed) == [(field, problem, remedy)]


def test_all_problems_are_told_at_once() -> None:
    changed = document()
    changed["nam"] = changed.pop("name")
    changed["walls"][0]["peak_nits"] = -5
    changed["outputs"][0]["size_px"] = [0, 200]
    assert [field for field, _, _ in problems(changed)] == [
        "name",
        "walls[0].peak_nits",
        "outputs[0].size_px[0]",
        "nam",
    ]


def test_loading_raises_all_of_it_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('schema = "stage/1"\nname = "x"\nscene = "y"\nwals = []\n')
    with pytest.raises(InputError) as caught:
        load_stage(path)
    text = str(caught.value)
    assert text.count(str(path)) == 3
    assert f"{path}:4: wals: unknown key" in text
    assert "walls: is missing. Add it" in text
    assert "outputs: is missing. Add it" in text
    assert "wals: unknown key. Did you mean 'walls'?" in text


def test_a_file_that_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('schema = "stage/1"\nname = \n')
    with pytest.raises(InputError, match=r"is not valid TOML: .*line 2"):
        read_document(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_stage(tmp_path / "none.toml")


def test_bundled_files_are_found_by_name_and_own_ones_beside_the_stage_come_first(tmp_path: Path) -> None:
    assert load_stage(find_stage("two-walls")).name == "two-walls"
    assert load_preset(find_look("neutral", tmp_path)).name == "neutral"
    assert load_scene(find_scene("marker_board", tmp_path)).layers
    own_look, own_scene = tmp_path / "looks" / "neutral.toml", tmp_path / "scenes" / "marker_board" / "scene.toml"
    for own in (own_look, own_scene):
        own.parent.mkdir(parents=True)
        own.write_text("")
    assert find_look("neutral", tmp_path) == own_look
    assert find_scene("marker_board", tmp_path) == own_scene
    assert find_stage(str(own_look)) == own_look, "a path is taken as it is"


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such stage\. Give a file\. Did you mean 'two-walls'\?"):
        find_stage("two-wals")
    with pytest.raises(InputError, match="no such look"):
        find_look("zzz", tmp_path)


def test_locations_lose_the_names_of_union_members() -> None:
    path, holder = resolve(Stage, ("walls", 0, "flat", "cabinets", "pitch_mm", "constrained-float"))
    assert (path_text(path), holder) == ("walls[0].cabinets.pitch_mm", None)
    path, holder = resolve(Stage, ("walls", 3, "flat", "colour"))
    assert (path_text(path), holder) == ("walls[3].colour", FlatWall)
    path, holder = resolve(Stage, ("outputs", 1, "tiels"))
    assert (path_text(path), holder) == ("outputs[1].tiels", Output)


def test_keys_are_those_of_the_file() -> None:
    assert keys_of(Stage)[:2] == ["schema", "name"]


@pytest.mark.parametrize("rate", FRAME_RATES)
def test_every_frame_rate_is_exact(rate: str) -> None:
    stage, _ = checked_model(Path("s.toml"), document() | {"frame_rate": rate}, Stage)
    assert stage is not None
    assert str(stage.rate_hz) == rate


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("23.976", "24000/1001"),
        (23.98, "24000/1001"),
        ("29.97", "30000/1001"),
        (47.952, "48000/1001"),
        (" 59,94 ", "60000/1001"),
        ("119.88", "120000/1001"),
        (24.001, "24"),
        (48, "48"),
        (48.0, "48"),
        ("48/2", "24"),
    ],
)
def test_a_frame_rate_is_understood_as_it_is_spoken(written: object, meant: str) -> None:
    stage, _ = checked_model(Path("s.toml"), document() | {"frame_rate": written}, Stage)
    assert stage is not None
    assert stage.frame_rate == meant


@pytest.mark.parametrize("rate", ["nan", "1/0", "inf", True, [24], None, "1e400", "film"])
def test_what_is_no_rate_is_told_those_that_are(rate: object) -> None:
    ((field, problem, _),) = problems(document() | {"frame_rate": rate})
    assert (field, problem.partition(",")[0]) == ("frame_rate", "must be one of 24000/1001")


def test_no_problem_is_told_in_the_words_of_a_programming_language() -> None:
    """What is given instead of what belongs there: every kind of value at every key of the small stage."""
    for holder, key in list(places_in(document())):
        for wrong in (None, True, 3, 2.5, "word", [1], {"a": 1}, []):
            changed = document()
            inner: Any = changed
            for part in holder:
                inner = inner[part]
            inner[key] = wrong
            for _, problem, _ in problems(changed) if wrong is not None else ():
                assert not re.search(r"tuple|dict|instance|pydantic|NoneType|parse|Field required", problem), problem


def places_in(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """(where, key or number) of everything in a document."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield at, key
        if isinstance(inner, dict | list):
            yield from places_in(inner, (*at, key))
