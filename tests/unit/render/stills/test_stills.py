"""Stills of looks that are not on air: asked for, drawn one at a time, kept while they are true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from render.stills.artist import MOST_SETS, StillArtist, StillThread
from render.stills.drawing import SetDrawing, in_look
from stage.clock import ManualClock, MonotonicClock
from stage.console.stills.api import Stills, add_stills
from stage.console.stills.eye import StillEye, eye_after
from stage.console.stills.queue import FORGOTTEN_NS, LOST_NS, MOST_KEPT, MOST_WAITING, TRY_AGAIN_NS, StillQueue
from stage.files.loading import find_stage, load_stage
from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.messages.commands import OnAir, Slate
from stage.messages.frames import CameraState, Frame, Show
from stage.messages.stills import StillAsked, StillDrawn
from stage.model.look import ChromaKey, Exposure, Grade, LightCard, Look, WallTrim
from stage.model.stagefile import Quality
from stage.show.home import home_state
from stage.units import NS_PER_S
from tests.unit.stage.console.world import app_with

EYE = StillEye((0.0, -3.0, 1.6))
AIR = OnAir(
    look=Look(),
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


class World:
    """A queue of stills with a clock in the hand."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.queue = StillQueue(EYE, self.clock.now_ns)

    def ask(self, ev: float = 0.0, scene: str = "boxes", revision: str = "1") -> tuple[str, StillDrawn | None]:
        return self.queue.ask(scene, revision, Look(exposure=Exposure(ev=ev)), 320)

    def answer(self, asked: StillAsked, problem: str = "") -> None:
        self.queue.hear(StillDrawn(asked.key, asked.scene, b"" if problem else b"jpeg", problem, 5))

    def after(self, ns: int) -> None:
        self.clock.sleep_until_ns(self.clock.now_ns() + ns)


@pytest.fixture
def world() -> World:
    return World()


def sent(world: World) -> StillAsked:
    asked = world.queue.fetch()
    assert asked is not None
    return asked


def test_a_still_is_asked_for_once_and_kept(world: World) -> None:
    key, drawn = world.ask(-1.0)
    assert drawn is None
    asked = sent(world)
    assert (asked.key, asked.scene, asked.look.exposure.ev, asked.width_px, asked.height_px) == (
        key, "boxes", -1.0, 320, 180,
    )  # fmt: skip
    assert world.queue.fetch() is None
    world.answer(asked)
    assert world.ask(-1.0)[1] == StillDrawn(key, "boxes", b"jpeg", "", 5)
    assert world.queue.fetch() is None


def test_another_look_set_or_file_is_another_still(world: World) -> None:
    keys = {world.ask(0.0)[0], world.ask(1.0)[0], world.ask(0.0, "desert")[0], world.ask(0.0, "boxes", "2")[0]}
    assert len(keys) == 4


def test_what_a_still_does_not_show_is_not_drawn_anew(world: World) -> None:
    plain = world.queue.ask("boxes", "1", Look(), 320)[0]
    trims = Look(walls=(WallTrim("main", 0.5),), light_cards=(LightCard("key", "main"),), frame_code=True)
    assert world.queue.ask("boxes", "1", trims, 320)[0] == plain
    assert world.queue.ask("boxes", "1", Look(key=ChromaKey(on=True)), 320)[0] != plain


def test_one_at_a_time_those_of_the_set_that_is_held_first(world: World) -> None:
    for ev, scene in ((0.0, "boxes"), (0.0, "desert"), (1.0, "boxes")):
        world.ask(ev, scene)
    order = []
    while (asked := world.queue.fetch()) is not None:
        order.append(asked.scene)
        world.answer(asked)
    assert order == ["boxes", "boxes", "desert"]


def test_what_nobody_asks_for_any_more_is_not_drawn(world: World) -> None:
    world.ask(1.0)
    world.after(FORGOTTEN_NS)
    world.ask(2.0)
    world.after(NS_PER_S)
    assert sent(world).look.exposure.ev == 2.0


