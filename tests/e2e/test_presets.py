"""Presets on a live stage: stills drawn by the real process, files changed by an editor, A and B."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import psutil
import pytest

from stage.files.loading import load_stage
from stage.manager.table import RunOptions, show_processes, side_processes
from stage.messages.control import Heartbeat
from tests.e2e.operator import Operator
from tests.e2e.patience import PATIENCE_S
from tools.bench.lights import SMALL
from tools.live.live_stage import live_stage

ROLES = ("conductor", "console", "stills")
LOWEST_PRIORITY = 19


class Viewer(Operator):
    """Looks at stills, too."""

    def still(self, name: str) -> tuple[str, Any]:
        """Its key and its pixels, as soon as it is drawn."""
        got: list[tuple[str, bytes]] = []

        def drawn() -> bool:
            with urllib.request.urlopen(f"{self.url}/api/stills/{name}.jpg", timeout=PATIENCE_S) as response:
                if response.status == 200:
                    got.append((response.headers["X-Still-Key"], response.read()))
            return bool(got)

        self.until(drawn)
        key, jpeg = got[0]
        return key, cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    folder = tmp_path_factory.mktemp("stage")
    path = folder / "stage.toml"
    path.write_text(SMALL, encoding="utf-8")
    options = RunOptions(offscreen=True, listen=("127.0.0.1", 0))
    table = (*show_processes(options), *side_processes(load_stage(path), options))
    with live_stage(path, [process for process in table if process.role in ROLES]) as live:
        yield Viewer(live, folder)


def test_a_preset_is_seen_before_it_goes_to_air(operator: Viewer) -> None:
    key, air = operator.still("air")
    assert air.shape == (180, 320, 3)
    assert air.std() > 10
    _, dusk = operator.still("dusk")
    assert 0.0 < dusk.mean() < 0.9 * air.mean()
    assert operator.air()["look"]["exposure"]["ev"] == 0.0
    operator.tell("look.set", values={"exposure.ev": -2.0})
    operator.until(lambda: operator.air()["look"]["exposure"]["ev"] == -2.0)
    other, darker = operator.still("air")
    assert other != key
    assert darker.mean() < 0.8 * air.mean()
    operator.tell("look.undo")


def test_stills_are_drawn_at_the_lowest_priority(operator: Viewer) -> None:
    ear, pids = operator.live.bus.subscriber("process.heartbeat"), dict[str, int]()

    def heard() -> bool:
        pids.update({beat.role: beat.pid for beat in ear.receive() if isinstance(beat, Heartbeat)})
        return "stills" in pids

    operator.until(heard)
    ear.close()
    assert psutil.Process(pids["stills"]).nice() == LOWEST_PRIORITY


def test_a_preset_that_an_editor_writes_is_on_the_page_and_can_be_seen(operator: Viewer) -> None:
    looks = operator.folder / "looks"
    looks.mkdir()
    (looks / "noir.toml").write_text('schema = "look/1"\nname = "noir"\n[look.grade]\nsaturation = 0.0\n')
    (looks / "half.toml").write_text('schema = "look/1"\nname = "half"\n[look.grade]\nsaturation = ')

    def card(name: str) -> Any:
        return next((one for one in operator.get("/api/state")["shelf/"]["presets"] if one["name"] == name), None)

    operator.until(lambda: card("noir") is not None and card("half") is not None)
    assert card("noir")["problem"] is None
    assert "half.toml" in card("half")["problem"]
    _, noir = operator.still("noir")
    assert np.ptp(noir.astype(int), axis=2).max() <= 4


def test_a_and_b_are_everybody_s(operator: Viewer) -> None:
    assert operator.tell("look.keep", slot="a")["accepted"]
    operator.tell("look.recall", preset="dusk", transition={"duration_s": 0})
    assert operator.tell("look.keep", slot="b")["accepted"]
    assert operator.tell("look.ab")["text"].startswith("A")
    operator.until(lambda: operator.air()["slot_on"] == "a")
    assert [kept["slot"] for kept in operator.air()["slots"]] == ["a", "b"]
    assert operator.tell("look.ab")["text"] == "B: dusk"
    operator.until(lambda: operator.air()["preset"] == "dusk")
