"""The cue list: steps, jumps, what a cue brings; show files kept with their comments."""

from __future__ import annotations

import errno
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stage.console.library.cue_watch import CueWatch
from stage.console.library.show_api import Shows, add_shows
from stage.errors import ConflictError, InputError, StorageError
from stage.files.loading import find_scene, load_scene, presets_directory
from stage.library.completion import completed
from stage.library.show_store import ShowStore
from stage.messages.commands import CommandResult
from stage.model.preset import Preset
from stage.model.show import Cue, ShowFile, ShowScene
from stage.show.cue_list import cue_of, neighbour, sets_ahead
from stage.show.orders.given import command_of, obey
from stage.show.orders.order import When
from stage.show.show_control import ShowControl
from tests.unit.stage.console.world import app_with

BUNDLED = presets_directory() / "shows"
DAY = """# Shot on the small stage.
schema = "show/1"
name = "day"
title = "Day"

[[scenes]]
number = "1"  # moved up: the actor leaves at noon
heading = "EXT. COURT - DAY"
set = "boxes"
preset = "noon"

[[scenes.cues]]
id = "1A"
notes = "slowly"

[[scenes.cues]]
id = "1B"
preset = "dusk"
transition = { duration_s = 8.0 }

[[scenes]]
number = "2"
heading = "EXT. BOARD - NIGHT"
set = "marker_board"

[[scenes]]
number = "3"
set = "desert"
preset = "nothing-like-it"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shows").mkdir()
    (tmp_path / "shows" / "day.toml").write_text(DAY)
    return tmp_path


def show(folder: Path) -> ShowFile:
    return ShowStore(folder).good("day")


def control() -> ShowControl:
    def find(name: str) -> Any:
        return load_scene(find_scene(name))

    return ShowControl(Preset(schema="look/1", name="neutral"), find("boxes"), "boxes", None, find)


def told(stage: ShowControl, folder: Path, name: str, **arguments: Any) -> CommandResult:
    """As from a console: completed by what is on air and by files, then obeyed."""
    given = completed(folder, stage.on_air(), name, arguments)
    return obey(stage, command_of(name, given, "ann", 0), 5, When(present_ns=100, now_ns=200))


def test_cues_in_shooting_order_filled_in_from_their_scenes(folder: Path) -> None:
    cues = [cue for _, cue in show(folder).cues()]
    assert [(cue.id, cue.title, cue.set, cue.preset, cue.slate) for cue in cues] == [
        ("1A", "EXT. COURT - DAY", "boxes", "noon", "1A"),
        ("1B", "EXT. COURT - DAY", "boxes", "dusk", "1B"),
        ("2", "EXT. BOARD - NIGHT", "marker_board", None, "2"),
        ("3", "", "desert", "nothing-like-it", "3"),
    ]


def test_steps_and_their_ends(folder: Path) -> None:
    day = show(folder)
    assert [neighbour(day, here, "next") for here in (None, "1A", "3", "gone")] == ["1A", "1B", None, "1A"]
    assert [neighbour(day, here, "previous") for here in (None, "1A", "2")] == [None, None, "1B"]
    assert sets_ahead(day, None, "boxes") == ()
    assert sets_ahead(day, "1B", "boxes") == ("marker_board", "desert")
    with pytest.raises(InputError, match="no cue '9'"):
        cue_of(day, "9")


def test_two_cues_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="two cues '1'"):
        ShowFile(schema="show/1", name="a", scenes=(ShowScene(number="1"), ShowScene(number="2", cues=(Cue(id="1"),))))


def test_the_day_is_stepped_through(folder: Path) -> None:
    stage = control()
    assert told(stage, folder, "cue.load", cue_list="day").accepted
    first = told(stage, folder, "cue.fire", step="next")
    assert (first.accepted, first.frame_number, first.text) == (True, 5, "1A: noon in boxes")
    second = told(stage, folder, "cue.fire", step="next")
    air = stage.on_air()
    assert (second.accepted, air.cue, air.preset, air.slate.name) == (True, "1B", "dusk", "1B")
    assert air.fade_until_ns - 100 == 8_000_000_000
    assert air.prepared == ("marker_board", "desert")
    assert told(stage, folder, "cue.fire", cue="2", fade_s=0).accepted
    assert (stage.on_air().scene, stage.on_air().preset) == ("marker_board", None)
    assert told(stage, folder, "cue.fire", step="previous").accepted
    assert stage.on_air().cue == "1B"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"step": "next"}, "no cue list is loaded"),
        ({"step": "sideways", "cue_list": "day"}, "sideways"),
        ({"step": "previous", "cue_list": "day"}, "no previous cue"),
        ({"cue": "9", "cue_list": "day"}, "no cue '9'"),
        ({"cue": "3", "cue_list": "day"}, "nothing-like-it"),
        ({"cue": "1A", "cue_list": "night"}, "no such show"),
        ({"cue": "1A", "cue_list": "day", "fade_s": -1}, "duration_s"),
        ({"cue": "1A", "cue_list": "day", "colour": 1}, "colour"),
    ],
)
def test_what_cannot_be_fired_is_refused_and_changes_nothing(
    folder: Path, arguments: dict[str, Any], words: str
) -> None:
    stage = control()
    before = stage.on_air()
    with pytest.raises(InputError, match=words):
        told(stage, folder, "cue.fire", **arguments)
    assert stage.on_air() == before


def test_of_two_operators_who_press_next_at_once_one_steps(folder: Path) -> None:
    stage = control()
    told(stage, folder, "cue.load", cue_list="day")
    seen_by_both = stage.on_air()
    given = completed(folder, seen_by_both, "cue.fire", {"step": "next"})
    results = [obey(stage, command_of("cue.fire", given, who, 0), 5, When(100, 200)) for who in "ab"]
    assert [result.accepted for result in results] == [True, False]
    assert stage.on_air().cue == "1A"


def test_a_step_from_a_page_that_is_behind_is_refused(folder: Path) -> None:
    stage = control()
    told(stage, folder, "cue.load", cue_list="day")
    assert told(stage, folder, "cue.fire", step="next", expected="").accepted
    late = told(stage, folder, "cue.fire", step="next", expected="")
    assert (late.accepted, stage.on_air().cue) == (False, "1A")
    assert "is now 1A" in late.text


def test_saving_what_was_read_is_the_same_to_the_byte(folder: Path) -> None:
    store = ShowStore(folder)
    for name in ("day", "demo-day"):
        before = store.read(name)
        values = {key: value for key, value in before.document.unwrap().items() if key not in ("schema", "name")}
        store.save(name, values, before.revision)
        assert store.read(name).own
    assert (folder / "shows" / "day.toml").read_text() == DAY
    assert (folder / "shows" / "demo-day.toml").read_bytes() == (BUNDLED / "demo-day.toml").read_bytes()


def test_a_cue_is_marked_done_and_comments_stay(folder: Path) -> None:
    store = ShowStore(folder)
    store.change_cue("day", "1A", done=True, notes="quick")
    text = (folder / "shows" / "day.toml").read_text()
    kept = text.replace("done = true\n", "").replace("quick", "slowly")
    assert [line for line in kept.splitlines() if line] == [line for line in DAY.splitlines() if line]
    store.change_cue("day", "2", done=True)
    assert [cue.done for _, cue in store.good("day").cues()] == [True, False, True, False]
    with pytest.raises(InputError, match="no cue '9'"):
        store.change_cue("day", "9", done=True)


def test_who_saves_second_is_told(folder: Path) -> None:
    store = ShowStore(folder)
    revision = store.read("day").revision
    store.save("day", {"title": "One"}, revision)
    with pytest.raises(ConflictError):
        store.save("day", {"title": "Two"}, revision)
    with pytest.raises(InputError, match="cannot be the name"):
        store.save("../day", {}, "*")


def test_of_many_who_save_at_the_same_moment_one_does(folder: Path) -> None:
    store, start = ShowStore(folder), threading.Barrier(8)
    revision, told = store.read("day").revision, list[str]()

    def save(who: str) -> None:
        start.wait()
        try:
            store.save("day", {"title": who}, revision)
        except ConflictError:
            told.append(who)

    threads = [threading.Thread(target=save, args=(str(who),)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 7
    assert store.good("day").title not in told


def test_a_full_disk_leaves_the_show_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        ShowStore(folder).change_cue("day", "1A", done=True)
    assert [path.name for path in (folder / "shows").iterdir()] == ["day.toml"]
    assert (folder / "shows" / "day.toml").read_text() == DAY


def test_a_scene_that_is_shot_in_two_parts_keeps_both(tmp_path: Path) -> None:
    parts = 'number = "1"\n[[scenes.cues]]\nid = "{0}"  # part {0}\n[[scenes]]\n'
    text = f'schema = "show/1"\nname = "a"\n[[scenes]]\n{parts.format("1A")}{parts.format("1B")}number = "2"\n'
    (tmp_path / "shows").mkdir()
    (tmp_path / "shows" / "a.toml").write_text(text)
    store = ShowStore(tmp_path)
    store.change_cue("a", "1B", done=True)
    assert [(cue.id, cue.done) for _, cue in store.good("a").cues()] == [("1A", False), ("1B", True), ("2", False)]
    assert (tmp_path / "shows" / "a.toml").read_text().replace("done = true\n", "") == text


def test_a_set_that_is_broken_is_a_problem_of_its_cue(folder: Path) -> None:
    (folder / "scenes" / "boxes").mkdir(parents=True)
    (folder / "scenes" / "boxes" / "scene.toml").write_text("layers = 3")
    rows = ShowStore(folder).cue_list("day", None).cues
    assert ["scene.toml" in cue.problem for cue in rows] == [True, True, False, False]


def test_the_page_has_a_list_whatever_the_file(folder: Path) -> None:
    desk, stage = CueWatch(folder), control()
    empty = desk.news(stage.on_air(), 0)
    assert empty is not None
    assert (empty.name, empty.cues) == (None, ())
    assert desk.news(stage.on_air(), 1) is None
    told(stage, folder, "cue.load", cue_list="day")
    told(stage, folder, "cue.fire", step="next")
    cues = desk.news(stage.on_air(), 2)
    assert cues is not None
    assert (cues.current, cues.next, cues.previous) == ("1A", "1B", None)
    assert [bool(cue.problem) for cue in cues.cues] == [False, False, False, True]
    for count, text in enumerate(("[[scenes", "a = " + "[" * 10_000, "\xff", 'name = "other"'), start=3):
        (folder / "shows" / "day.toml").write_text(text, encoding="latin-1")
        desk.watch.hurry()
        broken = desk.news(stage.on_air(), count)
        assert broken is not None
        assert "day.toml" in broken.problem
        assert ShowStore(folder).read("day").show is None


@pytest.fixture
def client(folder: Path) -> TestClient:
    app = app_with(lambda app: add_shows(app, Shows(folder, lambda: None)))
    return TestClient(app, base_url="http://127.0.0.1:8140", client=("127.0.0.1", 5000))


def test_shows_over_http(client: TestClient, folder: Path) -> None:
    assert {each["name"]: each["cues"] for each in client.get("/api/shows").json()} == {"day": 4, "demo-day": 8}
    read = client.get("/api/shows/day").json()
    body = {"title": "Our day", "scenes": read["scenes"]}
    saved = client.put("/api/shows/day", json=body, headers={"If-Match": read["revision"]})
    assert (saved.status_code, saved.json()["accepted"]) == (200, True)
    assert "moved up" in (folder / "shows" / "day.toml").read_text()
    assert client.put("/api/shows/day", json=body, headers={"If-Match": read["revision"]}).status_code == 412
    assert client.post("/api/shows/day/cues/1A", json={"done": True}).status_code == 200
    assert client.post("/api/shows/day/cues/9", json={"done": True}).status_code == 422
    assert client.get("/api/shows/nothing").status_code == 404
    assert client.put("/api/shows/day", json={"scenes": [{"number": "1"}, {"number": "1"}]}).status_code in (412, 422)


def test_a_screenplay_is_imported_over_http(client: TestClient) -> None:
    text = "EXT. DESERT - DAY\n\nSand.\n"
    asked = {"name": "film", "filename": "film.fountain", "text": text}
    assert client.post("/api/shows/import", json=asked | {"save": False}).json()["show"]["scenes"][0]["set"] == "desert"
    assert client.get("/api/shows/film").status_code == 404
    assert client.post("/api/shows/import", json=asked).status_code == 200
    assert client.get("/api/shows/film").json()["scenes"][0]["preset"] == "noon"
    assert client.post("/api/shows/import", json=asked).status_code == 412
    assert client.post("/api/shows/import", json=asked | {"text": "no"}).status_code == 422
    assert client.post("/api/shows/import", json=asked | {"text": "", "base64": "%"}).status_code == 422


@pytest.mark.parametrize("kind", [ShowFile, ShowScene, Cue])
def test_the_show_files_reference_names_every_key(kind: type[Any]) -> None:
    text = (BUNDLED / "README.md").read_text(encoding="utf-8")
    heading = kind.__name__.removeprefix("Show").lower().replace("file", "show")
    table = text.split(f"| key of a {heading} |")[1].split("\n\n")[0]
    keys = [field.alias or name for name, field in kind.model_fields.items()]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == keys


def test_the_show_of_the_reference_is_one(tmp_path: Path) -> None:
    text = (BUNDLED / "README.md").read_text(encoding="utf-8")
    (tmp_path / "shows").mkdir()
    (tmp_path / "shows" / "my-film.toml").write_text(text.split("```toml\n")[1].split("```")[0])
    cues = ShowStore(tmp_path).cue_list("my-film", None)
    assert (cues.problem, [cue.problem for cue in cues.cues]) == ("", ["", ""])
    assert json.dumps([cue.id for cue in cues.cues]) == '["12A", "12B"]'
