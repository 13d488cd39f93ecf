"""`openstage lint` and `openstage schema`: what they print and how they end."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from stage.errors import EXIT_FAILED, InputError
from stage.files.loading import find_look, find_scene, find_stage, presets_directory
from stage.model.frame_rate import FRAME_RATES
from tools.commands.lint import lint
from tools.commands.schema import SchemaKind, schema, schema_text, write_schema

app = typer.Typer()
app.command()(lint)
app.command()(schema)

WARNED = """
schema = "stage/1"
name = "my-stage"
scene = "marker_board"
walls = [{ name = "main", kind = "flat", cabinets = { columns = 6, rows = 4, size_px = [128, 128], pitch_mm = 3.9 } }]
outputs = [{ name = "processor-1", size_px = [768, 512], tiles = [{ tile = "main/all" }] }]
"""
"""Good but for one warning: there is no camera."""


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def stage_file(folder: Path, text: str) -> str:
    path = folder / "stage.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_warnings_alone_end_well(tmp_path: Path) -> None:
    code, output = run("lint", stage_file(tmp_path, WARNED))
    assert code == 0
    assert "warning: cameras\n  the stage has no camera" in output
    assert "-> Add [[sources]] and [[cameras]]" in output
    assert output.endswith("0 error(s), 1 warning(s)\n")


def test_errors_end_with_1_and_say_where_what_and_what_to_do(tmp_path: Path) -> None:
    code, output = run("lint", stage_file(tmp_path, WARNED.replace("columns", "colums")))
    assert code == EXIT_FAILED
    assert "error: walls[0].cabinets.colums (line 5)\n  unknown key\n  -> Did you mean 'columns'?" in output


def test_json_holds_the_same(tmp_path: Path) -> None:
    path = stage_file(tmp_path, WARNED.replace("main/all", "main/al"))
    code, output = run("lint", path, "--json")
    document = json.loads(output)
    assert code == EXIT_FAILED
    assert (document["stage"], document["good"], document["errors"], document["warnings"]) == (path, False, 2, 1)
    assert document["findings"][0] == {
        "severity": "error",
        "file": path,
        "field": "outputs[0].tiles[0].tile",
        "problem": "wall 'main' has no tile 'al'",
        "remedy": "Did you mean 'all'?",
        "line": 6,
    }


def test_a_problem_in_another_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "own.toml").write_text('schema = "look/1"\nname = "own"\n[look.inner]\nmargin = 3.0\n')
    _, output = run("lint", stage_file(tmp_path, 'look = "own"' + WARNED))
    own = tmp_path / "looks" / "own.toml"
    assert f"error: look.inner.margin (line 4)\n  unknown key\n  -> Did you mean 'margin_deg'?\n  in {own}" in output


OTHERS = {
    "look": 'schema = "look/1"\nname = "own"\n[look.inner]\nmargin = 3.0\n',
    "scene": 'schema = "scene/1"\nname = "own"\nlayers = [{ kind = "gltf", file = "none.glb" }]\n',
    "show": 'schema = "show/1"\nname = "own"\n[[scenes]]\nnumber = "1"\npreset = "dask"\n',
}
"""By kind: a file of it with one mistake."""


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("look", "error: look.inner.margin (line 4)\n  unknown key\n  -> Did you mean 'margin_deg'?"),
        ("scene", "error: layers[0].file (line 3)\n  there is no file 'none.glb' beside it\n  -> Check the path"),
        (
            "show",
            "error: scenes[0].preset (line 5)\n  dask: no such look\n  -> Give a file. Did you mean 'dusk'?",
        ),
    ],
)
def test_other_files_are_checked_too(tmp_path: Path, kind: str, told: str) -> None:
    code, output = run("lint", stage_file(tmp_path, OTHERS[kind]))
    assert code == EXIT_FAILED
    assert told in output
    assert output.endswith("1 error(s), 0 warning(s)\n")


@pytest.mark.parametrize(
    "path", [find_look("dusk"), find_scene("courtyard"), presets_directory() / "shows/demo-day.toml"]
)
def test_other_files_that_came_with_openstage_are_good(path: Path) -> None:
    assert run("lint", str(path)) == (0, f"{path}: nothing to complain about\n")


def test_a_file_of_an_unknown_kind_is_taken_for_a_stage(tmp_path: Path) -> None:
    code, output = run("lint", stage_file(tmp_path, WARNED.replace("stage/1", "stag/1")))
    assert code == EXIT_FAILED
    assert "error: schema (line 2)\n  must be 'stage/1', not 'stag/1'" in output


@pytest.mark.parametrize("text", [None, "walls = ["])
def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path, text: str | None) -> None:
    path = str(tmp_path / "none.toml") if text is None else stage_file(tmp_path, text)
    with pytest.raises(InputError):
        run("lint", path)


def test_schema_prints_that_of_the_stage_or_of_what_is_named() -> None:
    assert run("schema") == (0, schema_text(SchemaKind.STAGE))
    assert run("schema", "look") == (0, schema_text(SchemaKind.LOOK))


def test_schema_writes_all_or_one_into_a_folder(tmp_path: Path) -> None:
    code, output = run("schema", "--out", str(tmp_path / "all"))
    assert code == 0
    assert len(output.splitlines()) == len(SchemaKind)
    for kind in SchemaKind:
        assert (tmp_path / "all" / f"{kind.value}.schema.json").read_text() == schema_text(kind)
    run("schema", "scene", "--out", str(tmp_path / "one"))
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["scene.schema.json"]


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file, not a folder"):
        write_schema(SchemaKind.LOOK, tmp_path / "file")


EXAMPLES = {
    SchemaKind.STAGE: [find_stage(name) for name in ("two-walls", "volume", "mesh-wall")],
    SchemaKind.LOOK: [find_look(name) for name in ("neutral", "dusk", "handheld")],
    SchemaKind.SCENE: [find_scene("marker_board")],
    SchemaKind.SHOW: [presets_directory() / "shows" / "demo-day.toml"],
}


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in EXAMPLES.items() for path in paths])
def test_the_schema_lets_every_bundled_file_pass(kind: SchemaKind, path: Path) -> None:
    document = json.loads(schema_text(kind))
    assert mistakes(tomllib.loads(path.read_text()), document, document) == []


def test_the_schema_finds_what_loading_finds() -> None:
    document = json.loads(schema_text(SchemaKind.STAGE))
    stage = tomllib.loads(find_stage("two-walls").read_text())
    stage["colour"] = 3
    stage["frame_rate"] = 23
    del stage["scene"]
    stage["walls"][1]["cabinets"]["colums"] = 2
    stage["outputs"][0]["tiles"][0]["rotation_deg"] = 45
    assert mistakes(stage, document, document) == [
        "/ scene is missing",
        "/ colour is unknown",
        "/frame_rate 23 is not allowed",
        "/walls/1/cabinets colums is unknown",
        "/outputs/0/tiles/0/rotation_deg 45 is not allowed",
    ]


def test_the_schema_knows_the_frame_rates() -> None:
    allowed = json.loads(schema_text(SchemaKind.STAGE))["properties"]["frame_rate"]["enum"]
    assert allowed[: len(FRAME_RATES)] == list(FRAME_RATES)
    assert {24, 120, 23.976, "23.976", 59.94} <= set(allowed)


def mistakes(value: Any, rule: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """What a JSON Schema validator would say, for the words that our schemas use."""
    if "$ref" in rule:
        return mistakes(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root, at)
    if "discriminator" in rule:
        kind = value[rule["discriminator"]["propertyName"]]
        return mistakes(value, {"$ref": rule["discriminator"]["mapping"][kind]}, root, at)
    if "anyOf" in rule:
        tried = [mistakes(value, option, root, at) for option in rule["anyOf"]]
        return [] if [] in tried else tried[0]
    if "const" in rule or "enum" in rule:
        return [] if value in rule.get("enum", [rule.get("const")]) else [f"{at} {value} is not allowed"]
    if rule["type"] == "object":
        found = [f"{at or '/'} {key} is missing" for key in rule.get("required", []) if key not in value]
        found += [f"{at or '/'} {key} is unknown" for key in value if key not in rule["properties"]]
        inside = [(key, value[key], each) for key, each in rule["properties"].items() if key in value]
        return found + [text for key, item, each in inside for text in mistakes(item, each, root, f"{at}/{key}")]
    if rule["type"] == "array":
        if not isinstance(value, list):
            return [f"{at} is no list"]
        items = rule.get("prefixItems", [rule.get("items")] * len(value))
        return [
            text
            for i, (item, each) in enumerate(zip(value, items, strict=True))
            for text in mistakes(item, each, root, f"{at}/{i}")
        ]
    kinds = {"string": str, "integer": int, "number": int | float, "boolean": bool, "null": type(None)}
    return [] if isinstance(value, kinds[rule["type"]]) else [f"{at} is no {rule['type']}"]
