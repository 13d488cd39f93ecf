"""The JSON Schema of a stage file's sources: an editor and the program agree."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from stage.model.source import Source
from tools.commands.schema import SchemaKind, schema_text


@pytest.mark.parametrize("source", [
    {"name": "a"}, {"name": "a", "protocol": "freed", "vendor": "sony", "zoom": {"invert": True}},
    {"name": "a", "protocol": "opentrackio", "source_number": 3}, {"name": "a", "protocol": "psn", "tracker": 1},
    {"name": "a", "protocol": "osc", "preset": "vrchat", "id": "3"},
    {"name": "a", "protocol": "psn", "group": "", "tracker": 1},
])  # fmt: skip
def test_an_editor_takes_every_kind_of_source_that_the_program_takes(source: dict[str, Any]) -> None:
    schema = json.loads(schema_text(SchemaKind.STAGE))
    jsonschema.validate(source, schema["properties"]["sources"]["items"] | {"$defs": schema["$defs"]})
    TypeAdapter(Source).validate_python(source)


@pytest.mark.parametrize("source", [
    {"name": "a", "protocol": "artnet"}, {"name": "a", "protocol": "psn"}, {"name": "a", "vendor": "acme"},
    {"name": "a", "protocol": "osc", "camera_id": 3},
])  # fmt: skip
def test_an_editor_marks_what_is_no_source(source: dict[str, Any]) -> None:
    schema = json.loads(schema_text(SchemaKind.STAGE))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(source, schema["properties"]["sources"]["items"] | {"$defs": schema["$defs"]})
