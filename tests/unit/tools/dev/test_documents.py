"""What the documents show is true: commands parse, the stage loads, paths and links exist."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner

from stage.files.loading import load_stage
from stage.lint.lint import lint_file
from stage.manager.table import TABLE
from stage.messages.topics import TOPICS
from stage.model.alerts import ALERTS, Alert
from stage.model.source import AnySource, Source
from stage.model.stagefile import Stage
from stage.show.home import home_state
from stage.walls.surface import surface_of
from tests.places import ROOT
from tools.cli import app
from tools.sim.witness import WallLight, Witness

DOCUMENTS = ("README.md", "GUIDE.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")


LONGEST_README = 140
LONGEST_DECISION = 30
"""Lines: one that needs more is a document of its own."""


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text_of(document), re.DOTALL)


def shell_lines(program: str) -> list[str]:
    lines = [line for document in DOCUMENTS for block in blocks(document, "sh") for line in block.splitlines()]
    return [line.partition("#")[0].strip() for line in lines if line.startswith(f"{program} ")]


@pytest.mark.parametrize("line", shell_lines("openstage"))
def test_every_command_shown_is_one(line: str) -> None:
    shown = CliRunner().invoke(app, [*shlex.split(line)[1:], "--help"])
    assert shown.exit_code == 0, shown.output


@pytest.mark.parametrize("line", shell_lines("make"))
def test_every_make_target_shown_is_one(line: str) -> None:
    assert re.search(rf"^{line.split()[1]}:", text_of("Makefile"), re.MULTILINE)


def stage_of_the_readme(folder: Path) -> Stage:
    (block,) = blocks("README.md", "toml")
    (folder / "my-stage.toml").write_text(block, encoding="utf-8")
    return load_stage(folder / "my-stage.toml")


def test_the_stage_of_the_readme_is_a_stage_of_a_dozen_lines_and_the_same_everywhere(tmp_path: Path) -> None:
    (block,) = blocks("README.md", "toml")
    assert len([line for line in block.splitlines() if line.strip()]) == 12
    assert block in blocks("presets/stages/README.md", "toml")
    stage = stage_of_the_readme(tmp_path)
    assert stage.cameras[0].source == stage.sources[0].name
    assert lint_file(tmp_path / "my-stage.toml") == []


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(text_of("README.md").splitlines()) <= LONGEST_README


def test_a_newcomer_s_first_picture_is_all_wall_from_eye_height_in_a_window(tmp_path: Path) -> None:
    stage = stage_of_the_readme(tmp_path)
    surfaces = {wall.name: surface_of(wall, tmp_path) for wall in stage.walls}
    lights = {wall.name: WallLight.of(wall) for wall in stage.walls}
    camera = stage.cameras[0]
    hits = Witness(surfaces, lights, (96, 54)).trace(home_state(camera))
    assert np.isfinite(hits.distance_m).all(), "the camera looks past the wall"
    assert 1.3 <= camera.home.position_m[2] <= 1.8, "the floor would fill the picture"
    assert camera.home.tilt_deg >= 0.0
    assert [output.on_screen and output.screen is None for output in stage.outputs] == [True]


@pytest.mark.parametrize("block", [block for block in blocks("GUIDE.md", "toml") if "[[sources]]" in block])
def test_every_source_shown_is_one(block: str) -> None:
    adapter: TypeAdapter[AnySource] = TypeAdapter(Source)
    for source in tomllib.loads(block)["sources"]:
        adapter.validate_python(source)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_lead_somewhere(document: str) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", text_of(document))
    assert all((ROOT / target).is_file() for target in targets if "://" not in target)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_named_in_the_text_exist(document: str) -> None:
    house = r"`((?:stage|tracking|render|shaders|presets|tools|tests|\.ci)/[\w./-]*)`"
    missing = [path for path in re.findall(house, text_of(document)) if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_modules_named_in_the_text_exist(document: str) -> None:
    topics = {topic.name for topic in TOPICS}
    named = re.findall(r"`(?:python -m )?((?:stage|tracking|render|tools)(?:\.\w+)+)[`( ]", text_of(document))
    assert [name for name in named if not is_module(name) and name not in topics] == []


def is_module(name: str) -> bool:
    """Whether a dotted name is a module, a package, or something that a module holds."""
    path = ROOT / name.replace(".", "/")
    holder = path.parent.with_suffix(".py")
    return path.is_dir() or path.with_suffix(".py").is_file() or (holder.is_file() and path.name in holder.read_text())


INDEX_ROW = re.compile(r"^\| (\d+) \| (\d{4}-\d\d-\d\d) \| (.+?) \| (.+?) \| (-|\d+(?:, \d+)*) \|$", re.MULTILINE)


def test_the_index_of_decisions_names_every_text_once_with_its_title_and_room() -> None:
    text = text_of("DECISIONS.md")
    rows = INDEX_ROW.findall(text)
    numbers = [int(number) for number, *_ in rows]
    assert numbers == sorted(set(numbers))
    rooms = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    told = {
        int(number): (title, room)
        for room, texts in zip(rooms[::2], rooms[1::2], strict=True)
        for number, title in re.findall(r"^### (\d+)\. (.+)$", texts, re.MULTILINE)
    }
    assert told == {int(number): (title, room) for number, _, title, room, _ in rows}
    assert len(re.findall(r"^### ", text, re.MULTILINE)) == len(rows)
    assert text.count("\n| ") == len(rows) + 1, "a row that is no row of the index"


def test_a_decision_replaces_only_earlier_ones() -> None:
    for number, *_, replaces in INDEX_ROW.findall(text_of("DECISIONS.md")):
        assert all(int(earlier) < int(number) for earlier in re.findall(r"\d+", replaces))


def test_decisions_are_told_in_ten_lines_or_a_few_more() -> None:
    texts = re.split(r"^###? .+$", text_of("DECISIONS.md"), flags=re.MULTILINE)[1:]
    assert max(len(text.strip().splitlines()) for text in texts) <= LONGEST_DECISION


def test_the_map_names_every_process_and_topic() -> None:
    architecture = text_of("ARCHITECTURE.md")
    assert [row.module for row in TABLE if f"`{row.module}`" not in architecture] == []
    named = {"alert"} | set(re.findall(r"`([a-z]+\.[a-z]+)`", architecture))
    assert [topic.name for topic in TOPICS if topic.name not in named] == []


@pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)
def test_the_guide_says_what_to_do_about_every_alert(alert: Alert) -> None:
    row = next((line for line in text_of("GUIDE.md").splitlines() if alert.text.replace("{subject}", "…") in line), "")
    assert alert.remedy in row
