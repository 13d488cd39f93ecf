"""`openstage schema`: JSON Schema of the files a person writes, for editors that complete and check."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import InputError
from tools.commands.out_folder import out_folder

if TYPE_CHECKING:
    from stage.model.base import Model

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class SchemaKind(StrEnum):
    """The kinds of files."""

    STAGE = "stage"
    LOOK = "look"
    SCENE = "scene"
    SHOW = "show"
    LENS = "lens"


def schema(
    kind: Annotated[
        SchemaKind | None, typer.Argument(help="Which file's schema; unset: stage, or all with --out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write KIND.schema.json into this folder.")] = None,
) -> None:
    """Print the JSON Schema of a stage, look, scene, show or lens file, or write it into a folder for an editor.

    An editor with TOML support (Even Better TOML, taplo) uses it when the first line of a file is
    `#:schema ./stage.schema.json`.

    Example: openstage schema --out .
    """
    if out is None:
        print(schema_text(kind or SchemaKind.STAGE), end="")
        return
    for each in [kind] if kind else list(SchemaKind):
        print(write_schema(each, out))


def write_schema(kind: SchemaKind, folder: Path) -> Path:
    """Write `KIND.schema.json` into a folder, which is made where needed. Raises InputError where it cannot be."""
    path = out_folder(folder) / f"{kind.value}.schema.json"
    try:
        path.write_text(schema_text(kind), encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Give another folder") from error
    return path


def schema_text(kind: SchemaKind) -> str:
    """The JSON Schema of a kind of file."""
    import json

    document = {"$schema": DIALECT, **_model(kind).model_json_schema(by_alias=True)}
    return json.dumps(document, indent=2) + "\n"


def _model(kind: SchemaKind) -> type[Model]:
    from stage.model.lens_file import LensFile
    from stage.model.preset import Preset
    from stage.model.scene import Scene
    from stage.model.show import ShowFile
    from stage.model.stagefile import Stage

    models: dict[SchemaKind, type[Model]] = {
        SchemaKind.STAGE: Stage,
        SchemaKind.LOOK: Preset,
        SchemaKind.SCENE: Scene,
        SchemaKind.SHOW: ShowFile,
        SchemaKind.LENS: LensFile,
    }
    return models[kind]
