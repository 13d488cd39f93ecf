"""A take on a real stage: rolled, listed, played on the walls, noted; and kept though its recorder dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from stage.takes.places import take_folders
from stage.takes.proxy import proxies_of
from stage.takes.take import Take
from stage.takes.take_info import read_info
from tests.e2e.patience import PATIENCE_S
from tests.e2e.test_look_page import TABLET, Running, browser, stage

__all__ = ["browser", "stage"]


@pytest.fixture
def page(browser: Browser, stage: Running) -> Iterator[Page]:
    page = browser.new_page(viewport=TABLET)  # type: ignore[arg-type]  # a TypedDict of playwright
    page.set_default_timeout(PATIENCE_S * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{stage.url}#takes")
    yield page
    assert errors == []
    page.close()


def root_of(stage: Running) -> Path:
    return stage.run_dir.parent / "takes"


def rolled(stage: Running, slate: str, seconds: float = 1.0) -> str:
    """Roll and cut a take; returns its folder's name once it is kept."""
    numbers = stage.air()["slate"]
    stage.give("shot.roll", slate=slate)
    began = stage.get("/api/state")["pulse/"]["now_ns"]
    stage.until(lambda: stage.get("/api/state")["pulse/"]["now_ns"] - began > seconds * 1e9)
    stage.give("shot.cut")
    take = numbers["take"] + 1 if numbers["name"] == slate else 1
    name = f"{slate}_t{take:03}"
    stage.until(lambda: any(f.name == name and read_info(f).status == "complete" for f in take_folders(root_of(stage))))
    return name


def test_a_take_is_listed_played_and_noted(page: Page, stage: Running) -> None:
    name = rolled(stage, "12A")
    row = page.get_by_role("list", name="All takes").get_by_role("button", name="12A take 1")
    expect(row).to_be_visible()
    row.click()
    page.get_by_role("button", name="Circle").click()
    expect(row).to_contain_text("circled")
    page.get_by_label("Note").fill("the light is right")
    page.get_by_label("Note").blur()
    expect(row).to_contain_text("the light is right")
    page.keyboard.press(" ")
    stage.until(lambda: (stage.air()["playing"] or {}).get("take", "").endswith(name))
    expect(page.get_by_role("status").filter(has_text=f"TAKE {name}")).to_be_visible()
    page.keyboard.press("ArrowRight")
    stage.until(lambda: stage.air()["playing"]["speed"] == 0)
    page.keyboard.press("Escape")
    stage.until(lambda: stage.air()["playing"] is None)
    folder = next(f for f in take_folders(root_of(stage)) if f.name == name)
    assert (read_info(folder).circled, read_info(folder).note) == (True, "the light is right")


def test_the_search_finds_by_words(page: Page, stage: Running) -> None:
    rolled(stage, "14C")
    rolled(stage, "15B")
    rows = page.get_by_role("list", name="All takes").get_by_role("listitem")
    expect(rows.filter(has_text="14C")).to_have_count(1)
    page.get_by_label("Search").fill("15b")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("15B take 1")


def test_a_take_is_compared_with_live_and_with_another(page: Page, stage: Running) -> None:
    first, second = rolled(stage, "16A", 2.0), rolled(stage, "16B", 2.0)
    stage.until(lambda: all(proxies_of(f) for f in take_folders(root_of(stage)) if f.name in (first, second)))
    row = page.get_by_role("list", name="All takes").get_by_role("button", name="16B take 1")
    row.click()
    expect(row.locator("img")).to_be_visible()
    page.keyboard.press("v")
    video = page.get_by_label("Movie of 16B take 1")
    expect(video).to_be_visible()
    page.get_by_role("button", name="Wipe").click()
    page.get_by_label("against").select_option(label="16A take 1")
    expect(page.get_by_label("Movie of 16A take 1")).to_be_visible()
    page.get_by_label("after the roll").fill("10")
    expect(page.get_by_text("0.42 s after the roll")).to_be_visible()
    page.keyboard.press("v")
    expect(video).to_have_count(0)


def test_a_take_goes_on_though_its_recorder_is_killed(stage: Running) -> None:
    stage.give("shot.roll", slate="20A")
    stage.until(lambda: (stage.get("/api/state").get("recorder/") or {}).get("take") is not None)
    before = stage.get("/api/state")["process/recorder"]["pid"]
    os.kill(before, signal.SIGKILL)
    stage.until(
        lambda: len(list((next(f for f in take_folders(root_of(stage)) if f.name == "20A_t001")).glob("*.mcap"))) == 2
    )
    stage.give("shot.cut")
    folder = next(f for f in take_folders(root_of(stage)) if f.name == "20A_t001")
    stage.until(lambda: read_info(folder).status == "complete")
    with Take(folder) as take:
        assert len(take.numbers) > 0
        assert len(list(take.records("conductor.frame"))) >= len(take.numbers)
