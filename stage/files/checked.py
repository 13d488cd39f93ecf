"""A TOML file as a model, or every problem in it, each with its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import ValidationError

from stage.errors import InputError
from stage.files.finding import Finding
from stage.files.problems import findings_of
from stage.files.toml_lines import line_of, lines_of
from stage.files.toml_text import decoded, document_of
from stage.model.base import Model

Kind = TypeVar("Kind", bound=Model)


def read_document(path: Path) -> dict[str, object]:
    """The file as TOML. Raises InputError where it cannot be read or is not valid TOML, with the line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read: {error.strerror}", "Check the path") from error
    return document_of(data, str(path))


def located(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, each with its line where its file can be read as TOML."""

    @cache
    def lines(file: str) -> dict[str, int]:
        try:
            return lines_of(decoded(Path(file).read_bytes(), file))
        except (OSError, InputError):
            return {}

    return [
        finding if finding.line is not None else replace(finding, line=line_of(finding.field, lines(finding.file)))
        for finding in findings
    ]


def checked_model(path: Path, document: dict[str, object], kind: type[Kind]) -> tuple[Kind | None, list[Finding]]:
    """The model of a document, or every problem in it."""
    try:
        return kind.model_validate(document), []
    except ValidationError as error:
        return None, findings_of(str(path), kind, error.errors(include_url=False))


def raise_first(findings: Iterable[Finding]) -> NoReturn:
    """Raises InputError with every problem found."""
    first, *others = located(findings)
    more = "".join(f"\n  {finding}" for finding in others)
    raise InputError(first.place, first.field, first.problem, first.remedy + more)
