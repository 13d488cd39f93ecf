"""What an operator asks for, from wherever it comes, as a checked command for the conductor."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from stage.errors import InputError
from stage.messages.commands import Command
from stage.model.commands import COMMANDS
from stage.model.problems import findings_of, nearest


def check_name(name: str) -> None:
    """Raises InputError where there is no such command."""
    if name not in COMMANDS:
        raise InputError(name, "", "no such command", nearest(name, COMMANDS))


def order(name: str, arguments: Mapping[str, Any], who: str, now_ns: int) -> Command:
    """The command. Raises InputError: no such command, or an argument that cannot be right, by its field."""
    check_name(name)
    kind = COMMANDS[name]
    try:
        model = kind.model_validate(dict(arguments))
    except ValidationError as error:
        first, *_ = findings_of(name, kind, error.errors(include_url=False))
        raise InputError(name, first.field, first.problem, first.remedy) from error
    return Command(uuid.uuid4().hex, name, model.model_dump_json(), who, now_ns)
