"""Screenplays in documents of other programs: Word (.docx), Highland, PDF. Pure: bytes in, lines of text out.

Zips and XML come from strangers: sizes are looked at first, and document types are refused.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from stage.errors import InputError
from stage.files.archive import Archive
from stage.files.xml_document import document_of
from stage.library.screenplay.encoding import text_of

EXPORT = "Export it as Fountain, FDX or plain text"
WORD = "word/document.xml"
IN_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADING_STYLE = re.compile("scene|slug|场景|場景|场次", re.IGNORECASE)
TEXTS = (".fountain", ".md", ".markdown", ".txt")
MOST_PAGES = 1000
ZIP, PDF = b"PK\x03\x04", b"%PDF-"
BROKEN_PDF = (PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, OSError)
"""What the library raises for damaged files."""


def document_text(data: bytes, filename: str) -> str | None:
    """The text of a document; None where the bytes are none. Raises InputError where it is damaged or has no text."""
    if data.startswith(PDF):
        return _of_pdf(data, filename)
    return _of_zip(data, filename) if data.startswith(ZIP) else None


def _of_zip(data: bytes, filename: str) -> str:
    archive = Archive(data, filename, EXPORT)
    if WORD in archive:
        return _of_word(document_of(archive.read(WORD), filename, WORD, EXPORT))
    inner = [name for name in archive.names if PurePosixPath(name).suffix.lower() in TEXTS]
    texts = sorted(inner, key=lambda name: (PurePosixPath(name).stem.lower() != "text", len(name)))
    if not texts:
        raise InputError(filename, "", "is a zip file without a screenplay: neither Word nor Highland", EXPORT)
    return text_of(archive.read(texts[0]), f"{filename}: {texts[0]}")[0]


def _of_word(root: Element) -> str:
    """Paragraphs as lines, with a blank one after each; those in the style of a heading as forced ones."""
    lines: list[str] = []
    for paragraph in root.iter(f"{IN_WORD}p"):
        words = "".join(_words(each) for each in paragraph.iter()).strip()
        style = paragraph.find(f"{IN_WORD}pPr/{IN_WORD}pStyle")
        named = "" if style is None else style.get(f"{IN_WORD}val", "")
        forced = bool(words and HEADING_STYLE.search(named) and not words.startswith("."))
        lines += [f".{words}" if forced else words, ""]
    return "\n".join(lines)


def _words(element: Element) -> str:
    if element.tag == f"{IN_WORD}t":
        return element.text or ""
    return {f"{IN_WORD}tab": "\t", f"{IN_WORD}br": "\n"}.get(element.tag, "")


def _of_pdf(data: bytes, filename: str) -> str:
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(filename, "", "is encrypted", EXPORT)
        if len(reader.pages) > MOST_PAGES:
            raise InputError(filename, "", f"has {len(reader.pages)} pages", f"The limit is {MOST_PAGES}")
        text = "\n".join(_page(page.extract_text()) for page in reader.pages)
    except BROKEN_PDF as error:
        raise InputError(filename, "", "is a damaged PDF file", EXPORT) from error
    if not text.strip():
        raise InputError(filename, "", "is a PDF file without text, such as a scan", EXPORT)
    return text


def _page(text: str) -> str:
    """A page's lines without its number."""
    lines = text.splitlines()
    return "\n".join(line for line in lines if not re.fullmatch(r"\s*-?\s*\d{1,4}\s*[.-]?\s*", line))
