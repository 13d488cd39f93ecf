"""What may be the name of a thing, and so of its file."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from stage.model.base import Name

_NAME: TypeAdapter[str] = TypeAdapter(Name)


def is_name(text: str) -> bool:
    """Whether it is a name: no folder, nothing hidden, nothing a file system or a topic key stumbles over."""
    try:
        _NAME.validate_python(text)
    except ValidationError:
        return False
    return True
