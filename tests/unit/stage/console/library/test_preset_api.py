"""Presets over HTTP: saved, compared, refused with the reason; who saved meanwhile is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stage.console.library.preset_api import Presets, add_presets
from stage.console.library.shelf import shelf_of, shelf_stamp
from stage.console.link.folder_watch import EVERY_NS, FolderWatch
from stage.messages.commands import OnAir
from stage.messages.frames import Show
from stage.model.look import Exposure, Look, Weather
from tests.unit.stage.console.world import app_with

HERE = "http://127.0.0.1:8140"
LOOK = Look(exposure=Exposure(ev=-1.0), weather=Weather(rain=0.5))
AIR = OnAir(
    look=LOOK,
    preset=None,
    scene="boxes",
    show=Show(),
    held=False,
    undo_steps=0,
    redo_steps=0,
    fade_until_ns=0,
    changed_by=None,
    since_ns=0,
)


class Bench:
    """A console's presets, and how often everybody was told."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.told = 0
        self.air: OnAir | None = AIR
        self.presets = Presets(folder, lambda: self.air, self._tell)
        app = app_with(lambda app: add_presets(app, self.presets))
        self.client = TestClient(app, base_url=HERE, client=(host, 5000))

    def _tell(self) -> None:
        self.told += 1

    def put(self, name: str, revision: str = "*", who: str = "ann", **body: Any) -> Any:
        headers = {"If-Match": revision, "X-Operator": who}
        return self.client.put(f"/api/presets/{name}", json=body, headers=headers)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_is_on_air_is_saved_and_read_back(bench: Bench) -> None:
    saved = bench.put("storm", title="Storm", colour="#112233", groups=["exposure", "weather"])
    assert (saved.status_code, saved.json()["accepted"]) == (200, True)
    read = bench.client.get("/api/presets/storm")
    assert read.json()["look"]["weather"]["rain"] == 0.5
    assert read.json()["groups"] == ["exposure", "weather"]
    assert read.headers["etag"] == read.json()["revision"] == saved.json()["revision"]
    assert bench.told == 1
    assert [card["title"] for card in bench.client.get("/api/presets").json() if card["own"]] == ["Storm"]


def test_without_groups_a_new_preset_holds_the_whole_look(bench: Bench) -> None:
    bench.put("all", title="All")
    groups = bench.client.get("/api/presets/all").json()["groups"]
    assert {"exposure", "sun", "sky", "weather", "inner", "fixtures"} <= set(groups)


def test_given_values_are_saved_as_they_are_typed(bench: Bench) -> None:
    bench.put("bright", look={"exposure": {"ev": 1}})
    assert bench.client.get("/api/presets/bright").json()["look"] == {"exposure": {"ev": 1.0}}
    wrong = bench.put("bright2", look={"exposure": {"ev": 100}})
    assert (wrong.status_code, "exposure.ev" in wrong.json()["text"]) == (422, True)


def test_who_saved_meanwhile_is_told(bench: Bench) -> None:
    bench.put("storm", title="Storm")
    read_by_both = bench.client.get("/api/presets/storm").json()["revision"]
    assert bench.put("storm", read_by_both, "ann", title="Ann's").status_code == 200
    second = bench.put("storm", read_by_both, "ben", title="Ben's")
    assert second.status_code == 412
    assert "ann@127.0.0.1" in second.json()["text"]
    assert bench.client.get("/api/presets/storm").json()["title"] == "Ann's"


def test_colour_lock_order_rename_delete_restore(bench: Bench) -> None:
    bench.put("storm", title="Storm")
    post = bench.client.post
    assert post("/api/presets/storm/colour", json={"colour": "#ff0000"}).status_code == 200
    assert post("/api/presets/storm/lock", json={"on": True}).status_code == 200
    assert bench.client.delete("/api/presets/storm").status_code == 423
    assert post("/api/presets/storm/rename", json={"to": "gale"}).status_code == 423
    assert post("/api/presets/storm/lock", json={"on": False}).status_code == 200
    assert post("/api/presets/storm/rename", json={"to": "gale"}).status_code == 200
    assert post("/api/presets/order", json={"names": ["gale", "rain"]}).status_code == 200
    assert [card["name"] for card in bench.client.get("/api/presets").json()][:2] == ["gale", "rain"]
    assert bench.client.delete("/api/presets/gale").status_code == 200
    assert bench.client.get("/api/presets/gale").status_code == 404
    assert post("/api/presets/gale/restore").status_code == 200
    assert bench.client.get("/api/presets/gale").json()["colour"] == "#ff0000"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/presets/nothing/lock", {"on": True}),
        ("/api/presets/dusk/rename", {"to": "../x"}),
        ("/api/presets/dusk/colour", {"colour": "red"}),
        ("/api/presets/order", {"names": ["nothing"]}),
    ],
)
def test_what_is_wrong_is_said(bench: Bench, path: str, body: dict[str, Any]) -> None:
    assert bench.client.post(path, json=body).status_code == 422
    assert bench.told == 0


def test_two_presets_and_what_is_on_air_are_compared(bench: Bench) -> None:
    bench.put("dry", look={"weather": {"rain": 0.0}})
    rows = bench.client.get("/api/presets/dry/compare/air").json()
    assert rows == [{"path": "weather.rain", "unit": "", "a": 0.0, "b": 0.5}]
    bench.put("windy", look={"weather": {"wind_mps": 12.0}})
    windy = bench.client.get("/api/presets/windy/compare/air").json()
    assert windy == [{"path": "weather.wind_mps", "unit": "m/s", "a": 12.0, "b": 2.0}]
    assert bench.client.get("/api/presets/air/compare/air").json() == []
    assert bench.client.get("/api/presets/dry/compare/nothing").status_code == 422


def test_before_anything_is_on_air_nothing_can_be_saved_from_it(bench: Bench) -> None:
    bench.air = None
    assert bench.put("storm", title="Storm").status_code == 422


def test_who_is_not_known_sees_no_presets(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "192.0.2.7")
    assert bench.client.get("/api/presets").status_code == 401
    assert bench.put("storm", title="x").status_code == 401
    assert bench.client.delete("/api/presets/dusk").status_code == 401


def test_the_shelf_is_made_anew_when_files_change(tmp_path: Path) -> None:
    watch = FolderWatch(shelf_stamp(tmp_path))
    assert not watch.changed(0)
    folder = tmp_path / "looks"
    folder.mkdir()
    (folder / "own.toml").write_text('schema = "look/1"\nname = "own"\n')
    assert not watch.changed(EVERY_NS // 2), "looked a moment ago"
    assert watch.changed(EVERY_NS)
    assert not watch.changed(2 * EVERY_NS)
    assert "own" in [card.name for card in shelf_of(tmp_path).presets]
    (folder / "own.toml").unlink()
    watch.hurry()
    assert watch.changed(2 * EVERY_NS + 1)
