"""The bench of content, its bombs alone: each is refused, and the table says so."""

from __future__ import annotations

import json

import typer
from typer.testing import CliRunner

from tools.bench.content.bombs import MAKERS
from tools.commands.content.bench import content


def test_every_bomb_is_refused() -> None:
    alone = typer.Typer()
    alone.command()(content)
    result = CliRunner().invoke(alone, ["--no-pictures", "--json"])
    rows = json.loads(result.output)
    assert [row["format"] for row in rows["bombs"]] == list(MAKERS)
    assert all(row["claims_mpx"] == 900.0 or row["format"] == "WebP" for row in rows["bombs"])
    assert rows["memory"] == []
