"""Takes on the console: the list follows the recorder and the API, viewers only read."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from stage.console.takes.api import add_takes
from stage.console.takes.shelf import shelf_of
from stage.takes.library import TakeLibrary
from stage.takes.proxy import TakeProxies
from stage.takes.take_info import FILE
from tests.unit.stage.takes.test_library import three_takes
from tests.unit.stage.takes.test_proxy import NUMBERS, RATE, preview


def client(root: Path) -> tuple[TestClient, TakeLibrary, list[str]]:
    library, changes = three_takes(root), list[str]()
    app = FastAPI()
    add_takes(app, library, lambda: changes.append("changed"))
    return TestClient(app), library, changes


def test_the_list_is_newest_first_and_searched_by_words(tmp_path: Path) -> None:
    page, library, _ = client(tmp_path)
    names = [row["name"].split("/")[1] for row in page.get("/api/takes").json()]
    assert names == ["14C_t001", "12A_t002", "12A_t001"]
    assert [row["slate"] for row in page.get("/api/takes", params={"words": "12a"}).json()] == ["12A", "12A"]
    assert shelf_of(library).total == 3


def test_what_is_said_of_a_take_is_kept_and_told(tmp_path: Path) -> None:
    page, library, changes = client(tmp_path)
    name = library.listed("14C")[0].name
    answer = page.post(f"/api/takes/{name}", json={"circled": True, "rating": 3, "note": "gut"})
    assert answer.json()["accepted"]
    row = next(row for row in shelf_of(library).rows if row.name == name)
    assert (row.circled, row.rating, row.note) == (True, 3, "gut")
    assert changes == ["changed"]


def test_movies_and_thumbnails_are_served_in_parts(tmp_path: Path) -> None:
    page, library, _ = client(tmp_path)
    name = library.listed("14C")[0].name
    proxies = TakeProxies(library.find(name), RATE)
    for number in NUMBERS:
        proxies.take(preview(number))
    proxies.close()
    row = next(row for row in page.get("/api/takes").json() if row["name"] == name)
    assert row["proxies"] == [{"output": "wall", "first_frame": 1000}]
    whole = page.get(f"/api/takes/{name}/wall.mp4")
    assert whole.headers["content-type"] == "video/mp4"
    part = page.get(f"/api/takes/{name}/wall.mp4", headers={"Range": "bytes=10-29"})
    assert (part.status_code, part.content) == (206, whole.content[10:30])
    assert page.get(f"/api/takes/{name}/wall.jpg").content.startswith(b"\xff\xd8")
    for wrong in ("other.mp4", "..%2Ftake.json", "wall.json", "part-001.mcap"):
        assert page.get(f"/api/takes/{name}/{wrong}").status_code in (404, 405, 422)


def test_nonsense_is_refused_in_words_and_changes_nothing(tmp_path: Path) -> None:
    page, library, changes = client(tmp_path)
    name = library.listed()[0].name
    before = shelf_of(library)
    for path, body in ((name, {"rating": 9}), (name, {"frames": 3}), ("2026-01-01/none", {"circled": True})):
        assert page.post(f"/api/takes/{path}", json=body).status_code == 422
    assert page.delete("/api/takes/..%2f/x").status_code in (404, 422)
    assert shelf_of(library) == before
    assert changes == []


def test_a_removed_take_comes_back(tmp_path: Path) -> None:
    page, library, _ = client(tmp_path)
    name = library.listed("14C")[0].name
    assert page.delete(f"/api/takes/{name}").json()["accepted"]
    assert [row["name"] for row in page.get("/api/takes", params={"removed": True}).json()] == [name]
    assert page.post(f"/api/takes/{name}/restore").json()["accepted"]
    assert shelf_of(library).total == 3


def test_a_damaged_take_is_listed_with_its_problem(tmp_path: Path) -> None:
    _, library, _ = client(tmp_path)
    (library.listed()[0].folder / FILE).write_text("{")
    row = next(row for row in shelf_of(library).rows if row.problem)
    assert row.status == "damaged"
