"""Untrusted XML, read with care: no document types, so no external or exploding entities. Pure."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers.expat import ExpatError, ParserCreate

from stage.errors import InputError

EXPORT = "Export it again from the lighting or CAD program"


class _DocumentTypeError(Exception):
    """The document has a type, which may contain entities."""


def document_of(content: bytes, where: str, name: str, export: str = EXPORT) -> Element:
    """The root element. Raises InputError where it is not XML or has a document type."""
    try:
        _refuse_document_types(content)
        return fromstring(content)
    except _DocumentTypeError as error:
        raise InputError(where, name, "has a document type (entities)", "Do not use this file") from error
    except (ExpatError, ParseError, ValueError, LookupError) as error:
        raise InputError(where, name, f"is not valid XML: {error}", export) from error


def _refuse_document_types(content: bytes) -> None:
    def refuse(*_: object) -> NoReturn:
        raise _DocumentTypeError

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(content, True)
