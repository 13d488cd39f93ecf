"""Valid names of things, and so of their files."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from stage.model.base import Name

_NAME: TypeAdapter[str] = TypeAdapter(Name)


def is_name(text: str) -> bool:
    """Whether it is a valid name: no folder, not hidden, safe in file systems and topic keys."""
    try:
        _NAME.validate_python(text)
    except ValidationError:
        return False
    return True
