"""What the documents show is true: commands parse, the stage loads, paths and links exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.files.loading import load_stage
from stage.manager.table import TABLE
from stage.messages.topics import TOPICS
from stage.model.alerts import ALERTS, Alert
from tests.places import ROOT
from tools.cli import app

DOCUMENTS = ("README.md", "GUIDE.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")


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


def test_the_stage_of_the_readme_is_a_stage_of_ten_lines(tmp_path: Path) -> None:
    (block,) = blocks("README.md", "toml")
    (tmp_path / "my-stage.toml").write_text(block, encoding="utf-8")
    stage = load_stage(tmp_path / "my-stage.toml")
    assert stage.cameras[0].source == stage.sources[0].name
    assert stage.outputs[0].size_px == (768, 512)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_lead_somewhere(document: str) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", text_of(document))
    assert all((ROOT / target).is_file() for target in targets if "://" not in target)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_named_in_the_text_exist(document: str) -> None:
    house = r"`((?:stage|tracking|render|shaders|presets|tools|tests|\.ci)/[\w./-]*)`"
    missing = [path for path in re.findall(house, text_of(document)) if not (ROOT / path).exists()]
    assert missing == []


def test_the_map_names_every_process_and_topic() -> None:
    architecture = text_of("ARCHITECTURE.md")
    assert [row.module for row in TABLE if f"`{row.module}`" not in architecture] == []
    named = {"alert"} | set(re.findall(r"`([a-z]+\.[a-z]+)`", architecture))
    assert [topic.name for topic in TOPICS if topic.name not in named] == []


@pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)
def test_the_guide_says_what_to_do_about_every_alert(alert: Alert) -> None:
    row = next((line for line in text_of("GUIDE.md").splitlines() if alert.text.replace("{subject}", "…") in line), "")
    assert alert.remedy in row