def test_one_that_is_not_answered_is_asked_for_again(world: World) -> None:
    world.ask(1.0)
    sent(world)
    for _ in range(LOST_NS // NS_PER_S):
        world.ask(1.0)
        assert world.queue.fetch() is None
        world.after(NS_PER_S)
    assert sent(world).look.exposure.ev == 1.0


def test_a_set_that_cannot_be_drawn_says_why_and_is_tried_again_later(world: World) -> None:
    world.ask(1.0)
    world.answer(sent(world), "set.toml: no TOML")
    drawn = world.ask(1.0)[1]
    assert drawn is not None
    assert drawn.problem == "set.toml: no TOML"
    world.after(TRY_AGAIN_NS + 1)
    assert world.ask(1.0)[1] is None


def test_while_a_take_rolls_no_set_is_read_for_a_still(world: World) -> None:
    world.ask(0.0)
    world.answer(sent(world))
    world.queue.hear(replace(AIR, slate=Slate("1", 1, True)))
    world.ask(0.0, "desert")
    assert world.queue.fetch() is None
    world.ask(1.0)
    assert sent(world).scene == "boxes"
    world.answer(StillAsked(world.ask(1.0)[0], "boxes", "1", Look(), *EYE_PARTS, width_px=320, height_px=180))
    world.queue.hear(AIR)
    assert sent(world).scene == "desert"


EYE_PARTS = (EYE.position_m, EYE.orientation, EYE.fov_deg)


def test_memory_is_bounded(world: World) -> None:
    for number in range(MOST_WAITING + 20):
        world.ask(number / 100)
    assert len(world.queue._waiting) == MOST_WAITING
    for number in range(MOST_KEPT + 20):
        world.queue.hear(StillDrawn(str(number), "boxes", b"", "", 1))
    assert len(world.queue._kept) == MOST_KEPT


def camera(**changes: Any) -> CameraState:
    stage = load_stage(find_stage("two-walls"))
    return replace(home_state(stage.cameras[0]), **changes)


def frame(*cameras: CameraState) -> Frame:
    return Frame(
        number=1,
        present_ns=0,
        decided_ns=0,
        scene="boxes",
        scene_time_s=0.0,
        outer_number=1,
        outer_scene_time_s=0.0,
        look=Look(),
        cameras=cameras,
    )


def test_the_eye_follows_the_first_camera_but_not_its_every_breath() -> None:
    home = camera(position_m=(0.0, -3.0, 1.5))
    eye = eye_after(StillEye((9.0, 9.0, 9.0)), frame(home))
    assert eye.position_m == (0.0, -3.0, 1.5)
    assert eye.shape == home.sensor_mm
    x, y, z = home.position_m
    assert eye_after(eye, frame(camera(position_m=(x + 0.4, y, z)))) is eye
    assert eye_after(eye, frame()) is eye
    assert eye_after(eye, frame(camera(position_m=(x + 1.4, y, z)))).position_m == (x + 1.4, y, z)
    turned = quaternion_from_pan_tilt_roll(120.0, 0.0, 0.0)
    assert eye_after(eye, frame(camera(position_m=(x, y, z), orientation=turned))).orientation == turned


def test_the_eye_sees_what_the_lens_sees() -> None:
    lens = replace(camera().lens, focal_length_mm=camera().sensor_mm[0] / 2.0)
    assert eye_after(EYE, frame(camera(lens=lens))).fov_deg == 90.0


class Page:
    """A browser at a console whose stills are drawn by hand."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.air: OnAir | None = AIR
        stills = Stills(folder, lambda: self.air, self.world.queue)
        app = app_with(lambda app: add_stills(app, stills))
        self.client = TestClient(app, base_url="http://127.0.0.1:8140", client=("127.0.0.1", 5000))

    def get(self, name: str, **headers: str) -> Any:
        return self.client.get(f"/api/stills/{name}", headers=headers)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


def test_a_page_asks_again_until_the_still_is_drawn_then_keeps_it(page: Page) -> None:
    first = page.get("dusk.jpg")
    assert (first.status_code, first.headers["retry-after"]) == (202, "1")
    page.world.answer(sent(page.world))
    drawn = page.get("dusk.jpg")
    assert (drawn.status_code, drawn.content, drawn.headers["content-type"]) == (200, b"jpeg", "image/jpeg")
    assert drawn.headers["x-still-key"] == first.headers["x-still-key"]
    again = page.get("dusk.jpg", **{"If-None-Match": drawn.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_still_is_of_the_preset_over_what_is_on_air(page: Page) -> None:
    page.air = replace(AIR, look=Look(grade=Grade(saturation=0.5)), scene="desert")
    page.get("dusk.jpg?width=160")
    asked = sent(page.world)
    assert (asked.scene, asked.look.grade.saturation, asked.look.exposure.ev != 0.0) == ("desert", 0.5, True)
    assert (asked.width_px, asked.height_px) == (160, 90)
    page.world.answer(asked)
    page.get("air.jpg?scene=boxes")
    asked = sent(page.world)
    assert (asked.scene, asked.look.exposure.ev) == ("boxes", 0.0)


def test_what_is_wrong_is_said(page: Page, tmp_path: Path) -> None:
    assert page.get("nothing.jpg").status_code == 404
    assert page.get("dusk.jpg?scene=nowhere").status_code == 422
    assert page.get("dusk.jpg?scene=../../x").status_code == 422
    assert page.get("dusk.jpg?width=100000").status_code == 422
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "broken.toml").write_text('schema = "look/1"\nname = "broken"\n[look.exposure]\nev = "x"\n')
    broken = page.get("broken.jpg")
    assert (broken.status_code, "look.exposure.ev" in broken.json()["text"]) == (422, True)
    page.get("dusk.jpg")
    page.world.answer(sent(page.world), "sets/x.glb: is no glTF")
    assert page.get("dusk.jpg").json()["text"] == "sets/x.glb: is no glTF"
    page.air = None
    assert "conductor" in page.get("dusk.jpg").json()["text"]


def asked(scene: str = "boxes", revision: str = "1", look: Look = Look()) -> StillAsked:  # noqa: B008
    return StillAsked(
        key="key",
        scene=scene,
        revision=revision,
        look=look,
        position_m=(0.0, -3.0, 1.6),
        orientation=(1.0, 0.0, 0.0, 0.0),
        fov_deg=60.0,
        width_px=160,
        height_px=90,
    )


def pixels(still: StillDrawn) -> NDArray[np.uint8]:
    assert still.problem == ""
    picture = cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.fixture(scope="module")
def artist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillArtist]:
    made = StillArtist(tmp_path_factory.mktemp("stage"), Quality(), None, MonotonicClock())
    yield made
    made.close()


def test_the_picture_shows_the_set_under_the_look(artist: StillArtist) -> None:
    plain = pixels(artist.draw(asked()))
    assert plain.shape == (90, 160, 3)
    assert plain.std() > 10
    darker = pixels(artist.draw(asked(look=Look(exposure=Exposure(ev=-3.0)))))
    assert darker.mean() < 0.6 * plain.mean()
    grey = pixels(artist.draw(asked(look=Look(grade=Grade(saturation=0.0)))))
    assert np.ptp(grey.astype(int), axis=2).max() <= 3
    assert np.ptp(plain.astype(int), axis=2).max() > 20
    keyed = pixels(artist.draw(asked(look=Look(key=ChromaKey(on=True)))))
    assert keyed.std(axis=(0, 1)).max() < 1
    assert keyed.mean(axis=(0, 1)).argmax() == 1


def test_a_set_that_is_not_there_is_an_answer_and_drawing_goes_on(artist: StillArtist) -> None:
    assert "no such scene" in artist.draw(asked("nowhere")).problem
    pixels(artist.draw(asked()))


def test_a_card_without_room_is_an_answer(artist: StillArtist, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> SetDrawing:
        raise MemoryError

    monkeypatch.setattr(StillArtist, "_drawing", no_room)
    assert "not enough memory" in artist.draw(asked()).problem


def test_few_sets_are_held_and_none_twice(artist: StillArtist) -> None:
    for scene, revision in (("boxes", "1"), ("boxes", "2"), ("marker_board", "1"), ("boxes", "2")):
        pixels(artist.draw(asked(scene, revision)))
    assert list(artist._held) == [("marker_board", "1"), ("boxes", "2")]
    assert len(artist._held) <= MOST_SETS
    artist.close()
    pixels(artist.draw(asked()))


def test_a_thread_draws_beside_and_ends(tmp_path: Path) -> None:
    thread = StillThread(tmp_path, Quality(), None, ManualClock())
    assert thread.alive
    thread.ask(replace(asked("nowhere"), key="first"))
    thread.ask(asked())
    thread.ask(asked())
    thread.close()
    assert thread._thread is not None
    thread._thread.join()
    answers = [thread.take(), thread.take(), thread.take()]
    assert answers[0] is not None
    assert answers[1] is not None
    assert "nowhere" in answers[0].problem
    pixels(answers[1])
    assert answers[2] is None


def test_white_balance_and_grade_are_those_of_the_wall() -> None:
    light = np.full((2, 2, 3), 0.5, np.float32)
    warm = in_look(light, Look(exposure=Exposure(white_balance_k=9000.0)))[0, 0]
    assert warm[0] > 0.5 > warm[2]
    halved = in_look(light, Look(grade=Grade(slope=(0.5, 0.5, 0.5))))
    np.testing.assert_allclose(halved, 0.25, atol=1e-6)
    assert in_look(light, Look()) is light
